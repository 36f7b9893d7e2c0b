"""Triggers: which actions run at a point of a flow, in which order.

Source: Auth0's published Management API description (/actions/triggers/{id}/bindings); the ordered list is replaced as a whole,
from recorded traffic of terraform-provider-auth0.
"""

from typing import Annotated, Any, get_args

from pydantic import Field

from tenantry.kinds.actions import TriggerName
from tenantry.model.kind import Identity, Kind, Pages, Scopes
from tenantry.model.marks import Clear, InOrder, Ref, ServedBy, Watch
from tenantry.model.spec import Spec


class Trigger(Spec):
    """The actions of one trigger; in YAML the list alone is enough."""

    actions: Annotated[
        list[str] | None,
        Field(description="Actions by handle, in the order they run."),
        Ref("actions"),
        ServedBy("supported_triggers"),
        InOrder(),
        Clear([]),
        Watch("grows", "action-bound", "further code decides about logins and tokens"),
        Watch("shrinks", "action-unbound", "code no longer decides about logins and tokens"),
    ] = None


def from_wire(live: dict[str, Any]) -> dict[str, Any]:
    """Return the ids of the bound actions, in order."""
    return {"actions": [binding["action"]["id"] for binding in live.get("bindings") or ()]}


def to_wire(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the bindings that run these actions, in order."""
    return {"bindings": [{"ref": {"type": "action_id", "value": action}} for action in fields.get("actions") or ()]}


TRIGGERS = Kind(
    section="triggers",
    noun="trigger",
    spec=Trigger,
    path=("actions", "triggers", "{id}", "bindings"),
    scopes=Scopes(read=("read:actions",), update=("update:actions",)),
    identity=Identity.BY_HANDLE,
    listing=Pages(("actions", "triggers", "{id}", "bindings"), "bindings", "offset"),
    key=(),
    handles=frozenset(get_args(TriggerName)),
    from_wire=from_wire,
    to_wire=to_wire,
)
