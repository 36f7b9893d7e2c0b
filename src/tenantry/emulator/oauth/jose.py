"""Signing and verifying with the tenant's keys, or with a shared secret.

Source: RFC 7515, RFC 7518 sections 3.2 to 3.5; Auth0 docs, "Signing algorithms".
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from tenantry.emulator.oauth import keys
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.tenant import Tenant

ASYMMETRIC = ("RS256", "PS256", "RS512")
SEGMENTS = 3
ENCRYPTION = "RSA-OAEP-256"


def sign(authority: Authority, claims: dict[str, Any], *, alg: str, secret: str | None, typ: str = "JWT") -> str:
    """Return the claims as a compact JWS, by the tenant's current key or, for HS256, by the secret."""
    if authority.misbehaves("unsigned_tokens"):
        return _unsigned({"alg": "none", "typ": typ}, claims)
    if alg == "HS256":
        secret = "a secret that nobody knows, of 32 bytes" if authority.misbehaves("broken_signature") else secret
        return jwt.encode({"alg": alg, "typ": typ}, claims, OctKey.import_key(secret or ""), algorithms=[alg])
    key = keys.current(authority.tenant)
    kid = "unknown-key" if authority.misbehaves("unknown_kid") else key["kid"]
    signed = jwt.encode({"alg": alg, "typ": typ, "kid": kid}, claims, keys.signer(key), algorithms=[alg])
    return signed[:-8] + "AAAAAAAA" if authority.misbehaves("broken_signature") else signed


def encrypted(token: str, settings: dict[str, Any]) -> str:
    """Return the token as a nested JWE for the holder of the API's key.

    Raises: OAuthError for an algorithm that is not imitated.
    Source: RFC 7516; Auth0 docs, "JSON Web Encryption" (`compact-nested-jwe`).
    """
    key = settings["encryption_key"]
    if key["alg"] != ENCRYPTION:
        raise OAuthError(403, "server_error", f"The emulator encrypts with {ENCRYPTION} only, not with {key['alg']}.")
    header = {"alg": ENCRYPTION, "enc": "A256GCM", "cty": "JWT", **({"kid": key["kid"]} if key.get("kid") else {})}
    return jwe.encrypt_compact(header, token.encode(), public_key(key["pem"]), algorithms=[ENCRYPTION, "A256GCM"])


def public_key(pem: str) -> RSAKey:
    """Return the public key in the text, also that of a certificate."""
    if "BEGIN CERTIFICATE" not in pem:
        return RSAKey.import_key(pem)
    public = x509.load_pem_x509_certificate(pem.encode()).public_key()
    return RSAKey.import_key(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def verified(tenant: Tenant, token: str) -> dict[str, Any] | None:
    """Return the claims of a token that one of the tenant's keys signed, whatever they say, else None."""
    header = unverified_header(token)
    key = keys.verifier(tenant, header.get("kid"))
    if key is None or header.get("alg") not in ASYMMETRIC:
        return None
    try:
        return dict(jwt.decode(token, key, algorithms=list(ASYMMETRIC)).claims)
    except (JoseError, ValueError):
        return None


def verified_by_client(authority: Authority, token: str) -> dict[str, Any] | None:
    """Return the claims of an ID token that was signed with its application's secret, else None."""
    client = authority.client(str(unverified_claims(token).get("aud") or "")) or {}
    if not client.get("client_secret") or unverified_header(token).get("alg") != "HS256":
        return None
    try:
        return dict(jwt.decode(token, OctKey.import_key(client["client_secret"]), algorithms=["HS256"]).claims)
    except (JoseError, ValueError):
        return None


def unverified_header(token: str) -> dict[str, Any]:
    """Return the header of a JWS, empty when there is none to read."""
    return _part(token, 0)


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the payload of a JWS without believing it, empty when there is none to read."""
    return _part(token, 1)


def half_hash(value: str) -> str:
    """Return the left half of the value's SHA-256, as `at_hash` and `c_hash` carry it.

    Source: OpenID Connect Core sections 3.1.3.6 and 3.3.2.11.
    """
    return _encoded(hashlib.sha256(value.encode()).digest()[:16])


def _part(token: str, at: int) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != SEGMENTS:
        return {}
    try:
        read = json.loads(urlsafe_b64decode(parts[at] + "=" * (-len(parts[at]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims)) + "."


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
