"""Log streams and event streams; nothing is sent anywhere.

Source: recorded traffic of terraform-provider-auth0 (TestAccLogStream*, TestAccEventStream*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.kind import Kind
from tenantry.emulator.management.kinds.actions import ACTIONS

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_MASKED = "mixpanelServiceAccountPassword"
_HIDDEN = ("token", "password", "header_value")
_FIXED = ("eventbridge", "eventgrid")


def _log_stream(call: Call, body: Document) -> Document:
    sink = dict(body["sink"])
    if body["type"] == "eventgrid":
        topic = f"azure.partner/auth0.com/{call.tenant.name}-{sink['azureSubscriptionId']}/auth0.logs"
        sink["azurePartnerTopic"] = topic
    if body["type"] == "eventbridge":
        sink["awsPartnerEventSource"] = _source(call, body["name"], "logs")
    return {"status": "active", "isPriority": False, **body, "sink": sink}


def _source(call: Call, name: str, what: str) -> str:
    key = call.tenant.ids.new("partner_event_sources", name)
    return f"aws.partner/auth0.com/{call.tenant.name}-{key}/auth0.{what}"


def _revise_log_stream(call: Call, before: Document, after: Document) -> Document:
    if "sink" in call.body and before["type"] in _FIXED:
        raise invalid("The sink of this type of log stream cannot be changed.")
    return after


def _shown_log_stream(_call: Call, stream: Document) -> Document:
    if _MASKED not in stream.get("sink", {}):
        return stream
    return {**stream, "sink": {**stream["sink"], _MASKED: "********"}}


def _event_stream(call: Call, body: Document) -> Document:
    destination = dict(body["destination"])
    if destination["type"] == "eventbridge":
        source = {"aws_partner_event_source": _source(call, body.get("name", ""), "events")}
        destination["configuration"] = {**destination["configuration"], **source}
    return {"status": "enabled", "subscriptions": [], **body, "destination": destination}


def _revise_event_stream(_call: Call, before: Document, after: Document) -> Document:
    if before["destination"]["type"] != after["destination"]["type"]:
        raise invalid("The type of an event stream's destination cannot be changed.")
    return after


def _forget_event_stream(call: Call, stream: Document) -> None:
    """Remove the action of the stream with it, as was recorded."""
    action_id = stream["destination"]["configuration"].get("action_id")
    action = call.store.get("actions", action_id) if action_id else None
    if action:
        ACTIONS.remove(call, action)


def _shown_event_stream(_call: Call, stream: Document) -> Document:
    configuration = stream["destination"]["configuration"]
    if "webhook_authorization" not in configuration:
        return stream
    shown = {name: value for name, value in configuration["webhook_authorization"].items() if name not in _HIDDEN}
    configuration = {**configuration, "webhook_authorization": shown}
    return {**stream, "destination": {**stream["destination"], "configuration": configuration}}


LOG_STREAMS = Kind(
    path="/log-streams",
    item="/log-streams/{id}",
    collection="log_streams",
    absent=("The log stream does not exist", "inexistent_log_stream"),
    deep=("pii_config", "sink"),
    prepare=_log_stream,
    revise=_revise_log_stream,
    shown=_shown_log_stream,
)
EVENT_STREAMS = Kind(
    path="/event-streams",
    item="/event-streams/{id}",
    collection="event_streams",
    absent=("The event stream does not exist.", None),
    date=Clock.milliseconds,
    prepare=_event_stream,
    revise=_revise_event_stream,
    forget=_forget_event_stream,
    shown=_shown_event_stream,
)
HANDLERS: dict[str, Handler] = {**LOG_STREAMS.handlers(), **EVENT_STREAMS.handlers()}
