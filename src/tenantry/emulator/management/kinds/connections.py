"""Connections and the clients that may use them.

Source: recorded traffic of terraform-provider-auth0 (TestAccConnectionClients*: what one connection shows whatever `fields`
names; assumed of lists) and auth0-deploy-cli; issue 221 of auth0-deploy-cli (the conflict); Auth0 docs (asynchronous deletion).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict
from tenantry.emulator.management.held import held, hold, remove
from tenantry.emulator.management.kind import Kind
from tenantry.emulator.management.kinds.connection_options import checked, filled_in, top_level
from tenantry.emulator.management.kinds.users import forget_user, users_of
from tenantry.emulator.management.named import ABSENT, named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_READ_OPTIONS = frozenset({"read:connections_options", "update:connections_options"})


def _prepare(call: Call, body: Document) -> Document:
    name = body["name"]
    if call.store.find("connections", "name", name):
        raise conflict("A connection with the same name already exists", "connection_conflict")
    leaving = call.store.get("deleted_connections", name)
    if leaving and leaving["until"] > call.clock.now():
        raise conflict("A connection with the same name is being deleted, try again later")
    options = filled_in(call, body["strategy"], body.get("options", {}))
    made = {**body, "options": options, **top_level(body), "realms": body.get("realms", [name])}
    made.pop("enabled_clients", None)
    checked(made)
    return made


def _revise(call: Call, before: Document, after: Document) -> Document:
    call.need("options", "update:connections_options")
    made = dict(after)
    made.pop("enabled_clients", None)
    if "options" in call.body:
        options = call.body["options"] or {}
        checked({**made, "options": options}, before)
        made["options"] = filled_in(call, before["strategy"], options, before.get("options", {}))
    else:
        checked(made, before)
    if "enabled_clients" in call.body:
        hold(call.store, "connection_clients", before["id"], list(call.body["enabled_clients"] or []))
    return made


def _create(call: Call) -> Answer:
    made = CONNECTIONS.made(call, call.body)
    hold(call.store, "connection_clients", made["id"], list(call.body.get("enabled_clients") or []))
    return Answer(201, CONNECTIONS.show(call, made))


def _shown(call: Call, connection: Document) -> Document:
    shown = {**connection, "enabled_clients": []}
    if not call.scopes & _READ_OPTIONS:
        shown["options"] = {}
    return shown


def _forget(call: Call, connection: Document) -> None:
    delay = call.tenant.timing.connection_delete_ms / 1000
    call.store.put("deleted_connections", connection["name"], {"until": call.clock.now() + delay})
    for collection in ("connection_clients", "scim_configurations", "directory_provisionings", "synchronized_groups"):
        call.store.delete(collection, connection["id"])
    for owner in call.store.keys("organization_connections"):
        for row in held(call.store, "organization_connections", owner):
            if row["connection_id"] == connection["id"]:
                remove(call.store, "organization_connections", owner, row)
    for user in users_of(call, connection["name"]):
        forget_user(call, user)


def _delete(call: Call) -> Answer:
    connection = CONNECTIONS.sought_one(call, call.key)
    if connection is None:
        return Answer(204)
    CONNECTIONS.remove(call, connection)
    return Answer(202, {"deleted_at": call.clock.milliseconds()})


def _wanted(call: Call) -> Rows | None:
    strategies, name = call.query.get("strategy"), call.query.get("name")
    if not strategies and name is None:
        return None
    rows = call.store.all("connections") if name is None else call.store.find("connections", "name", name)
    return [row for row in rows if not strategies or row["strategy"] in strategies]


def _clients(call: Call) -> Any:
    connection = CONNECTIONS.find(call, call.key)
    clients = held(call.store, "connection_clients", connection["id"])
    return page(call, [{"client_id": each} for each in clients], lambda row: row, key="client_id")


def _change_clients(call: Call) -> Answer:
    connection = CONNECTIONS.find(call, call.key)
    clients = dict.fromkeys(held(call.store, "connection_clients", connection["id"]))
    for change in call.body:
        if change["status"]:
            clients[named(call, "clients", change["client_id"])["client_id"]] = None
        else:
            clients.pop(change["client_id"], None)
    hold(call.store, "connection_clients", connection["id"], list(clients))
    return Answer(204)


def _status(call: Call) -> Answer:
    CONNECTIONS.find(call, call.key)
    return Answer(200)


def _delete_user(call: Call) -> Answer:
    connection = CONNECTIONS.find(call, call.key)
    for user in users_of(call, connection["name"]):
        if user.get("email") == call.query["email"]:
            forget_user(call, user)
    return Answer(204)


CONNECTIONS = Kind(
    path="/connections",
    item="/connections/{id}",
    collection="connections",
    absent=ABSENT["connections"],
    always=("id", "is_domain_connection", "authentication", "connected_accounts"),
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
    wanted=_wanted,
)
HANDLERS: dict[str, Handler] = {
    **CONNECTIONS.handlers(),
    "POST /connections": _create,
    "DELETE /connections/{id}": _delete,
    "GET /connections/{id}/clients": _clients,
    "PATCH /connections/{id}/clients": _change_clients,
    "GET /connections/{id}/status": _status,
    "DELETE /connections/{id}/users": _delete_user,
}
