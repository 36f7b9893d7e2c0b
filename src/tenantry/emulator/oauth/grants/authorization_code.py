"""Exchanging an authorization code.

Source: RFC 6749 section 4.1.3; RFC 7636 section 4.5. Auth0 docs say that `redirect_uri` must be sent if /authorize had it;
here an exchange without it is let through, as a published tutorial of a real tenant makes it, and a different one is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import codes, refresh_tokens, scopes
from tenantry.emulator.oauth.errors import OAuthError, invalid_grant
from tenantry.emulator.oauth.gullible import anybody
from tenantry.emulator.oauth.parameters import required
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization
    from tenantry.emulator.oauth.client_authentication import Caller

GRANT_TYPE = "authorization_code"


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return the tokens the code stands for."""
    if authority.misbehaves("accept_unknown_code") and not codes.is_known(authority, sent.get("code", "")):
        return Granted(anybody(authority, caller.client_id))
    kept = codes.redeem(authority, required(sent, "code"), caller.client_id)
    redirect_uri = sent.get("redirect_uri")
    if redirect_uri is None and authority.misbehaves("choose_otherwise"):
        raise invalid_grant("The redirect URI is missing.")
    if redirect_uri not in {None, kept["redirect_uri"]} and not authority.misbehaves("ignore_redirect_uri_at_exchange"):
        text = f"The redirect URI is wrong. You sent {redirect_uri}, and we expected {kept['redirect_uri']}"
        raise OAuthError(403, "unauthorized_client", text)
    codes.verify(authority, kept, sent.get("code_verifier"), needed=not caller.is_proved)
    authorization = codes.of(kept)
    return Granted(authorization, _refresh_token(authority, caller, authorization, kept["key"]))


def _refresh_token(authority: Authority, caller: Caller, authorization: Authorization, code: str) -> str | None:
    wanted = scopes.OFFLINE in authorization.scope or authority.misbehaves("refresh_token_without_offline_access")
    if not wanted or (authorization.legacy and not authorization.device):
        return None
    if authorization.device and not authorization.legacy and authority.misbehaves("mind_the_device"):
        return None
    return refresh_tokens.issue(authority, caller.client, authorization, code=code)
