"""What a flow may ask for, and what it can be granted, as far as that is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.smoke.declared import OIDC_SCOPES, Api

if TYPE_CHECKING:
    from tenantry.smoke.flows.flow import Flow


def scope_for(flow: Flow) -> tuple[str, ...]:
    """Return everything that the configuration lets the flow ask for."""
    if flow.is_machine:
        return tuple(flow.grant.scopes) if flow.is_foreign and flow.grant else ()
    offline = flow.application.may("refresh_token") and flow.may_be_offline
    offered = flow.configuration.offered_scopes
    known = [scope for scope in OIDC_SCOPES if offered is None or scope in offered]
    wanted = [scope for scope in known if scope != "offline_access" or offline]
    api = flow.token_api
    return (*wanted, *sorted(scope for scope in (api.scopes if api else ()) if is_due(flow, scope)))


def is_due(flow: Flow, scope: str) -> bool | None:
    """Return whether the flow is granted a permission of its API when it asks, None when that is not declared."""
    api = flow.token_api
    if flow.is_machine or api is None:
        return flow.grant.gives(scope) if flow.grant else None
    said = [_is_offered(api, scope)]
    if api.policy("user") == "require_client_grant":
        grant = flow.configuration.user_grant(flow.application, api)
        said.append(grant.gives(scope) if grant else None)
    if api.enforces_policies:
        said.append(is_held(flow, scope))
    return False if False in said else None if None in said else True


def _is_offered(api: Api, scope: str) -> bool | None:
    """Return whether an API has a permission, None when nobody said."""
    if scope in api.scopes:
        return True
    return False if api.has_exact_scopes else None


def is_held(flow: Flow, permission: str) -> bool | None:
    """Return whether the user, or the application itself, holds a permission of the API; None when that is not declared."""
    if flow.is_machine:
        return is_due(flow, permission)
    held = permissions_of(flow)
    return permission in held if held is not None else None


def permissions_of(flow: Flow) -> set[str] | None:
    """Return the user's permissions for the API, None when not every role is known."""
    if flow.token_api is None or flow.user is None:
        return None
    if flow.user.roles is None:
        return set() if flow.user.ephemeral else None
    held = [flow.configuration.permissions(role, flow.token_api) for role in flow.user.roles]
    known = [permissions for permissions in held if permissions is not None]
    return None if len(known) < len(held) else {scope for permissions in known for scope in permissions}
