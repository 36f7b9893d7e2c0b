"""A certificate authority that can vouch for this machine's own names and nothing else, and the server's certificate.

The authority is kept, so that it needs to be trusted once; it is limited by name constraints to loopback names, so that
trusting it gives nobody power over other sites. Certificates last 90 days and are renewed in the last seven.

Source: RFC 5280 sections 4.2.1.9 and 4.2.1.10 (basic and name constraints); RFC 6125 (names).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

from tenantry.emulator import private
from tenantry.emulator.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LIFETIME = timedelta(days=90)
RENEWAL = timedelta(days=7)
SKEW = timedelta(hours=1)
LOOPBACK_NAMES = ("localhost", "tenantry.localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the server's certificate and key and the authority's certificate lie."""

    ca: Path
    certificate: Path
    key: Path


def ensure(directory: Path, names: Iterable[str] = ()) -> TlsFiles:
    """Return a certificate for the loopback names and these, signed by the directory's authority.

    Raises: ValueError for a name beyond loopback, which the authority must not sign; PermissionError when the directory
    belongs to somebody else.
    """
    wanted = [*LOOPBACK_NAMES, *(name for name in names if name not in LOOPBACK_NAMES)]
    foreign = [name for name in wanted if not is_loopback(name)]
    if foreign:
        raise ValueError(f"the emulator's authority signs loopback names only, not {', '.join(foreign)}")
    _make_private(directory)
    with FileLock(directory / "lock", mode=private.FILE_MODE):
        authority, authority_key = _authority(directory)
        server = f"server-{os.getpid()}"
        files = TlsFiles(directory / "ca.pem", directory / f"{server}.pem", directory / f"{server}.key")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _leaf(authority, authority_key, key, wanted)
        private.write_file(files.key, _key_pem(key))
        private.write_file(files.certificate, _pem(certificate) + _pem(authority))
        return files


def discard(files: TlsFiles) -> None:
    """Remove the server's certificate and key; the authority stays."""
    files.certificate.unlink(missing_ok=True)
    files.key.unlink(missing_ok=True)


def _make_private(directory: Path) -> None:
    private.make_directory(directory)
    if directory.stat().st_uid != os.getuid():
        raise PermissionError(f"{directory} belongs to another user; an authority's key is not put there")
    directory.chmod(private.DIRECTORY_MODE)


def _authority(directory: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    kept = _kept_authority(directory)
    if kept:
        return kept
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _root(key)
    private.write_file(directory / "ca.key", _key_pem(key))
    private.write_file(directory / "ca.pem", _pem(certificate))
    return certificate, key


def _kept_authority(directory: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """Return the authority that was made before, unless it is unreadable or near its end."""
    try:
        certificate = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((directory / "ca.key").read_bytes(), password=None)
    except (OSError, ValueError):
        return None
    lasts = certificate.not_valid_after_utc > datetime.now(UTC) + RENEWAL
    if not lasts or not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        return None
    return certificate, key


def _root(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tenantry emulator (this machine only)")])
    permitted: list[x509.GeneralName] = [x509.DNSName("localhost")]
    permitted += [x509.IPAddress(ip_network(network)) for network in ("127.0.0.0/8", "::1/128")]
    public = key.public_key()
    return (
        _builder(name, name, public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: list[str],
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(subject, authority.subject, key.public_key(), until=authority.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, until: datetime | None = None
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    return builder.not_valid_before(now - SKEW).not_valid_after(until or now + LIFETIME)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
