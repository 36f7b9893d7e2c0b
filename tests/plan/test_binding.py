"""An action does not go while a trigger still runs it: the tenant refuses that, so the plan says it first."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.address import Address
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage
from tenantry.plan import Guard
from tests.declared import declare
from tests.plan.conftest import hold, planned
from tests.plan.lines import ABSENT, action

LEFT_ALONE = {"actions": [], "lifecycle": Lifecycle(ignore_changes=("actions",))}
NOT_MANAGED = {"lifecycle": Lifecycle(managed=False)}
PRUNED = Manage(prune=frozenset({"actions"}), emptied=frozenset({"actions"}))
GONE = {"a": {"name": "A", "lifecycle": ABSENT}}
MOVED = {"a": {"name": "A", "code": "1", "supported_triggers": [{"id": "credentials-exchange", "version": "v2"}]}}


def live(*bound: str, trigger: str = "post-login") -> LiveState:
    return hold(action(), LiveResource("triggers", trigger, {"bindings": [{"action": {"id": id_}} for id_ in bound]}))


def declared(trigger: dict[str, Any], actions: dict[str, Any], manage: Manage | None = None) -> DesiredState:
    return declare(manage, actions=actions, triggers={"post-login": trigger})


@pytest.mark.parametrize("trigger", [LEFT_ALONE, NOT_MANAGED])
@pytest.mark.parametrize(
    ("actions", "manage", "past"), [(GONE, None, "deleted"), ({}, PRUNED, "deleted"), (MOVED, None, "replaced")]
)
def test_an_action_that_a_trigger_keeps_is_not_deleted(
    trigger: dict[str, Any], actions: dict[str, Any], manage: Manage | None, past: str
) -> None:
    made = planned(declared(trigger, actions, manage), live("Y", "X"))
    sentence = (
        f"action A would be {past}, which the tenant refuses while the trigger post-login has it: "
        "take it out there first, or let the file say what the trigger's actions shall be"
    )
    assert made.guards == (Guard("bound", sentence, address=Address("actions", "a" if actions else "X")),)


@pytest.mark.parametrize(
    ("trigger", "held"),
    [({"actions": []}, live("X")), (LEFT_ALONE, live("Y")), (LEFT_ALONE, live()), (LEFT_ALONE, hold(action()))],
)
def test_an_action_that_nothing_keeps_is_deleted(trigger: dict[str, Any], held: LiveState) -> None:
    if not held.of("triggers"):
        assert planned(declare(actions=GONE), held).guards == ()
        return
    assert planned(declared(trigger, GONE), held).guards == ()


def test_an_action_that_stays_is_nobodys_concern() -> None:
    made = planned(declared(LEFT_ALONE, {"a": {"name": "A", "code": "2"}}), live("X"))
    assert made.guards == ()
    assert made.steps
