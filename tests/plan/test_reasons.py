"""Each change says why it is made: by the files, by a destroy, or by taking a run back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenantry.cli.commands.destroy import emptied
from tenantry.model.state import Lifecycle, LiveResource, Purpose
from tests.declared import declare
from tests.plan.conftest import app, hold, planned
from tests.plan.lines import ABSENT, role

WISH = declare(
    applications={
        "new": {"name": "New"},
        "other": {"name": "Other", "description": "x"},
        "gone": {"name": "Gone", "lifecycle": ABSENT},
    }
)
LIVE = hold(app("O", "Other"), app("G", "Gone"))


@pytest.mark.parametrize(
    ("purpose", "reasons"),
    [
        (
            Purpose.DECLARED,
            {"new": "declared, and the tenant has none", "other": "the tenant holds something else", "gone": "declared absent"},
        ),
        (
            Purpose.REVERT,
            {
                "new": "reverted: the run deleted it",
                "other": "reverted: the run changed it",
                "gone": "reverted: the run created it",
            },
        ),
        (Purpose.DESTROY, {"other": "destroy: it names what goes", "gone": "destroy"}),
    ],
)
def test_a_reason_speaks_of_what_the_state_is_for(purpose: Purpose, reasons: dict[str, str]) -> None:
    made = planned(replace(WISH, purpose=purpose), LIVE)
    assert {change.address.handle: change.reason for change in made.changes}.items() >= reasons.items()


def test_a_destroy_says_so() -> None:
    point = "post-login"
    trigger = LiveResource("triggers", point, {"bindings": [{"action": {"id": "X"}}]})
    action = {"id": "X", "name": "A", "supported_triggers": [{"id": point, "version": "v3"}], "all_changes_deployed": True}
    declared = declare(roles={"boss": {"name": "Boss"}}, actions={"a": {"name": "A"}}, triggers={point: {"actions": ["a"]}})
    made = planned(emptied(declared), hold(role("R", "Boss"), LiveResource("actions", "X", action), trigger))
    assert {str(change.address): change.reason for change in made.changes} == {
        "roles.boss": "destroy",
        "actions.a": "destroy",
        "triggers.post-login": "destroy: it names what goes",
    }


def test_a_renamed_resource_is_said_to_be_found_by_its_former_name() -> None:
    wanted = declare(applications={"it": {"name": "New", "lifecycle": Lifecycle(renamed_from="Old")}})
    (change,) = planned(wanted, hold(app("O", "Old"))).changes
    assert change.reason == "found by its former name; it keeps its id"


def test_one_of_several_namesakes_is_said_to_be_found_by_its_id() -> None:
    wanted = declare(applications={"it": {"name": "Twin", "description": "x", "lifecycle": Lifecycle(id="B")}})
    (change,) = planned(wanted, hold(app("A", "Twin"), app("B", "Twin"))).changes
    assert (change.reason, change.id) == ("found by the id that its `lifecycle:` names", "B")
