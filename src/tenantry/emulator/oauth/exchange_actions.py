"""Whom a subject token stands for: the Action of a token exchange profile says it.

Source: Auth0 docs, "Actions / custom-token-exchange" (event object and api object, version 1). What an Action asks for takes
effect by kind: refusals first, then the user, then the metadata. Statuses and the wording of refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import actions, exchange_users, post_login
from tenantry.emulator.oauth.errors import invalid_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
TRIGGER, HANDLER = "custom-token-exchange", "onExecuteCustomTokenExchange"
KINDS = ("access", "authentication", "user")
SETS_USER = ("authentication.setUserById", "authentication.setUserByConnection")
NOT_SHOWN = {"subject_token", "actor_token", "client_secret", "client_assertion"}


def run(authority: Authority, action: Document, authorization: Authorization, sent: dict[str, str]) -> Authorization:
    """Return the authorization with the user whom the Action set.

    Raises: OAuthError when the Action refuses, fails, or does not set exactly one user.
    """
    event = _event(authority, authorization, sent)
    commands = actions.asked(authority, action, (TRIGGER, HANDLER), event, tuple(EFFECTS))
    commands.sort(key=lambda command: KINDS.index(command["name"].partition(".")[0]))
    if commands and commands[0]["name"].startswith("access."):
        commands = commands[:1]
    elif sum(command["name"] in SETS_USER for command in commands) != 1:
        raise actions.failed(action, "it must call one of api.authentication.setUserById and setUserByConnection, once")
    for command in commands:
        authorization = actions.applied(authority, authorization, action, EFFECTS, command)
    return authorization


def _event(authority: Authority, authorization: Authorization, sent: dict[str, str]) -> Document:
    organization = authority.organization(authorization.organization)
    shown = {name: value for name, value in sent.items() if name not in NOT_SHOWN}
    told = ("subject_token", "subject_token_type", "actor_token", "actor_token_type")
    return {
        "client": actions.client_event(authority.client(authorization.client_id) or {}),
        "request": {**actions.request_event(authority), "body": shown},
        "tenant": {"id": authority.tenant.name},
        "transaction": {
            "protocol": "oauth2-token-exchange",
            "requested_scopes": list(authorization.scope),
            **{name: sent[name] for name in told if name in sent},
        },
        **({"resource_server": {"id": authorization.audience}} if authorization.audience else {}),
        **({"organization": {name: organization.get(name) for name in ("id", "name")}} if organization else {}),
    }


def _reject(_authority: Authority, _authorization: Authorization, reason: str = "") -> Authorization:
    raise invalid_request(str(reason))


def _set_organization(authority: Authority, authorization: Authorization, name_or_id: str) -> Authorization:
    organization = authority.organization(str(name_or_id))
    if organization is None:
        raise invalid_request(f"parameter organization is invalid: {name_or_id}")
    return authorization.but(organization=organization["id"])


EFFECTS: dict[str, Callable[..., Authorization]] = {
    "access.deny": actions.deny,
    "access.rejectInvalidSubjectToken": _reject,
    "authentication.setUserById": exchange_users.by_id,
    "authentication.setUserByConnection": exchange_users.by_connection,
    "authentication.setOrganization": _set_organization,
    "user.setAppMetadata": post_login.setting("app_metadata"),
    "user.setUserMetadata": post_login.setting("user_metadata"),
}
