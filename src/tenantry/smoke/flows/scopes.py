"""What a flow may ask for, and what it can be granted, as far as that is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.smoke.declared import OIDC_SCOPES

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
    return (*wanted, *(sorted(most_api_scopes(flow))))


def most_api_scopes(flow: Flow) -> set[str]:
    """Return the API's permissions that the flow can be granted, as far as they are declared."""
    api = flow.token_api
    if api is None:
        return set()
    scopes = set(api.scopes)
    if flow.is_machine:
        return set(flow.grant.scopes) if flow.grant else scopes
    if api.policy("user") == "require_client_grant" and (grant := flow.configuration.user_grant(flow.application, api)):
        scopes &= set(grant.scopes)
    if api.enforces_policies:
        held = permissions_of(flow)
        scopes &= held if held is not None else set()
    return scopes


def permissions_of(flow: Flow) -> set[str] | None:
    """Return the user's permissions for the API, None when not every role is known."""
    if flow.token_api is None or flow.user is None:
        return None
    if flow.user.roles is None:
        return set() if flow.user.ephemeral else None
    held = [flow.configuration.permissions(role, flow.token_api) for role in flow.user.roles]
    known = [permissions for permissions in held if permissions is not None]
    return None if len(known) < len(held) else {scope for permissions in known for scope in permissions}
