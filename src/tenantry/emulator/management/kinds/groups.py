"""Groups, which come from directories, and the roles they hold in the tenant and in organizations.

There is no call that makes a group: synchronizing a Google Workspace directory makes one of each group chosen for it.
No directory is asked, so the groups are empty.
Source: Auth0's published OpenAPI description; which groups an organization lists is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, missing
from tenantry.emulator.management.held import add, held, holders, remove
from tenantry.emulator.management.kind import Kind, filtered
from tenantry.emulator.management.kinds.connections import CONNECTIONS
from tenantry.emulator.management.kinds.organizations import find as find_organization
from tenantry.emulator.management.kinds.permissions import role_briefs
from tenantry.emulator.management.kinds.roles import ROLES
from tenantry.emulator.management.kinds.users import USERS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_FILTERS = ("connection_id", "name", "external_id")


def _wanted(call: Call) -> Rows | None:
    part = call.query.get("search", "").lower()
    rows = call.store.all("groups")
    return filtered(call, [row for row in rows if part in row["name"].lower()], _FILTERS) if part else None


def _forget(call: Call, group: Document) -> None:
    for collection in ("group_roles", "group_members"):
        call.store.delete(collection, group["id"])
    for key in call.store.keys("organization_group_roles"):
        if key.endswith(f":{group['id']}"):
            call.store.delete("organization_group_roles", key)


GROUPS = Kind(
    path="/groups",
    item="/groups/{id}",
    collection="groups",
    absent=("The group does not exist.", "inexistent_group"),
    filters=_FILTERS,
    wanted=_wanted,
    forget=_forget,
)


def groups_of(call: Call, user_id: str) -> list[Document]:
    """Return the groups that a user is in."""
    return call.store.some("groups", holders(call.store, "group_members", user_id))


def _members(call: Call) -> Any:
    group = GROUPS.find(call, call.key)
    rows = [
        {"id": each, "member_type": "user", "type": "connection", "connection_id": group.get("connection_id")}
        for each in held(call.store, "group_members", group["id"])
    ]
    return page(call, rows, lambda row: row)


def _existing(call: Call, kind: Kind, keys: list[str]) -> list[str]:
    return [str(kind.find(call, key)["id"]) for key in keys]


def _roles(call: Call) -> Any:
    return page(call, role_briefs(call, "group_roles", GROUPS.find(call, call.key)["id"]), lambda role: role)


def _change_roles(change: Any) -> Handler:
    def handler(call: Call) -> Answer:
        group = GROUPS.find(call, call.key)
        for role_id in _existing(call, ROLES, call.body["roles"]):
            change(call.store, "group_roles", group["id"], role_id)
        return Answer(204)

    return handler


def _groups_of_role(call: Call) -> Any:
    role = ROLES.find(call, call.key)
    owners = holders(call.store, "group_roles", role["id"])
    return page(call, call.store.some("groups", owners), lambda group: group)


def _change_groups(change: Any) -> Handler:
    def handler(call: Call) -> Answer:
        role = ROLES.find(call, call.key)
        for group_id in _existing(call, GROUPS, call.body["groups"]):
            change(call.store, "group_roles", group_id, role["id"])
        return Answer(204)

    return handler


def _groups_of_organization(call: Call) -> Any:
    owner = find_organization(call)["id"]
    places = [key.split(":") for key in call.store.keys("organization_group_roles")]
    inside = [group for organization, group in places if organization == owner]
    holding = [group for group in inside if held(call.store, "organization_group_roles", f"{owner}:{group}")]
    return page(call, call.store.some("groups", holding), lambda group: group)


def _place(call: Call) -> str:
    """Return the key of a group within an organization.

    Raises: Refusal.
    """
    return f"{find_organization(call)['id']}:{GROUPS.find(call, call.last)['id']}"


def _roles_inside(call: Call) -> Any:
    return page(call, role_briefs(call, "organization_group_roles", _place(call)), lambda role: role)


def _change_inside(change: Any) -> Handler:
    def handler(call: Call) -> Answer:
        place = _place(call)
        for role_id in _existing(call, ROLES, call.body["roles"]):
            change(call.store, "organization_group_roles", place, role_id)
        return Answer(204)

    return handler


def _groups_of_user(call: Call) -> Any:
    user_id = USERS.find(call, call.key)["user_id"]
    return page(call, groups_of(call, user_id), lambda group: group)


def _synchronize(call: Call) -> Document:
    connection = CONNECTIONS.find(call, call.key)
    if call.store.get("directory_provisionings", connection["id"]) is None:
        raise missing()
    for chosen in held(call.store, "synchronized_groups", connection["id"]):
        _take_over(call, connection["id"], chosen)
    synchronization = call.tenant.ids.new("synchronizations", connection["id"])
    return {"connection_id": connection["id"], "synchronization_id": synchronization, "status": "completed"}


def _take_over(call: Call, connection_id: str, chosen: Document) -> None:
    now = call.clock.milliseconds()
    known = [row for row in call.store.find("groups", "external_id", chosen["id"]) if row["connection_id"] == connection_id]
    before: Document = known[0] if known else {"id": call.tenant.ids.new("groups", chosen["id"]), "created_at": now}
    group = {
        **before,
        "name": str(chosen.get("name") or chosen.get("email") or chosen["id"]),
        "external_id": chosen["id"],
        "connection_id": connection_id,
        "tenant_name": call.tenant.name,
        "updated_at": now,
    }
    call.store.put("groups", group["id"], group)


_INSIDE = "/organizations/{organization_id}/groups"
HANDLERS: dict[str, Handler] = {
    **GROUPS.handlers(),
    "GET /groups/{id}/members": _members,
    "GET /groups/{id}/roles": _roles,
    "POST /groups/{id}/roles": _change_roles(add),
    "DELETE /groups/{id}/roles": _change_roles(remove),
    "GET /roles/{id}/groups": _groups_of_role,
    "POST /roles/{id}/groups": _change_groups(add),
    "DELETE /roles/{id}/groups": _change_groups(remove),
    f"GET {_INSIDE}": _groups_of_organization,
    f"GET {_INSIDE}/{{group_id}}/roles": _roles_inside,
    f"POST {_INSIDE}/{{group_id}}/roles": _change_inside(add),
    f"DELETE {_INSIDE}/{{group_id}}/roles": _change_inside(remove),
    "GET /users/{id}/groups": _groups_of_user,
    "POST /connections/{id}/directory-provisioning/synchronizations": _synchronize,
}
