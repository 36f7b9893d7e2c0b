"""The password grant, against the tenant's default directory.

Source: RFC 6749 section 4.3; Auth0 docs, "Resource owner password flow"; recorded traffic of go-auth0 (all scopes when none is
asked for). The status when no default directory is set is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import audiences, connections, opaque, post_login, refresh_tokens, scopes, users
from tenantry.emulator.oauth.authority import is_first_party
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import OAuthError, invalid_grant
from tenantry.emulator.oauth.parameters import required
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller

Document = dict[str, Any]
GRANT_TYPE = "password"
ALWAYS = "all-applications"


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return the tokens of a user of the default directory."""
    directory = authority.setting("default_directory")
    if not directory and authority.misbehaves("guess_directory"):
        every = authority.store.all("connections")
        directory = next((one["name"] for one in every if connections.is_enabled(authority, one, caller.client_id)), None)
    if not directory:
        raise OAuthError(403, "server_error", "Authorization server not configured with default connection.")
    return tokens_of_user(authority, caller, sent, connections.named(authority, directory))


def tokens_of_user(authority: Authority, caller: Caller, sent: dict[str, str], connection: Document | None) -> Granted:
    """Return the tokens of a user of the connection who is proved by the password."""
    username, password = required(sent, "username"), required(sent, "password")
    if not is_first_party(caller.client) and not authority.misbehaves("ignore_third_party_rules"):
        raise OAuthError(403, "unauthorized_client", "Third-party clients cannot use the password grant.")
    if connection is None or not connections.is_enabled(authority, connection, caller.client_id):
        raise OAuthError(403, "unauthorized_client", "The connection is not enabled for the client.")
    proved = users.authenticate(authority, [connection], username, password)
    if proved is None:
        users.note_refusal(authority, [connection], username, client_id=caller.client_id)
        raise invalid_grant("Wrong email or password.")
    user = proved[0]
    users.refuse_blocked(authority, user)
    _ask_for_factor(authority)
    wanted = _authorization(authority, caller, sent, user, connection["name"])
    users.note_login(authority, user)
    authorization = post_login.run(authority, wanted, protocol="oauth2-password")
    return Granted(authorization, refresh_tokens.issue_if_offline(authority, caller.client, authorization))


def _ask_for_factor(authority: Authority) -> None:
    """Demand a second factor where the tenant's policy is to demand it always; there is no endpoint to answer it with.

    Raises: OAuthError.
    Source: Auth0 docs, "Authenticate using ROPG flow with MFA".
    """
    policies = (authority.store.get("settings", "guardian-policies") or {}).get("policies") or ()
    if ALWAYS in policies:
        more = {"access_token": opaque.value(24)} if authority.misbehaves("demand_factor_beside_token") else {}
        raise OAuthError(403, "mfa_required", "Multifactor authentication required", mfa_token=opaque.value(48), **more)


def _authorization(
    authority: Authority, caller: Caller, sent: dict[str, str], user: Document, connection: str
) -> Authorization:
    audience, api = audiences.asked(authority, caller.client, sent)
    asked = scopes.split(sent.get("scope")) or (*scopes.OPENID, *scopes.declared(api))
    return Authorization(
        client_id=caller.client_id,
        user_id=user["user_id"],
        audience=audience,
        scope=scopes.of_user(authority, asked, client=caller.client, api=api, user=user),
        gty="password",
        connection=connection,
    )
