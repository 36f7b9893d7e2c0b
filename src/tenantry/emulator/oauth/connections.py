"""Which connections users of an application may log in with; the emulator imitates database connections only.

Source: Auth0 docs, "Connections", "Enable connections for organizations" and "Third-party applications" (connections of the
domain; pages differ about permissive ones, which here may use those that list them too); where an organization has connections
they are used instead of the application's (assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth.authority import is_strict

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
DATABASE = "auth0"


def named(authority: Authority, name: str | None) -> Document | None:
    """Return the connection of that name."""
    found = authority.store.find("connections", "name", name) if name else []
    return found[0] if found else None


def databases(authority: Authority, client_id: str, organization: Document | None = None) -> list[Document]:
    """Return the database connections the application's users may use, those of the organization if there is one."""
    usable = _of_organization(authority, organization["id"]) if organization else []
    connections = usable or [one for one in authority.store.all("connections") if is_enabled(authority, one, client_id)]
    if is_strict(authority.client(client_id) or {}):
        connections = [one for one in connections if one.get("is_domain_connection")]
    return [one for one in connections if one.get("strategy") == DATABASE]


def is_enabled(authority: Authority, connection: Document, client_id: str) -> bool:
    """Return whether the connection is on for the application; for strict third parties only those of the domain are."""
    if connection.get("is_domain_connection") or authority.misbehaves("ignore_enabled_connections"):
        return True
    if is_strict(authority.client(client_id) or {}):
        return False
    listed = authority.store.get("connection_clients", connection["id"]) or {}
    return client_id in (*(listed.get("clients") or ()), *(connection.get("enabled_clients") or ()))


def organization_settings(authority: Authority, organization_id: str) -> list[Document]:
    """Return which connections the organization uses, and how."""
    return list((authority.store.get("organization_connections", organization_id) or {}).get("connections") or ())


def _of_organization(authority: Authority, organization_id: str) -> list[Document]:
    rows = organization_settings(authority, organization_id)
    ids = [one["connection_id"] for one in rows if one.get("is_enabled") is not False]
    return [one for one in (authority.store.get("connections", each) for each in ids) if one]
