"""The tenant's signing keys: the current one, the next one, and what the world may see of them.

Shape: documents of the collection `keys` are what GET /api/v2/keys/signing returns, plus `_private` (PEM).
Source: RFC 7517 sections 4 and 5; Auth0 docs, "JSON Web Key Sets" and "Signing keys".
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from tenantry.emulator.tenant import Tenant

ISSUED = datetime(2020, 1, 1, tzinfo=UTC)  # fixed, so that a tenant whose clock is moved back still has valid keys
LIFETIME = timedelta(days=365 * 40)


def seed(tenant: Tenant) -> None:
    """Give the tenant a current and a next key, the same ones at each reset within a process."""
    current, following = _material(tenant.name, 0), _material(tenant.name, 1)
    now = tenant.clock.milliseconds()
    _keep(tenant, {**current, "current": True, "next": False, "current_since": now})
    _keep(tenant, {**following, "current": False, "next": True})


def rotate(tenant: Tenant) -> dict[str, Any]:
    """Make the next key the current one, the current one the previous, and add a new next key; return the current."""
    now = tenant.clock.milliseconds()
    for key in tenant.store.all("keys"):
        if key.get("previous"):
            _keep(tenant, {**key, "previous": False})
        elif key.get("current"):
            _keep(tenant, {**key, "current": False, "previous": True, "current_until": now})
        elif key.get("next"):
            _keep(tenant, {**key, "next": False, "current": True, "current_since": now})
    _keep(tenant, {**_new_material(tenant.name), "current": False, "next": True})
    return current(tenant)


def current(tenant: Tenant) -> dict[str, Any]:
    """Return the key that signs."""
    return tenant.store.find("keys", "current", value=True)[0]


def signer(key: dict[str, Any]) -> RSAKey:
    """Return the private key of the document, ready to sign."""
    return _read(key["_private"])


def verifier(tenant: Tenant, kid: object) -> RSAKey | None:
    """Return the key of that id if the tenant publishes it."""
    key = tenant.store.get("keys", kid) if isinstance(kid, str) else None
    return _read(key["_private"]) if key and _is_published(key) else None


def public_keys(tenant: Tenant) -> list[dict[str, Any]]:
    """Return the public halves of the keys that tokens may be signed with, the current one first."""
    with_alg = not _hides_alg(tenant)
    published = [key for key in tenant.store.all("keys") if _is_published(key)]
    return [_jwk(key, with_alg=with_alg) for key in sorted(published, key=lambda key: not key.get("current"))]


def _is_published(key: dict[str, Any]) -> bool:
    """Return whether the key is the current, the next or the previous one, and not revoked.

    Source: Auth0 docs, "Rotate signing keys".
    """
    return not key.get("revoked") and any(key.get(when) for when in ("current", "next", "previous"))


def _jwk(key: dict[str, Any], *, with_alg: bool) -> dict[str, Any]:
    der = _der(key["cert"])
    numbers = _read(key["_private"]).as_dict(private=False)
    shown = {"kty": "RSA", "use": "sig", "n": numbers["n"], "e": numbers["e"], "kid": key["kid"]}
    x5t = base64.urlsafe_b64encode(hashlib.sha1(der).digest()).rstrip(b"=").decode()  # noqa: S324 - RFC 7517 4.8
    certificate = {"x5t": x5t, "x5c": [base64.b64encode(der).decode()]}
    return {**shown, **certificate, **({"alg": "RS256"} if with_alg else {})}


def short_key() -> dict[str, Any]:
    """Return a public key of 1024 bits, which is too short to be trusted."""
    modulus = base64.urlsafe_b64encode(b"\xc5" * 128).rstrip(b"=").decode()
    return {"kty": "RSA", "use": "sig", "kid": "short", "n": modulus, "e": "AQAB"}


def _hides_alg(tenant: Tenant) -> bool:
    """Return whether the tenant wants no `alg`, or signs some token by another RSA algorithm, so that `alg` would be a lie.

    Source: published description of the flag `remove_alg_from_jwks`; that other algorithms hide it too is assumed.
    """
    if ((tenant.store.get("settings", "tenant") or {}).get("flags") or {}).get("remove_alg_from_jwks"):
        return True
    algorithms = {api.get("signing_alg") for api in tenant.store.all("resource_servers")}
    algorithms |= {(client.get("jwt_configuration") or {}).get("alg") for client in tenant.store.all("clients")}
    return bool(algorithms & {"PS256", "RS512"})


def _keep(tenant: Tenant, key: dict[str, Any]) -> None:
    tenant.store.put("keys", key["kid"], key)


@cache
def _material(name: str, _slot: int) -> dict[str, Any]:
    """Return a key pair that lives as long as the process: making one takes a tenth of a second."""
    return _new_material(name)


def _new_material(name: str) -> dict[str, Any]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _certificate(name, private)
    der = certificate.public_bytes(serialization.Encoding.DER)
    thumbprint = hashlib.sha1(der).hexdigest().upper()  # noqa: S324 - a name for a certificate, not a defence
    pairs = [thumbprint[at : at + 2] for at in range(0, len(thumbprint), 2)]
    return {
        "kid": base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode()[:21].replace("-", "A").replace("_", "B"),
        "cert": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        "pkcs7": pkcs7.serialize_certificates([certificate], serialization.Encoding.PEM).decode(),
        "fingerprint": ":".join(pairs),
        "thumbprint": thumbprint,
        "revoked": False,
        "_private": private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    }


def _certificate(name: str, private: rsa.RSAPrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name[:40]}.tenantry.invalid")])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(private.public_key())
    dated = builder.not_valid_before(ISSUED).not_valid_after(ISSUED + LIFETIME)
    return dated.serial_number(x509.random_serial_number()).sign(private, hashes.SHA256())


@lru_cache(maxsize=256)
def _read(pem: str) -> RSAKey:
    return RSAKey.import_key(pem)


@lru_cache(maxsize=256)
def _der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
