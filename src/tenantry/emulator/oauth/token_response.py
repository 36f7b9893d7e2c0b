"""The body of a successful exchange.

Source: RFC 6749 section 5.1; OpenID Connect Core section 3.1.3.3; the order of members is that of a real tenant's answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import access_tokens, id_tokens, opaque

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization


@dataclass(frozen=True)
class Granted:
    """What a grant came to: whose tokens, a refresh token if there is one, and what else the answer says."""

    authorization: Authorization
    refresh_token: str | None = None
    more: dict[str, str] = field(default_factory=dict)


def of(authority: Authority, granted: Granted) -> dict[str, Any]:
    """Return the answer with the tokens for what was granted."""
    authorization, refresh_token = granted.authorization, granted.refresh_token
    if authority.misbehaves("tell_no_scope"):
        authorization = authorization.but(scope=authorization.scope[:1])
    if authorization.user_id is None and authority.misbehaves("refresh_token_for_machines"):
        refresh_token = opaque.value(48)
    access_token = access_tokens.issue(authority, authorization)
    body: dict[str, Any] = {"access_token": access_token.value}
    if refresh_token and not authority.misbehaves("omit_refresh_token"):
        body["refresh_token"] = refresh_token
    if _has_id_token(authority, authorization):
        body["id_token"] = id_tokens.issue(authority, authorization)
    if authorization.scope and not authority.misbehaves("tell_no_scope"):
        body["scope"] = " ".join(authorization.scope)
    expires_in = access_token.expires_in + (60 if authority.misbehaves("wrong_expires_in") else 0)
    token_type = "mac" if authority.misbehaves("wrong_token_type") else "Bearer"
    more = {} if authority.misbehaves("omit_issued_token_type") else granted.more
    return {**body, "expires_in": expires_in, "token_type": token_type, **more}


def _has_id_token(authority: Authority, authorization: Authorization) -> bool:
    if authorization.user_id is None or authority.misbehaves("omit_id_token"):
        return False
    return "openid" in authorization.scope or authority.misbehaves("id_token_without_openid")
