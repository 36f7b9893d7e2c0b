"""Runs and deliveries: what an emulator that sends nothing and runs no flow can tell about them.

A test event of a stream is the one delivery there is; it has failed, since nothing is delivered.
Source: Auth0's published OpenAPI description.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, missing
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.kinds.forms import FLOWS
from tenantry.emulator.management.kinds.streams import EVENT_STREAMS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_REASON = "The emulator delivers nothing."


def _listed(call: Call) -> list[Document]:
    stream = EVENT_STREAMS.find(call, call.key)
    rows = call.store.find("event_deliveries", "event_stream_id", stream["id"])
    types = call.query.get("event_types")
    if types:
        rows = [row for row in rows if row["event_type"] in types.split(",")]
    known = [row["id"] for row in rows]
    start = known.index(call.query["from"]) + 1 if call.query.get("from") in known else 0
    return rows[start : start + call.query.get("take", 50)]


def _own(call: Call) -> Document:
    row = call.store.get("event_deliveries", call.last)
    if row is None or row["event_stream_id"] != EVENT_STREAMS.find(call, call.key)["id"]:
        raise missing("The delivery does not exist.")
    return row


def _test(call: Call) -> Document:
    stream, kind = EVENT_STREAMS.find(call, call.key), call.body["event_type"]
    event_id, now = call.tenant.ids.new("events", kind), call.clock.milliseconds()
    row = {
        "id": event_id,
        "event_stream_id": stream["id"],
        "status": "failed",
        "event_type": kind,
        "attempts": [_attempt(now)],
        "event": {
            "id": event_id,
            "source": f"urn:auth0:{call.tenant.name}",
            "specversion": "1.0",
            "type": kind,
            "time": now,
            "data": json.dumps(call.body.get("data") or {}),
        },
    }
    call.store.put("event_deliveries", event_id, row)
    return row


def _attempt(now: str) -> Document:
    return {"status": "failed", "timestamp": now, "error_message": _REASON}


def _again(call: Call, row: Document) -> None:
    attempts = [*row["attempts"], _attempt(call.clock.milliseconds())]
    call.store.put("event_deliveries", row["id"], {**row, "attempts": attempts})


def _redeliver_all(call: Call) -> Answer:
    stream = EVENT_STREAMS.find(call, call.key)
    types = call.body.get("event_types")
    for row in call.store.find("event_deliveries", "event_stream_id", stream["id"]):
        if types is None or row["event_type"] in types:
            _again(call, row)
    return Answer(202, call.body)


def _redeliver(call: Call) -> Answer:
    _again(call, _own(call))
    return Answer(202)


def _flow_runs(call: Call) -> Any:
    FLOWS.find(call, call.key)
    return page(call, [], public)


def _no_run(call: Call) -> Any:
    raise missing(f"Execution {call.last} not found.")


_STREAM = "/event-streams/{id}"
HANDLERS: dict[str, Handler] = {
    f"GET {_STREAM}/deliveries": _listed,
    f"GET {_STREAM}/deliveries/{{event_id}}": _own,
    f"POST {_STREAM}/test": _test,
    f"POST {_STREAM}/redeliver": _redeliver_all,
    f"POST {_STREAM}/redeliver/{{event_id}}": _redeliver,
    "GET /flows/{flow_id}/executions": _flow_runs,
    "GET /flows/{flow_id}/executions/{execution_id}": _no_run,
    "DELETE /flows/{flow_id}/executions/{execution_id}": lambda _call: Answer(204),
    "GET /actions/executions/{id}": _no_run,
}
