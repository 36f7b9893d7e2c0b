"""Access tokens as they come back: reading the header, believing the token.

Source: RFC 6750 section 2.1; RFC 9068 section 4; Auth0 docs, "Create Organizations" (the reasons).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import jose

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.oauth.authority import Authority


def token(request: Request) -> str | None:
    """Return the token of the Authorization header."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


class Distrusted(Exception):
    """A token that is not believed; its text is the reason that the Management API gives."""


def verified(authority: Authority, value: str) -> dict[str, Any]:
    """Return the claims of a JWT that this tenant issued under this issuer and that has not expired.

    Raises: Distrusted.
    """
    claims = jose.verified(authority.tenant, value)
    if claims is None:
        raise Distrusted("Invalid signature received for JSON Web Token validation")
    expires = claims.get("exp")
    if claims.get("iss") != authority.issuer or not isinstance(expires, int):
        raise Distrusted("Invalid token")
    if authority.now >= expires:
        raise Distrusted("Expired token received for JSON Web Token validation")
    return claims


def audiences(claims: dict[str, Any]) -> list[str]:
    """Return `aud` as a list."""
    audience = claims.get("aud")
    return [str(one) for one in audience] if isinstance(audience, list) else [str(audience)]
