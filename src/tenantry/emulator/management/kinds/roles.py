"""Roles, their permissions and their users.

Source: recorded traffic of terraform-provider-auth0 (TestAccRole*, TestAccDataSourceRole) and go-auth0 (TestRoleManager_Users).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer
from tenantry.emulator.management.held import holders, remove
from tenantry.emulator.management.kind import Kind, Unique, filtered
from tenantry.emulator.management.kinds import permissions
from tenantry.emulator.management.named import ABSENT
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_FILTERS = ("type", "owner_id")


def _prepare(_call: Call, body: Document) -> Document:
    return {"description": None, "type": "tenant", **body}


def _wanted(call: Call) -> Rows | None:
    part = call.query.get("name_filter")
    if part is None:
        return None
    rows = [role for role in call.store.all("roles") if part.lower() in role["name"].lower()]
    return filtered(call, rows, _FILTERS)


def _forget(call: Call, role: Document) -> None:
    call.store.delete("role_permissions", role["id"])
    for collection in ("user_roles", "member_roles", "group_roles", "organization_group_roles"):
        for owner in holders(call.store, collection, role["id"]):
            remove(call.store, collection, owner, role["id"])


def _shown(call: Call, role: Document) -> Document:
    if call.request.method == "GET":
        return {**role, "description": role.get("description") or ""}
    return role


def _users(call: Call) -> Any:
    role = ROLES.find(call, call.key)
    owners = holders(call.store, "user_roles", role["id"])
    users = call.store.some("users", owners)
    members = ("user_id", "email", "picture", "name")
    return page(call, users, lambda user: {name: user[name] for name in members if name in user}, key="user_id")


def _assign(call: Call) -> Answer:
    role = ROLES.find(call, call.key)
    for user_id in call.body["users"]:
        permissions.assign_role(call, user_id, role["id"])
    return Answer(200, {})


def _permissions(call: Call) -> Any:
    return permissions.listed(call, "role_permissions", ROLES.find(call, call.key)["id"])


def _add(call: Call) -> Answer:
    permissions.add(call, "role_permissions", ROLES.find(call, call.key)["id"])
    return Answer(201, {})


def _withdraw(call: Call) -> Answer:
    permissions.remove(call, "role_permissions", ROLES.find(call, call.key)["id"])
    return Answer(204)


ROLES = Kind(
    path="/roles",
    item="/roles/{id}",
    collection="roles",
    absent=ABSENT["roles"],
    unique=(Unique("name", "The role already exists."),),
    prepare=_prepare,
    forget=_forget,
    shown=_shown,
    filters=_FILTERS,
    wanted=_wanted,
    deleted={},
)
HANDLERS: dict[str, Handler] = {
    **ROLES.handlers(),
    "GET /roles/{id}/users": _users,
    "POST /roles/{id}/users": _assign,
    "GET /roles/{id}/permissions": _permissions,
    "POST /roles/{id}/permissions": _add,
    "DELETE /roles/{id}/permissions": _withdraw,
}
