"""Members of organizations, their roles, and invitations.

An `organization_members` document is `{"members": [user id, ...]}`.
Source: recorded traffic of terraform-provider-auth0 (TestAccOrganizationMember*); invitations after Auth0 docs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, missing
from tenantry.emulator.management.kind import projected, public
from tenantry.emulator.management.kinds.certificates import date_text
from tenantry.emulator.management.kinds.organizations import find
from tenantry.emulator.management.kinds.permissions import role_briefs
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_MEMBERS = ("user_id", "email", "picture", "name")
_WEEK_S = 7 * 24 * 3600


def member_ids(call: Call, owner: str) -> list[str]:
    """Return the ids of an organization's members."""
    return list((call.store.get("organization_members", owner) or {"members": []})["members"])


def _listed(call: Call) -> Any:
    users = [user for each in member_ids(call, find(call)["id"]) if (user := call.store.get("users", each))]
    return page(call, users, lambda user: _member(call, user), key="user_id", cursor_always=True)


def _member(call: Call, user: Document) -> Document:
    return projected(call, {name: user[name] for name in _MEMBERS if name in user})


def _add(call: Call) -> Answer:
    owner = find(call)["id"]
    members = dict.fromkeys(member_ids(call, owner))
    for user_id in call.body["members"]:
        if call.store.get("users", user_id) is None:
            raise missing("The user does not exist.", "inexistent_user")
        members[user_id] = None
        key = f"{owner}:{user_id}"
        row = {"id": key, "organization_id": owner, "user_id": user_id}
        call.store.put("organization_members_index", key, row)
    call.store.put("organization_members", owner, {"members": list(members)})
    return Answer(204)


def _remove(call: Call) -> Answer:
    owner, gone = find(call)["id"], set(call.body["members"])
    members = [each for each in member_ids(call, owner) if each not in gone]
    call.store.put("organization_members", owner, {"members": members})
    for user_id in gone:
        call.store.delete("organization_members_index", f"{owner}:{user_id}")
    for row in call.store.find("member_roles", "organization_id", owner):
        if row["user_id"] in gone:
            call.store.delete("member_roles", row["id"])
    return Answer(204)


def _membership(call: Call) -> str:
    """Return the key of a member within its organization.

    Raises: Refusal.
    """
    owner, user_id = find(call)["id"], list(call.params.values())[1]
    if user_id not in member_ids(call, owner):
        raise missing("The user is not a member of the organization.", "inexistent_member")
    return f"{owner}:{user_id}"


def _roles(call: Call) -> Any:
    return page(call, role_briefs(call, "member_roles", "membership", _membership(call)), lambda role: role)


def _add_roles(call: Call) -> Answer:
    membership = _membership(call)
    owner, user_id = membership.split(":", 1)
    for role_id in call.body["roles"]:
        if call.store.get("roles", role_id) is None:
            raise missing("The role does not exist.", "inexistent_role")
        key = f"{membership}:{role_id}"
        row = {"id": key, "membership": membership, "organization_id": owner, "user_id": user_id, "role_id": role_id}
        call.store.put("member_roles", key, row)
    return Answer(204)


def _remove_roles(call: Call) -> Answer:
    membership = _membership(call)
    for role_id in call.body["roles"]:
        call.store.delete("member_roles", f"{membership}:{role_id}")
    return Answer(204)


def _role_members(call: Call) -> Any:
    owner = find(call)["id"]
    rows = [row for row in call.store.find("member_roles", "role_id", call.last) if row["organization_id"] == owner]
    users = [user for row in rows if (user := call.store.get("users", row["user_id"]))]
    return page(call, users, lambda user: _member(call, user), key="user_id")


def _invitations(call: Call) -> Any:
    rows = call.store.find("invitations", "organization_id", find(call)["id"])
    return page(call, rows, lambda row: projected(call, public(row)))


def _invite(call: Call) -> Document:
    owner = find(call)["id"]
    if call.store.get("clients", call.body["client_id"]) is None:
        raise missing("The client does not exist", "inexistent_client")
    ticket = call.tenant.ids.secret(f"invitation:{owner}", 32)
    now = call.clock.date()
    ttl = call.body.get("ttl_sec", _WEEK_S)
    row = {
        "id": call.tenant.ids.new("invitations", owner),
        "organization_id": owner,
        **{name: value for name, value in call.body.items() if name not in ("ttl_sec", "send_invitation_email")},
        "created_at": date_text(now),
        "expires_at": date_text(now + timedelta(seconds=ttl)),
        "invitation_url": f"{call.tenant.issuer(call.request)}invitation?invitation={ticket}&organization={owner}",
        "ticket_id": ticket,
    }
    call.store.put("invitations", row["id"], row)
    return public(row)


def _own_invitation(call: Call) -> Document:
    row = call.store.get("invitations", call.last)
    if row is None or row["organization_id"] != find(call)["id"]:
        raise missing("The invitation does not exist.")
    return row


def _remove_invitation(call: Call) -> Answer:
    call.store.delete("invitations", _own_invitation(call)["id"])
    return Answer(204)


_ROOT = "/organizations/{id}"
HANDLERS: dict[str, Handler] = {
    f"GET {_ROOT}/members": _listed,
    f"POST {_ROOT}/members": _add,
    f"DELETE {_ROOT}/members": _remove,
    f"GET {_ROOT}/members/{{user_id}}/roles": _roles,
    f"POST {_ROOT}/members/{{user_id}}/roles": _add_roles,
    f"DELETE {_ROOT}/members/{{user_id}}/roles": _remove_roles,
    f"GET {_ROOT}/roles/{{role_id}}/members": _role_members,
    f"GET {_ROOT}/invitations": _invitations,
    f"POST {_ROOT}/invitations": _invite,
    f"GET {_ROOT}/invitations/{{invitation_id}}": lambda call: public(_own_invitation(call)),
    f"DELETE {_ROOT}/invitations/{{invitation_id}}": _remove_invitation,
}
