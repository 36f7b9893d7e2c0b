"""Access tokens as they come back: reading the header, believing the token.

Source: RFC 6750 section 2.1; RFC 9068 section 4.
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


def verified(authority: Authority, value: str) -> dict[str, Any] | None:
    """Return the claims of a JWT that this tenant issued under this issuer and that has not expired."""
    claims = jose.verified(authority.tenant, value)
    if claims is None or claims.get("iss") != authority.issuer:
        return None
    expires = claims.get("exp")
    return claims if isinstance(expires, int) and authority.now < expires else None


def audiences(claims: dict[str, Any]) -> list[str]:
    """Return `aud` as a list."""
    audience = claims.get("aud")
    return [str(one) for one in audience] if isinstance(audience, list) else [str(audience)]
