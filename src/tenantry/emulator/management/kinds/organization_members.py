"""Members of organizations, their roles, and invitations.

Source: recorded traffic of terraform-provider-auth0 (TestAccOrganizationMember*) and go-auth0
(TestOrganizationManager_CreateInvitation); Auth0 docs, "Send Organization Membership Invitations" (where the link leads, what
is refused).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tenantry.emulator.management.answers import Answer, invalid, missing
from tenantry.emulator.management.held import add, held, remove
from tenantry.emulator.management.kind import projected, public
from tenantry.emulator.management.kinds.certificates import date_text
from tenantry.emulator.management.kinds.organizations import find
from tenantry.emulator.management.kinds.permissions import role_briefs
from tenantry.emulator.management.named import named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_MEMBERS = ("user_id", "email", "picture", "name")
_WEEK_S = 7 * 24 * 3600
_PASSWORDLESS = ("email", "sms")


def _listed(call: Call) -> Any:
    members = held(call.store, "organization_members", find(call)["id"])
    users = call.store.some("users", members)
    return page(call, users, lambda user: _member(call, user), key="user_id", cursor_always=True)


def _member(call: Call, user: Document) -> Document:
    return projected(call, {name: user[name] for name in _MEMBERS if name in user})


def _add(call: Call) -> Answer:
    owner = find(call)["id"]
    for user_id in call.body["members"]:
        add(call.store, "organization_members", owner, named(call, "users", user_id)["user_id"])
    return Answer(204)


def _remove(call: Call) -> Answer:
    owner = find(call)["id"]
    for user_id in call.body["members"]:
        remove(call.store, "organization_members", owner, user_id)
        call.store.delete("member_roles", f"{owner}:{user_id}")
    return Answer(204)


def membership(call: Call) -> str:
    """Return the key of a member within its organization.

    Raises: Refusal.
    """
    owner, user_id = find(call)["id"], list(call.params.values())[1]
    if user_id not in held(call.store, "organization_members", owner):
        raise missing("The user is not a member of the organization.", "inexistent_member")
    return f"{owner}:{user_id}"


def _roles(call: Call) -> Any:
    return page(call, role_briefs(call, "member_roles", membership(call)), lambda role: role)


def _add_roles(call: Call) -> Answer:
    member = membership(call)
    for role_id in call.body["roles"]:
        add(call.store, "member_roles", member, named(call, "roles", role_id)["id"])
    return Answer(204)


def _remove_roles(call: Call) -> Answer:
    member = membership(call)
    for role_id in call.body["roles"]:
        remove(call.store, "member_roles", member, role_id)
    return Answer(204)


def _role_members(call: Call) -> Any:
    owner = find(call)["id"]
    members = held(call.store, "organization_members", owner)
    having = [each for each in members if call.last in held(call.store, "member_roles", f"{owner}:{each}")]
    users = call.store.some("users", having)
    return page(call, users, lambda user: _member(call, user), key="user_id")


def _invitations(call: Call) -> Any:
    rows = call.store.find("invitations", "organization_id", find(call)["id"])
    return page(call, rows, lambda row: projected(call, public(row)))


def _invite(call: Call) -> Document:
    organization = find(call)
    owner, route = organization["id"], _login_route(call)
    _check_invitation(call)
    ticket = call.tenant.ids.secret(f"invitation:{owner}", 32)
    link = {"invitation": ticket, "organization": owner, "organization_name": organization["name"]}
    now = call.clock.date()
    ttl = call.body.get("ttl_sec") or _WEEK_S
    row = {
        "id": call.tenant.ids.new("invitations", owner),
        "organization_id": owner,
        **{name: value for name, value in call.body.items() if name not in ("ttl_sec", "send_invitation_email")},
        "created_at": date_text(now),
        "expires_at": date_text(now + timedelta(seconds=ttl)),
        "invitation_url": f"{route}?{urlencode(link)}",
        "ticket_id": ticket,
    }
    call.store.put("invitations", row["id"], row)
    return public(row)


def _login_route(call: Call) -> str:
    """Return where an invitation leads: the login of the application, else the tenant's.

    Raises: Refusal.
    """
    client = call.store.get("clients", call.body["client_id"])
    if client is None:
        raise invalid("The specified client_id does not exist.")
    settings = call.store.get("settings", "tenant") or {}
    route = client.get("initiate_login_uri") or settings.get("default_redirection_uri")
    if not route:
        raise invalid("A default login route is required to generate the invitation url.")
    return str(route)


def _check_invitation(call: Call) -> None:
    """Accept the connection and the roles that the invitation names.

    Raises: Refusal.
    """
    if "connection_id" in call.body:
        connection = call.store.get("connections", call.body["connection_id"])
        if connection is None:
            raise invalid("The specified connection does not exist.")
        if connection["strategy"] in _PASSWORDLESS:
            raise invalid("Passwordless connections are not supported.")
    unknown = [role for role in call.body.get("roles", ()) if call.store.get("roles", role) is None]
    if unknown:
        raise invalid(f"One or more of the specified roles do not exist: {', '.join(unknown)}.")


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
