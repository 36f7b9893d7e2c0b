"""Exchanging a refresh token.

Source: RFC 6749 section 6; OpenID Connect Core section 12; Auth0 docs, "Use refresh tokens", "Multi-resource refresh tokens".
A scope that was not granted before is left out (whether Auth0 refuses it is unknown).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import access_tokens, post_login, refresh_tokens, scopes, users
from tenantry.emulator.oauth.authority import is_first_party
from tenantry.emulator.oauth.errors import invalid_grant
from tenantry.emulator.oauth.gullible import anybody
from tenantry.emulator.oauth.parameters import required
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization
    from tenantry.emulator.oauth.client_authentication import Caller

GRANT_TYPE = "refresh_token"


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return new tokens for what the refresh token stands for."""
    if authority.misbehaves("refuse_refresh_tokens"):
        raise invalid_grant(refresh_tokens.UNKNOWN)
    token = required(sent, "refresh_token")
    if authority.misbehaves("accept_unknown_refresh_token") and not refresh_tokens.find(authority, token):
        return Granted(anybody(authority, caller.client_id))
    presented = refresh_tokens.presented(authority, caller.client, token)
    _user_is_well(authority, presented.authorization)
    wanted = _for_api(authority, caller, _narrowed(authority, presented.authorization, sent), sent)
    access_tokens.api_of(authority, wanted)  # raises before the refresh token is spent
    authorization = post_login.run(authority, wanted, protocol="oauth2-refresh-token")
    following = refresh_tokens.exchange(authority, caller.client, presented) or token
    return Granted(authorization, following)


def _user_is_well(authority: Authority, authorization: Authorization) -> None:
    user = authority.user(authorization.user_id)
    if user is None:
        raise invalid_grant("The refresh_token was generated for a user who doesn't exist anymore.")
    users.refuse_blocked(authority, user)


def _narrowed(authority: Authority, authorization: Authorization, sent: dict[str, str]) -> Authorization:
    """Return the authorization with the scope asked for, never more than before; what a refresh repeats is left out."""
    asked = scopes.split(sent.get("scope"))
    kept = tuple(one for one in authorization.scope if one in asked) if asked else authorization.scope
    if asked and authority.misbehaves("widen_scope_on_refresh"):
        kept = asked
    if authority.misbehaves("ignore_scope_on_refresh"):
        kept = authorization.scope
    if authority.misbehaves("narrow_scope_on_refresh"):
        kept = kept[:1]
    if authority.misbehaves("wrong_subject_after_refresh"):
        authorization = authorization.but(user_id="auth0|somebody-else")
    return authorization.but(scope=kept, gty="refresh_token", nonce=None, sid=None)


def _for_api(authority: Authority, caller: Caller, authorization: Authorization, sent: dict[str, str]) -> Authorization:
    """Return the authorization for another API, if the application's refresh policies name it; others are ignored."""
    audience = sent.get("audience")
    api = authority.api(audience)
    if not audience or audience == authorization.audience or api is None or not is_first_party(caller.client):
        return authorization
    if authority.misbehaves("refresh_for_any_api"):
        return authorization.but(audience=audience)
    for policy in (caller.client.get("refresh_token") or {}).get("policies") or ():
        if policy["audience"] == api["identifier"] and api.get("skip_consent_for_verifiable_first_party_clients"):
            asked = scopes.split(sent.get("scope")) or tuple(policy["scope"])
            kept = tuple(one for one in asked if one in policy["scope"] or one in scopes.OPENID)
            return authorization.but(audience=audience, scope=kept)
    return authorization
