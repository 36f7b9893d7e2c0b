"""Key pairs with which a connection proves itself to its identity provider.

Source: Auth0's published OpenAPI description; which strategies have keys is assumed (OpenID Connect and SAML).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tenantry.emulator.management.answers import conflict, invalid, missing
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.kinds.connections import CONNECTIONS

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_STRATEGIES = ("oidc", "okta", "samlp", "adfs", "waad", "pingfederate")
_CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1}
_YEARS = timedelta(days=3650)


def _owner(call: Call) -> str:
    connection = CONNECTIONS.find(call, call.key)
    if connection["strategy"] not in _STRATEGIES:
        raise invalid("Keys are not supported for this type of connection.", "operation_not_supported")
    return str(connection["id"])


def _made(call: Call, **state: Any) -> Document:
    algorithm = (call.body or {}).get("signing_alg", "RS256")
    curve = _CURVES.get(algorithm)
    private: Any = ec.generate_private_key(curve()) if curve else rsa.generate_private_key(65537, 2048)
    certificate = _certificate(call, private)
    print_of = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - the form the API shows
    return {
        "kid": call.tenant.ids.secret("connection_key", 21),
        "cert": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        "fingerprint": ":".join(print_of[at : at + 2] for at in range(0, len(print_of), 2)).upper(),
        "thumbprint": print_of.upper(),
        "algorithm": algorithm,
        "key_use": "signing",
        "subject_dn": certificate.subject.rfc4514_string(),
        **state,
    }


def _certificate(call: Call, private: Any) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{call.tenant.name[:40]}.tenantry.invalid")])
    now = call.clock.date()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    dated = builder.not_valid_before(now).not_valid_after(now + _YEARS)
    return dated.serial_number(x509.random_serial_number()).sign(private, hashes.SHA256())


def _listed(call: Call) -> list[Document]:
    return [public(key) for key in held(call.store, "connection_keys", _owner(call))]


def _create(call: Call) -> list[Document]:
    owner = _owner(call)
    if held(call.store, "connection_keys", owner):
        raise conflict("The connection already has keys.")
    now = call.clock.milliseconds()
    keys = [_made(call, current=True, next=False, current_since=now), _made(call, current=False, next=True)]
    hold(call.store, "connection_keys", owner, keys)
    return keys


def _rotate(call: Call) -> Document:
    """Answer the rotation: the next key becomes the current one; the new next key is the answer."""
    owner = _owner(call)
    keys = held(call.store, "connection_keys", owner)
    if not keys:
        raise missing("The connection has no keys.")
    fresh = _made(call, current=False, next=True)
    moved = [moved for key in keys if (moved := _moved(call, key))]
    hold(call.store, "connection_keys", owner, [*moved, fresh])
    return fresh


def _moved(call: Call, key: Document) -> Document | None:
    if key.get("next"):
        return {**key, "next": False, "current": True, "current_since": call.clock.milliseconds()}
    if key.get("current"):
        return {**key, "current": False, "previous": True}
    return None


HANDLERS: dict[str, Handler] = {
    "GET /connections/{id}/keys": _listed,
    "POST /connections/{id}/keys": _create,
    "POST /connections/{id}/keys/rotate": _rotate,
}
