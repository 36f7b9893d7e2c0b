"""Who belongs to an organization.

Source: Auth0 docs, "Organizations", "Grant just-in-time membership".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import connections

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority


def members(authority: Authority, organization_id: str) -> list[str]:
    """Return the ids of the organization's members."""
    return list((authority.store.get("organization_members", organization_id) or {}).get("members") or ())


def of_user(authority: Authority, user_id: str) -> list[dict[str, Any]]:
    """Return the organizations the user belongs to."""
    every = authority.store.all("organizations")
    return [one for one in every if user_id in members(authority, one["id"])]


def admit(authority: Authority, organization_id: str, user_id: str, connection_name: str) -> bool:
    """Return whether the user is a member, after making one of a user whose connection gives membership at login."""
    known = members(authority, organization_id)
    if user_id in known or authority.misbehaves("ignore_organization_membership"):
        return True
    connection = connections.named(authority, connection_name) or {}
    for setting in connections.organization_settings(authority, organization_id):
        if setting["connection_id"] == connection.get("id") and setting.get("assign_membership_on_login"):
            _join(authority, organization_id, user_id)
            return True
    return False


def _join(authority: Authority, organization_id: str, user_id: str) -> None:
    known = members(authority, organization_id)
    authority.store.put("organization_members", organization_id, {"members": [*known, user_id]})
