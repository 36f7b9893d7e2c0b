"""The roles and permissions that a user has in the end, and where they come from: directly, by role or by group.

Source: Auth0's published OpenAPI description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.held import held
from tenantry.emulator.management.kinds.groups import groups_of
from tenantry.emulator.management.kinds.organization_members import membership
from tenantry.emulator.management.kinds.permissions import brief, described
from tenantry.emulator.management.kinds.users import USERS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_DIRECT, _GROUPS, _ROLES = "direct", "groups", "roles"


def _user_id(call: Call) -> str:
    return str(USERS.find(call, call.key)["user_id"])


def _roles_of(call: Call, user_id: str, organization: str | None = None) -> list[Document]:
    """Return a user's roles with their sources, in the tenant or in an organization."""
    own = ("member_roles", f"{organization}:{user_id}") if organization else ("user_roles", user_id)
    sources = {role_id: [_DIRECT] for role_id in held(call.store, *own)}
    for group in groups_of(call, user_id):
        for role_id in _roles_of_group(call, group["id"], organization):
            known = sources.setdefault(role_id, [])
            if _GROUPS not in known:
                known.append(_GROUPS)
    roles = call.store.some("roles", sources)
    return [{**brief(role), "sources": sources[role["id"]]} for role in sorted(roles, key=lambda role: str(role["name"]))]


def _roles_of_group(call: Call, group_id: str, organization: str | None) -> list[str]:
    if organization:
        return held(call.store, "organization_group_roles", f"{organization}:{group_id}")
    return held(call.store, "group_roles", group_id)


def _shown(document: Document) -> Document:
    return document


def _of_user(call: Call) -> Any:
    return page(call, _roles_of(call, _user_id(call)), _shown)


def _member(call: Call) -> tuple[str, str]:
    organization, _, user_id = membership(call).partition(":")
    return user_id, organization


def _of_member(call: Call) -> Any:
    return page(call, _roles_of(call, *_member(call)), _shown)


def _giving(call: Call, user_id: str, organization: str | None = None) -> Any:
    role_id = call.query["role_id"]
    groups = [each for each in groups_of(call, user_id) if role_id in _roles_of_group(call, each["id"], organization)]
    return page(call, groups, _shown)


def _permissions(call: Call) -> Any:
    user_id, api = _user_id(call), call.query["resource_server_identifier"]
    sources = {row["permission_name"]: [_DIRECT] for row in held(call.store, "user_permissions", user_id) if _is_of(row, api)}
    for role in _roles_of(call, user_id):
        for row in held(call.store, "role_permissions", role["id"]):
            if _is_of(row, api) and _ROLES not in sources.setdefault(row["permission_name"], []):
                sources[row["permission_name"]].append(_ROLES)
    rows = [{"resource_server_identifier": api, "permission_name": name} for name in sorted(sources)]
    return page(call, rows, lambda row: {**described(call, row), "sources": sources[row["permission_name"]]})


def _is_of(permission: Document, api: str) -> bool:
    return bool(permission["resource_server_identifier"] == api)


def _roles_granting(call: Call) -> Any:
    wanted = {name: call.query[name] for name in ("resource_server_identifier", "permission_name")}
    roles = [role for role in _roles_of(call, _user_id(call)) if wanted in held(call.store, "role_permissions", role["id"])]
    return page(call, roles, _shown)


_MEMBER = "/organizations/{id}/members/{user_id}/effective-roles"
HANDLERS: dict[str, Handler] = {
    "GET /users/{id}/effective-roles": _of_user,
    "GET /users/{id}/effective-roles/sources/groups": lambda call: _giving(call, _user_id(call)),
    "GET /users/{id}/effective-permissions": _permissions,
    "GET /users/{id}/effective-permissions/sources/effective-roles": _roles_granting,
    f"GET {_MEMBER}": _of_member,
    f"GET {_MEMBER}/sources/groups": lambda call: _giving(call, *_member(call)),
}
