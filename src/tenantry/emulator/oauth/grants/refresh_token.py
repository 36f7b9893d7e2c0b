"""Exchanging a refresh token.

Source: RFC 6749 section 6; OpenID Connect Core section 12; Auth0 docs, "Use refresh tokens", "Multi-resource refresh tokens".
A scope that was not granted before is left out (whether Auth0 refuses it is unknown).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

Document = dict[str, Any]
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
    wanted = _asked(authority, caller, presented.authorization, sent)
    access_tokens.api_of(authority, wanted)  # raises before the refresh token is spent
    authorization = post_login.run(authority, wanted, protocol="oauth2-refresh-token")
    following = refresh_tokens.exchange(authority, caller.client, presented) or token
    return Granted(authorization, following)


def _user_is_well(authority: Authority, authorization: Authorization) -> None:
    user = authority.user(authorization.user_id)
    if user is None:
        raise invalid_grant("The refresh_token was generated for a user who doesn't exist anymore.")
    users.refuse_blocked(authority, user)


def _asked(authority: Authority, caller: Caller, authorization: Authorization, sent: dict[str, str]) -> Authorization:
    """Return what the application asks for, as far as the login or a policy of its refresh tokens gives it."""
    audience, added = _by_policy(authority, caller.client, authorization, sent.get("audience"))
    general = (*scopes.OPENID, scopes.OFFLINE)
    before = [one for one in authorization.scope if audience == authorization.audience or one in general]
    allowed = tuple(dict.fromkeys([*before, *added]))
    if authority.misbehaves("wrong_subject_after_refresh"):
        authorization = authorization.but(user_id="auth0|somebody-else")
    kept = _narrowed(authority, allowed, scopes.split(sent.get("scope")))
    return authorization.but(audience=audience, scope=kept, refreshed=True, nonce=None, sid=None)


def _by_policy(
    authority: Authority, client: Document, authorization: Authorization, asked: str | None
) -> tuple[str | None, tuple[str, ...]]:
    """Return for which API the token is, and the scopes that a policy adds; an API that no policy opens is ignored.

    Source: Auth0 docs, "Configure and implement multi-resource refresh token", evaluation logic; that permissions and client
    grants of users limit what a policy adds is assumed.
    """
    wanted = asked or authorization.audience
    api = authority.api(wanted)
    if api and authority.misbehaves("refresh_for_any_api"):
        return wanted, authorization.scope
    policies = (client.get("refresh_token") or {}).get("policies") or () if is_first_party(client) else ()
    policy = next((each for each in policies if api and each["audience"] == api["identifier"]), None)
    if policy is None or api is None or not _needs_nobody(authority, client, api):
        return authorization.audience, ()
    user = authority.user(authorization.user_id) or {}
    organization = authorization.organization
    return wanted, scopes.of_user(authority, policy["scope"], client=client, api=api, user=user, organization=organization)


def _needs_nobody(authority: Authority, client: Document, api: Document) -> bool:
    """Return whether the application reaches the API without asking the user."""
    return bool(api.get("skip_consent_for_verifiable_first_party_clients")) and authority.lets_users_in(client, api)


def _narrowed(authority: Authority, allowed: tuple[str, ...], asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes asked for that are allowed, all of them when none is asked for."""
    if asked and authority.misbehaves("widen_scope_on_refresh"):
        return asked
    all_of_them = not asked or authority.misbehaves("ignore_scope_on_refresh")
    kept = allowed if all_of_them else tuple(one for one in allowed if one in asked)
    return kept[:1] if authority.misbehaves("narrow_scope_on_refresh") else kept
