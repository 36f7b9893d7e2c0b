"""What happens at each login and each refresh before tokens are made: the deployed post-login Actions run.

Source: Auth0 docs, "Actions / Login flow" (event object and api object, version 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import actions, connections, rights
from tenantry.emulator.oauth.errors import access_denied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
TRIGGER, HANDLER = "post-login", "onExecutePostLogin"
OF_USER = (
    *("user_id", "email", "email_verified", "name", "given_name", "family_name", "nickname", "picture", "username"),
    *("phone_number", "phone_verified", "created_at", "updated_at", "last_password_reset", "identities"),
)


def run(
    authority: Authority, authorization: Authorization, *, protocol: str, query: Mapping[str, str] | None = None
) -> Authorization:
    """Return the authorization with the claims that Actions set; they see the query of the request to /authorize.

    Raises: OAuthError when an Action denies access or fails.
    """
    request = actions.request_event(authority, query)

    def event(so_far: Authorization) -> Document:
        return {**_event(authority, so_far, protocol), "request": request}

    return actions.run(authority, authorization, TRIGGER, HANDLER, event=event, effects=EFFECTS)


def _event(authority: Authority, authorization: Authorization, protocol: str) -> Document:
    user = authority.user(authorization.user_id) or {}
    roles = rights.role_names(authority.store, user["user_id"], authorization.organization)
    seen: Document = {
        "user": {**_known(user, OF_USER), **{name: user.get(name) or {} for name in ("app_metadata", "user_metadata")}},
        "client": actions.client_event(authority.client(authorization.client_id) or {}),
        "connection": _connection(authority, authorization),
        "authorization": {"roles": roles},
        "authentication": {"methods": [{"name": "pwd", "timestamp": authority.tenant.clock.milliseconds()}]},
        "stats": {"logins_count": int(user.get("logins_count") or 0)},
        "tenant": {"id": authority.tenant.name},
        "transaction": {"protocol": protocol, "requested_scopes": list(authorization.scope)},
        "configuration": {},
    }
    organization = authority.organization(authorization.organization)
    if organization:
        seen["organization"] = {
            **_known(organization, ("id", "name", "display_name")),
            "metadata": organization.get("metadata") or {},
        }
    if authorization.audience:
        seen["resource_server"] = {"identifier": authorization.audience}
    if authorization.sid:
        seen["session"] = {"id": authorization.sid}
    return seen


def _connection(authority: Authority, authorization: Authorization) -> Document:
    found = connections.named(authority, authorization.connection) or {}
    return {**_known(found, ("id", "name", "strategy")), "metadata": found.get("metadata") or {}}


def _known(document: Document, members: tuple[str, ...]) -> Document:
    return {name: document[name] for name in members if document.get(name) is not None}


def _deny(_authority: Authority, _authorization: Authorization, *reasons: str) -> Authorization:
    raise access_denied(str(reasons[-1]) if reasons else "Access denied.")


def setting(member: str) -> Callable[..., Authorization]:
    """Return the effect that sets one member of the user's metadata, or removes it by null."""

    def effect(authority: Authority, authorization: Authorization, name: str, value: Any = None) -> Authorization:
        user = authority.user(authorization.user_id) or {}
        changed = {**(user.get(member) or {}), name: value}
        kept = {key: one for key, one in changed.items() if one is not None}
        authority.store.put("users", user["user_id"], {**user, member: kept})
        return authorization

    return effect


EFFECTS: dict[str, Callable[..., Authorization]] = {
    "idToken.setCustomClaim": actions.set_id_claim,
    "accessToken.setCustomClaim": actions.set_access_claim,
    "accessToken.addScope": actions.add_scope,
    "accessToken.removeScope": actions.remove_scope,
    "access.deny": _deny,
    "user.setAppMetadata": setting("app_metadata"),
    "user.setUserMetadata": setting("user_metadata"),
}
