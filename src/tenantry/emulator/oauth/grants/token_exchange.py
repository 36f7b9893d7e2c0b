"""Exchanging somebody else's token for the tenant's own, where a profile names an Action that judges it.

Source: RFC 8693 section 2; Auth0 docs, "Custom token exchange". Exchanges without a profile (on behalf of a user, Token Vault,
native social logins) are not imitated; the statuses of the refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import (
    audiences,
    consents,
    exchange_actions,
    organizations,
    post_login,
    refresh_tokens,
    scopes,
    users,
)
from tenantry.emulator.oauth.authority import is_first_party
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import OAuthError, access_denied, invalid_request
from tenantry.emulator.oauth.gullible import anybody
from tenantry.emulator.oauth.parameters import required
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller

Document = dict[str, Any]
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a type
PROFILE_TYPE = "custom_authentication"


def is_allowed(client: Document) -> bool:
    """Return whether the application may exchange tokens: first party, conformant, and switched on."""
    switched_on = (client.get("token_exchange") or {}).get("allow_any_profile_of_type") or ()
    return PROFILE_TYPE in switched_on and is_first_party(client) and client.get("oidc_conformant") is not False


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return the tokens of the user whom the profile's Action finds in the subject token."""
    required(sent, "subject_token")
    if authority.misbehaves("accept_unknown_subject_token_type"):
        return Granted(anybody(authority, caller.client_id), None, {"issued_token_type": ACCESS_TOKEN})
    action = _action(authority, required(sent, "subject_token_type"))
    found = exchange_actions.run(authority, action, _asked(authority, caller, sent), sent)
    user = authority.user(found.user_id) or {}
    wanted = _granted(authority, caller, found, user)
    users.note_login(authority, user)
    authorization = post_login.run(authority, wanted, protocol="oauth2-token-exchange")
    alone = "actor_token" not in sent
    refresh_token = refresh_tokens.issue_if_offline(authority, caller.client, authorization) if alone else None
    return Granted(authorization, refresh_token, {"issued_token_type": ACCESS_TOKEN})


def _action(authority: Authority, subject_token_type: str) -> Document:
    profiles = authority.store.find("token_exchange_profiles", "subject_token_type", subject_token_type)
    if not profiles:
        raise invalid_request(f"Unsupported subject_token_type: {subject_token_type}")
    action = authority.store.get("actions", profiles[0].get("action_id") or "")
    if action is None:
        raise OAuthError(403, "server_error", "The token exchange profile has no Action.")
    return action


def _asked(authority: Authority, caller: Caller, sent: dict[str, str]) -> Authorization:
    """Return what the application asks for, before anybody knows for whom."""
    audience, _ = audiences.asked(authority, caller.client, sent)
    organization = authority.organization(sent.get("organization"))
    if sent.get("organization") and organization is None:
        raise invalid_request(f"parameter organization is invalid: {sent['organization']}")
    return Authorization(
        client_id=caller.client_id,
        audience=audience,
        scope=scopes.split(sent.get("scope")),
        organization=organization["id"] if organization else None,
    )


def _granted(authority: Authority, caller: Caller, found: Authorization, user: Document) -> Authorization:
    """Return the authorization with the scopes that the user may have; nobody can be asked for consent here."""
    organization, api = found.organization, authority.api(found.audience)
    if organization and not organizations.admit(authority, organization, user["user_id"], found.connection or ""):
        raise access_denied(f"user {user['user_id']} is not part of the {organization} organization")
    scope = scopes.of_user(authority, found.scope, client=caller.client, api=api, user=user, organization=organization)
    if consents.is_due(authority, caller.client, api, user["user_id"], scope):
        raise OAuthError(403, "consent_required", "Consent required")
    return found.but(scope=scope)
