"""Jobs: exports and imports of users, and verification mails. All are done by the time somebody asks.

Source: Auth0's published OpenAPI description; Auth0 docs, "Bulk User Exports" and "Bulk User Imports".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management import outbox
from tenantry.emulator.management.answers import Answer, invalid, missing
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.kinds.exports import written
from tenantry.emulator.management.kinds.imports import Imported, imported
from tenantry.emulator.management.kinds.tickets import user_named, verification_link
from tenantry.emulator.management.kinds.users import users_of

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_DONE = {"status": "completed", "percentage_done": 100, "time_left_seconds": 0}


def _accepted(call: Call, kind: str, about: Document, outcome: Document, name: str) -> Document:
    """Keep the job as it will be and return it as it starts."""
    job = {
        "type": kind,
        "status": "pending",
        "created_at": call.clock.milliseconds(),
        "id": call.tenant.ids.new("jobs", name),
        **about,
    }
    call.store.put("jobs", job["id"], {**job, **outcome})
    return job


def _export(call: Call) -> Document:
    connection = _connection(call, call.body.get("connection_id"))
    users = call.store.all("users") if connection is None else users_of(call, connection["name"])
    form = call.body.get("format", "json")
    text = written(users[: call.body.get("limit")], call.body.get("fields"), form)
    secret = call.tenant.ids.secret("users_export", 32)
    name = f"{call.tenant.name}.{form}.gz"
    call.store.put("exports", secret, {"text": text})
    location = f"{call.tenant.issuer(call.request)}_exports/{secret}/{name}"
    about = {**call.body, **({"connection": connection["name"]} if connection else {})}
    return _accepted(call, "users_export", about, {**_DONE, "location": location}, "users_export")


def _import(call: Call) -> Document:
    connection = _connection(call, call.body["connection_id"])
    if connection is None or connection["strategy"] != "auth0":
        raise invalid("The connection must be a database connection.")
    about = {
        "connection_id": connection["id"],
        "connection": connection["name"],
        "upsert": call.body.get("upsert", False),
        **{name: call.body[name] for name in ("external_id", "send_completion_email") if name in call.body},
    }
    return _accepted(call, "users_import", about, _outcome(imported(call, connection)), "users_import")


def _outcome(result: Imported) -> Document:
    if result.failure:
        return {"status": "failed", "status_details": result.failure, "_errors": []}
    return {**_DONE, "summary": result.summary, "_errors": result.errors}


def _connection(call: Call, connection_id: str | None) -> Document | None:
    if connection_id is None:
        return None
    found = call.store.get("connections", connection_id)
    if found is None:
        raise invalid("The connection does not exist.", "inexistent_connection")
    return found


def _verification_email(call: Call) -> Document:
    user = user_named(call, call.body["user_id"])
    link = verification_link(call, user)
    outbox.send(call, user["email"], "verify_email", user_id=user["user_id"], link=link)
    return _accepted(call, "verification_email", {}, _DONE, "verification_email")


def _own(call: Call) -> Document:
    job = call.store.get("jobs", call.key)
    if job is None:
        raise missing("The job does not exist.", "inexistent_job")
    return job


def _errors(call: Call) -> Any:
    return _own(call).get("_errors") or Answer(204)


HANDLERS: dict[str, Handler] = {
    "POST /jobs/users-exports": _export,
    "POST /jobs/users-imports": _import,
    "POST /jobs/verification-email": _verification_email,
    "GET /jobs/{id}": lambda call: public(_own(call)),
    "GET /jobs/{id}/errors": _errors,
}
