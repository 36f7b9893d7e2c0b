"""Permissions that roles and users hold, and the roles that users hold.

A permission is held as `{resource_server_identifier, permission_name}`.
Source: recorded traffic of terraform-provider-auth0 (sorted by the server; derived members); Auth0 docs, "View User
Permissions" (a user's permissions, direct and by role); issue 348 of auth0-cli (an API that there is not); assumed (how a
role is named as a source).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid, missing
from tenantry.emulator.management.held import add as add_held
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.named import named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document

_DIRECT = {"source_id": "", "source_name": "", "source_type": "DIRECT"}


def listed(call: Call, collection: str, owner: str) -> Any:
    """Return the page of permissions asked for, with their descriptions."""
    rows = sorted(held(call.store, collection, owner), key=_pair)
    return page(call, rows, lambda row: described(call, row))


def listed_of_user(call: Call, user_id: str) -> Any:
    """Return the page of a user's permissions, direct and by role, each with where it comes from."""
    sources = {_pair(row): [_DIRECT] for row in held(call.store, "user_permissions", user_id)}
    for role in role_briefs(call, "user_roles", user_id):
        source = {"source_id": role["id"], "source_name": role["name"], "source_type": "ROLE"}
        for row in held(call.store, "role_permissions", role["id"]):
            sources.setdefault(_pair(row), []).append(source)
    rows = [{"permission_name": name, "resource_server_identifier": api} for name, api in sorted(sources)]
    return page(call, rows, lambda row: {**described(call, row), "sources": sources[_pair(row)]})


def add(call: Call, collection: str, owner: str) -> None:
    """Add the permissions in the body; known ones stay as they are.

    Raises: Refusal.
    """
    wanted = {_pair(each): each for each in held(call.store, collection, owner)}
    for each in call.body["permissions"]:
        _check_exists(call, each)
        wanted[_pair(each)] = {name: each[name] for name in ("resource_server_identifier", "permission_name")}
    hold(call.store, collection, owner, list(wanted.values()))


def remove(call: Call, collection: str, owner: str) -> None:
    """Remove the permissions in the body; unknown ones are no mistake."""
    gone = {_pair(each) for each in call.body["permissions"]}
    hold(call.store, collection, owner, [each for each in held(call.store, collection, owner) if _pair(each) not in gone])


def assign_role(call: Call, user_id: str, role_id: str) -> None:
    """Give a user a role.

    Raises: Refusal.
    """
    named(call, "users", user_id)
    add_held(call.store, "user_roles", user_id, named(call, "roles", role_id)["id"])


def role_briefs(call: Call, collection: str, owner: str) -> list[Document]:
    """Return the roles that the owner holds, in short form."""
    roles = call.store.some("roles", held(call.store, collection, owner))
    return [brief(role) for role in sorted(roles, key=lambda role: str(role["name"]))]


def brief(role: Document) -> Document:
    """Return a role as other resources show it."""
    return {"id": role["id"], "name": role["name"], "description": role.get("description") or ""}


def _pair(permission: Document) -> tuple[str, str]:
    return permission["permission_name"], permission["resource_server_identifier"]


def _check_exists(call: Call, permission: Document) -> None:
    identifier, name = permission["resource_server_identifier"], permission["permission_name"]
    apis = call.store.find("resource_servers", "identifier", identifier)
    if not apis:
        raise missing(f"The resource server does not exist: '{identifier}'", "inexistent_resource_server")
    if not any(scope["value"] == name for scope in apis[0].get("scopes", [])):
        raise invalid(f"The permission {name} does not exist on the resource server {identifier}.")


def described(call: Call, permission: Document) -> Document:
    """Return a permission as lists show it."""
    identifier, name = permission["resource_server_identifier"], permission["permission_name"]
    api = next(iter(call.store.find("resource_servers", "identifier", identifier)), {})
    scopes = {scope["value"]: scope.get("description", "") for scope in api.get("scopes", [])}
    return {
        "permission_name": name,
        "description": scopes.get(name, ""),
        "resource_server_name": api.get("name", ""),
        "resource_server_identifier": identifier,
    }
