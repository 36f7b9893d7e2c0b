"""Applications that prove themselves with a signed assertion (`private_key_jwt`).

Source: RFC 7523 sections 2.2 and 3; Auth0 docs, "Authenticate with private key JWT" (limits; that `alg` has to be the one that
the credential was made with), "Credential settings" (one that has expired stays and cannot be used). Credentials are documents
of the collection `client_credentials`, whose `_pem` is the public key or certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError

from tenantry.emulator.oauth import expiring, jose, opaque
from tenantry.emulator.oauth.errors import OAuthError
from tenantry.emulator.utf8 import is_writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS256", "RS384", "PS256")
"""The first is that of a credential which was made without one."""
LONGEST = 2048
LONGEST_JTI = 64
LONGEST_LIFETIME_S = 300
SKEW_S = 10


def verified(authority: Authority, sent: Mapping[str, str]) -> Document:
    """Return the application that signed the assertion; it can be presented once.

    Raises: OAuthError.
    """
    assertion = sent["client_assertion"]
    if sent.get("client_assertion_type") != ASSERTION_TYPE or len(assertion) > LONGEST:
        raise _refusal("Invalid client_assertion or client_assertion_type.")
    client_id = str(jose.unverified_claims(assertion).get("iss") or "")
    client = authority.client(client_id)
    if client is None or sent.get("client_id", client_id) != client_id:
        raise _refusal("Client unknown.")
    methods = client.get("client_authentication_methods") or {}
    claims = signed(authority, (methods.get("private_key_jwt") or {}).get("credentials") or (), assertion)
    if authority.misbehaves("accept_any_assertion"):
        return client
    if claims is None:
        raise _refusal("Client assertion signature is not valid.")
    _check(authority, claims, client_id)
    return client


def signed(authority: Authority, references: Iterable[Document], token: str) -> Document | None:
    """Return the claims of a token that one of the referred credentials signed, whatever they say, else None."""
    header = jose.unverified_header(token)
    for credential in _credentials(authority, references):
        alg = credential.get("alg", ALGORITHMS[0])
        if header.get("kid") in (None, credential.get("kid")) and header.get("alg") == alg:
            try:
                claims = dict(jwt.decode(token, jose.public_key(credential["_pem"]), algorithms=[alg]).claims)
                return claims if is_writable(claims) else None
            except (JoseError, ValueError):
                continue
    return None


def _credentials(authority: Authority, references: Iterable[Document]) -> Iterator[Document]:
    for reference in references:
        credential = authority.store.get("client_credentials", reference["id"])
        if credential and credential.get("_pem") and not _has_expired(authority, credential):
            yield credential


def _has_expired(authority: Authority, credential: Document) -> bool:
    ends: str | None = credential.get("expires_at")
    return ends is not None and ends <= authority.tenant.clock.milliseconds()


def _check(authority: Authority, claims: Document, client_id: str) -> None:
    now, expires, jti = authority.now, claims.get("exp"), claims.get("jti")
    audience = claims.get("aud")
    if claims.get("sub") != client_id:
        raise _refusal("'sub' must be the client_id.")
    if authority.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise _refusal(f"'aud' must be {authority.issuer}.")
    if not isinstance(expires, int) or not now - SKEW_S < expires <= now + LONGEST_LIFETIME_S + SKEW_S:
        raise _refusal("'exp' must lie ahead, by five minutes at most.")
    if not is_valid_at(now, claims):
        raise _refusal("The assertion is not valid yet.")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise _refusal("'jti' is required, with at most 64 characters.")
    key = opaque.digest(f"{client_id} {jti}")
    if authority.store.get("assertions", key) and not authority.misbehaves("reuse_client_assertion"):
        raise _refusal("The assertion was used before.")
    expiring.keep(authority, "assertions", key, {}, LONGEST_LIFETIME_S)


def is_valid_at(now: int, claims: Document) -> bool:
    """Return whether what the claims say of `nbf` and `exp`, if anything, lets the token be used now, a little skew apart."""
    begins, ends = claims.get("nbf", now), claims.get("exp", now + 1)
    return isinstance(begins, int) and isinstance(ends, int) and begins - SKEW_S <= now < ends + SKEW_S


def _refusal(description: str) -> OAuthError:
    return OAuthError(401, "invalid_client", description)
