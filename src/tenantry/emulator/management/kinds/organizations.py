"""Organizations and their connections.

An `organization_connections` document is `{"connections": [...]}`, as the API lists them without `connection`.
Source: recorded traffic of terraform-provider-auth0 (TestAccOrganization*); Auth0 docs, "Create Organizations" (the conflict).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.kind import Kind, Unique
from tenantry.emulator.management.named import named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

ABSENT = ("No organization found by that id or name", None)
LARGEST_NUMBER_OF_CONNECTIONS = 10
_ENABLED_MEMBERS = ("connection_id", "assign_membership_on_login", "show_as_button", "is_signup_enabled")


def _prepare(_call: Call, body: Document) -> Document:
    return _without_empty({"third_party_client_access": "block", "is_app_entitlement_active": False, **body})


def _revise(_call: Call, _before: Document, after: Document) -> Document:
    return _without_empty(after)


def _without_empty(organization: Document) -> Document:
    hidden = ("enabled_connections",)
    return {
        name: value for name, value in organization.items() if name not in hidden and not (name == "metadata" and not value)
    }


def _shown(call: Call, organization: Document) -> Document:
    client_id = call.query.get("include_client_association_for")
    row = call.store.get("organization_clients", f"{organization['id']}:{client_id}") if client_id else None
    if row is None:
        return organization
    return {**organization, "client": {"use_for_member_access": row["use_for_member_access"]}}


def _create(call: Call) -> Answer:
    call.need("enabled_connections", "create:organization_connections")
    made = ORGANIZATIONS.made(call, call.body)
    for each in call.body.get("enabled_connections") or []:
        _put_connection(call, made["id"], _filled_in(call, {"is_enabled": True, **each}))
    return Answer(201, ORGANIZATIONS.show(call, made))


def _forget(call: Call, organization: Document) -> None:
    owner = organization["id"]
    for user_id in held(call.store, "organization_members", owner):
        call.store.delete("member_roles", f"{owner}:{user_id}")
    for collection in ("organization_connections", "organization_members", "organization_client_grants"):
        call.store.delete(collection, owner)
    for collection in ("organization_clients", "discovery_domains", "invitations"):
        for row in call.store.find(collection, "organization_id", owner):
            call.store.delete(collection, row["id"])
    for role in call.store.find("roles", "owner_id", owner):
        call.store.delete("roles", role["id"])


def _by_name(call: Call) -> Document:
    found = call.store.find("organizations", "name", call.key)
    if not found:
        raise missing(*ABSENT)
    return ORGANIZATIONS.show(call, found[0])


def find(call: Call) -> Document:
    """Return the organization of the first path parameter.

    Raises: Refusal.
    """
    return ORGANIZATIONS.find(call, call.key)


def _with_connection(call: Call, row: Document) -> Document:
    connection = call.store.get("connections", row["connection_id"]) or {}
    return {**row, "connection": {"name": connection.get("name"), "strategy": connection.get("strategy")}}


def _as_enabled(call: Call, row: Document) -> Document:
    shown = _with_connection(call, row)
    return {name: shown[name] for name in (*_ENABLED_MEMBERS, "connection") if name in shown}


def _listed(call: Call) -> Any:
    rows = held(call.store, "organization_connections", find(call)["id"])
    wanted = call.query.get("is_enabled")
    if wanted is not None:
        rows = [row for row in rows if row["is_enabled"] == wanted]
    return page(call, rows, lambda row: _with_connection(call, row), key="connection_id")


def _listed_enabled(call: Call) -> Any:
    rows = [row for row in held(call.store, "organization_connections", find(call)["id"]) if row["is_enabled"]]
    return page(call, rows, lambda row: _as_enabled(call, row), key="connection_id")


def _filled_in(call: Call, body: Document) -> Document:
    connection = named(call, "connections", body["connection_id"])
    signup = {"is_signup_enabled": False} if connection["strategy"] == "auth0" else {}
    return {
        "assign_membership_on_login": False,
        "show_as_button": True,
        "is_enabled": True,  # assumed; auth0-deploy-cli 8.44 takes a connection without a word about it for enabled
        "organization_access_level": "none",
        **signup,
        **body,
    }


def _put_connection(call: Call, owner: str, row: Document) -> None:
    rows = held(call.store, "organization_connections", owner)
    if any(each["connection_id"] == row["connection_id"] for each in rows):
        raise conflict("The connection is already enabled for the organization.")
    if len(rows) >= LARGEST_NUMBER_OF_CONNECTIONS:
        raise invalid("An organization cannot have more than 10 connections.")
    hold(call.store, "organization_connections", owner, [*rows, row])


def _add(call: Call) -> Answer:
    row = _filled_in(call, call.body)
    _put_connection(call, find(call)["id"], row)
    return Answer(201, _with_connection(call, row))


def _add_enabled(call: Call) -> Answer:
    row = _filled_in(call, {"is_enabled": True, **call.body})
    _put_connection(call, find(call)["id"], row)
    return Answer(201, _as_enabled(call, row))


def _own(call: Call) -> Document:
    row: Document
    for row in held(call.store, "organization_connections", find(call)["id"]):
        if row["connection_id"] == call.last:
            return row
    raise missing("No connection found by that id")


def _change(call: Call) -> Document:
    before = _own(call)
    after = {**before, **call.body}
    rows = [after if row is before else row for row in held(call.store, "organization_connections", call.key)]
    hold(call.store, "organization_connections", call.key, rows)
    return after


def _remove(call: Call) -> Answer:
    owner = find(call)["id"]
    rows = held(call.store, "organization_connections", owner)
    hold(call.store, "organization_connections", owner, [row for row in rows if row["connection_id"] != call.last])
    return Answer(204)


ORGANIZATIONS = Kind(
    path="/organizations",
    item="/organizations/{id}",
    collection="organizations",
    absent=ABSENT,
    unique=(Unique("name", "An organization with the same name already exists.", "organization_conflict"),),
    deep=("branding",),
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
)
_NEW, _OLD = "/organizations/{id}/connections", "/organizations/{id}/enabled_connections"
HANDLERS: dict[str, Handler] = {
    **ORGANIZATIONS.handlers(),
    "POST /organizations": _create,
    "GET /organizations/name/{name}": _by_name,
    f"GET {_NEW}": _listed,
    f"POST {_NEW}": _add,
    f"GET {_NEW}/{{connection_id}}": lambda call: _with_connection(call, _own(call)),
    f"PATCH {_NEW}/{{connection_id}}": lambda call: _with_connection(call, _change(call)),
    f"DELETE {_NEW}/{{connection_id}}": _remove,
    f"GET {_OLD}": _listed_enabled,
    f"POST {_OLD}": _add_enabled,
    f"GET {_OLD}/{{connectionId}}": lambda call: _as_enabled(call, _own(call)),
    f"PATCH {_OLD}/{{connectionId}}": lambda call: _as_enabled(call, _change(call)),
    f"DELETE {_OLD}/{{connectionId}}": _remove,
}
