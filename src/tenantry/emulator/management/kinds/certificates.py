"""What the server reads from certificates and keys that are sent to it.

Source: recorded traffic of terraform-provider-auth0 (members of credentials and connections); RFC 7638 (thumbprint).
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tenantry.emulator.management.answers import invalid

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Document

_KEPT = ("credential_type", "name", "alg", "kid", "subject_dn", "thumbprint_sha256", "expires_at", "_pem")


def date_text(moment: datetime) -> str:
    """Return a date in the form the API uses, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    """Return the date that a text of the form says, in UTC where it names no zone.

    Raises: Refusal when there is no such day or hour.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as broken:
        raise invalid(f"{text} is not a date.") from broken
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def certificate_of(pem: str) -> x509.Certificate | None:
    """Return the certificate in the text, `None` if it is not one."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        return None


def read_credential(body: Document) -> Document:
    """Return the members that a credential shows, derived from what was sent.

    Raises: Refusal.
    """
    made = {name: body[name] for name in _KEPT if name in body}
    pem = body.get("pem")
    if isinstance(pem, str):
        made["_pem"] = pem
        made.update(_derived(body, pem))
    if made.get("expires_at"):
        made["expires_at"] = date_text(_moment(made["expires_at"]))
    elif "expires_at" in made:
        del made["expires_at"]
    return made


def _derived(body: Document, pem: str) -> Document:
    certificate = certificate_of(pem)
    made: Document = {}
    if certificate and body.get("parse_expiry_from_cert"):
        made["expires_at"] = date_text(certificate.not_valid_after_utc)
    kind = body.get("credential_type")
    if kind == "public_key":
        made["alg"] = body.get("alg", "RS256")
        made["kid"] = body.get("kid") or _thumbprint(_public_key(certificate, pem))
    elif certificate is None:
        raise invalid("The pem is not a valid certificate.")
    elif kind == "cert_subject_dn":
        made["subject_dn"] = "\n".join(attribute.rfc4514_string() for attribute in certificate.subject)
    else:
        made["thumbprint_sha256"] = certificate.fingerprint(hashes.SHA256()).hex()
    return made


def thumbprint_of(pem: str) -> str:
    """Return the thumbprint of the public key in a PEM text.

    Raises: Refusal.
    """
    return _thumbprint(_public_key(certificate_of(pem), pem))


def _public_key(certificate: x509.Certificate | None, pem: str) -> Any:
    if certificate:
        return certificate.public_key()
    try:
        return serialization.load_pem_public_key(pem.encode())
    except ValueError as broken:
        raise invalid("The pem is neither a public key nor a certificate.") from broken


def _thumbprint(key: Any) -> str:
    members: dict[str, str]
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        members = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    elif isinstance(key, ec.EllipticCurvePublicKey):
        point, size = key.public_numbers(), (key.key_size + 7) // 8
        members = {"crv": f"P-{key.key_size}", "kty": "EC", "x": _number(point.x, size), "y": _number(point.y, size)}
    else:
        raise invalid("The key is of an unsupported type.")
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _number(value: int, size: int = 0) -> str:
    octets = value.to_bytes(size or (value.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def described(certificate: x509.Certificate, pem: str) -> Document:
    """Return what a connection shows of its signing certificate."""
    subject = {_subject_name(attribute): attribute.value for attribute in certificate.subject}
    return {
        "expires": date_text(certificate.not_valid_after_utc),
        "subject": subject,
        "thumbprints": [certificate.fingerprint(hashes.SHA1()).hex()],  # noqa: S303 - the form the API shows
        "cert": pem,
    }


def _subject_name(attribute: x509.NameAttribute[Any]) -> str:
    return str(attribute.oid._name)  # noqa: SLF001 - the library has no public name for it
