"""The emulator's own certificate authority."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tenantry.emulator import tls

if TYPE_CHECKING:
    from pathlib import Path


def test_the_authority_may_sign_loopback_names_for_90_days_and_nothing_else(tmp_path: Path) -> None:
    ca = x509.load_pem_x509_certificate(tls.ensure(tmp_path / "ca").ca.read_bytes())
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [str(name.value) for name in constraints.value.permitted_subtrees or []] == [
        "localhost",
        "127.0.0.0/8",
        "::1/128",
    ]
    assert ca.not_valid_after_utc - datetime.now(UTC) <= timedelta(days=90)
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_the_certificate_names_every_loopback_name(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "ca", ["dev.localhost"])
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "tenantry.localhost", "dev.localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(files.ca.read_bytes()))


def test_a_name_beyond_loopback_is_not_signed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"loopback names only, not auth\.example\.com"):
        tls.ensure(tmp_path / "ca", ["auth.example.com"])


def test_keys_and_their_directory_are_private(tmp_path: Path) -> None:
    files = tls.ensure(tmp_path / "ca")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "ca", files.key, files.ca.with_name("ca.key"))}
    assert list(modes.values()) == [0o700, 0o600, 0o600]
    assert (tmp_path / "ca" / ".gitignore").read_text() == "*\n"


def test_the_authority_is_kept_so_that_it_is_trusted_once(tmp_path: Path) -> None:
    first = tls.ensure(tmp_path / "ca").ca.read_bytes()
    again = tls.ensure(tmp_path / "ca")
    assert again.ca.read_bytes() == first
    tls.discard(again)
    assert not again.key.exists()
    assert again.ca.exists()


@pytest.mark.parametrize("damage", ["ca.pem", "ca.key"])
def test_a_damaged_or_mismatched_authority_is_made_anew(tmp_path: Path, damage: str) -> None:
    files = tls.ensure(tmp_path / "ca")
    other = tls.ensure(tmp_path / "other")
    (tmp_path / "ca" / damage).write_bytes(other.ca.with_name(damage).read_bytes())
    ssl.create_default_context(cafile=str(tls.ensure(tmp_path / "ca").ca))
    (tmp_path / "ca" / damage).write_text("not PEM")
    renewed = x509.load_pem_x509_certificate(tls.ensure(tmp_path / "ca").ca.read_bytes())
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    leaf.verify_directly_issued_by(renewed)


def test_an_authority_near_its_end_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "LIFETIME", timedelta(days=6))
    first = tls.ensure(tmp_path / "ca").ca.read_bytes()
    monkeypatch.undo()
    assert tls.ensure(tmp_path / "ca").ca.read_bytes() != first


def test_openssl_refuses_another_name_that_the_authority_would_sign(tmp_path: Path) -> None:
    """The constraint is the protection, not our own refusal: a certificate for a foreign name does not verify."""
    files = tls.ensure(tmp_path / "ca")
    authority, key = tls._authority(tmp_path / "ca")
    store = x509.verification.Store([authority])
    verifier = x509.verification.PolicyBuilder().store(store)
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    good = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    verifier.build_server_verifier(x509.DNSName("localhost")).verify(good, [])
    foreign = tls._leaf(authority, key, leaf_key, ["bank.example"])
    assert foreign.signature_hash_algorithm is not None
    assert isinstance(foreign.signature_hash_algorithm, hashes.SHA256)
    with pytest.raises(x509.verification.VerificationError):
        verifier.build_server_verifier(x509.DNSName("bank.example")).verify(foreign, [])
