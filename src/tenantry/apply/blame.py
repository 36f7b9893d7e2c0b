"""Who changed a resource and when, as the tenant's logs tell it, for whoever may read them; otherwise silence.

Source: Auth0 docs, tenant logs (events of type ``sapi`` are operations on the Management API, with the request in
``details.request``); that a request's path holds the resource's id is how the API names resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tenantry.management import ManagementClient
from tenantry.model.errors import Outdated, TenantryError
from tenantry.model.values import value_at
from tenantry.plan import Change

SCOPE = "read:logs"
NEWEST = (("q", "type:sapi"), ("sort", "date:-1"), ("per_page", "100"))
WRITES = {"post", "put", "patch", "delete"}
USER = ("details", "request", "auth", "user")
WHO = ((*USER, "email"), (*USER, "name"), ("user_name",), ("client_name",), ("client_id",))
"""Where an event may name whoever sent the request, the person first."""


def outdated(change: Change, reason: str) -> Outdated:
    """Return why the tenant is not what a change was planned from, with where that is declared."""
    return Outdated(f"{change.address}: {reason}", str(change.address), change.place)


async def blamed(client: ManagementClient, reasons: Mapping[str, Outdated]) -> list[Outdated]:
    """Return the reasons, each given under the id of its resource, with who wrote to it last where the logs tell."""
    events = await _events(client)
    return [replace(reason, sentence=reason.sentence + _last_write(id_, events)) for id_, reason in reasons.items()]


async def _events(client: ManagementClient) -> list[Any]:
    """Return the newest writes to the tenant, the newest first; none when the logs cannot be read."""
    try:
        if SCOPE not in (await client.caller()).scopes:
            return []
        found = await client.get(("logs",), NEWEST)
    except TenantryError:  # a refusal is about something else; what the logs say is only more of it
        return []
    return found if isinstance(found, list) else []


def _last_write(id_: str, events: list[Any]) -> str:
    """Return who wrote last to the resource of this id, to be put behind a sentence."""
    for event in events:
        method, path = (value_at(event, ("details", "request", name)) for name in ("method", "path"))
        if isinstance(path, str) and id_ in path.split("?")[0].split("/") and str(method).lower() in WRITES:
            return f" (last written {value_at(event, ('date',)) or 'at an unknown time'} by {_who(event)})"
    return ""


def _who(event: Any) -> str:
    """Return what the log calls whoever sent a request: the person, else the application."""
    names = (value_at(event, path) for path in WHO)
    return next((name for name in names if isinstance(name, str) and name), "somebody the log does not name")
