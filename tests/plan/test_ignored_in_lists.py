"""What is ignored stays where it is: no list that is declared exactly loses it, and no map."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.state import LiveResource, LiveState, Manage
from tenantry.model.values import Exclude
from tenantry.plan import Plan
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, hold, planned
from tests.plan.lines import action, role

APPS = [app("W", "Web"), app("L", "Legacy CRM"), app("O", "Other")]
WEB = {"web": {"name": "Web"}}


def spared(section: str, *patterns: str) -> Manage:
    return Manage(ignore={section: patterns})


def applied(live: LiveState, manage: Manage, **sections: Any) -> tuple[Plan, list[Any]]:
    """Return the plan, and what its calls send."""
    made = planned(declare(manage, **sections), live)
    return made, [step.call.body for step in made.steps]


@pytest.mark.parametrize("wanted", [["web"], [], None])
def test_an_ignored_application_stays_enabled(wanted: list[str] | None) -> None:
    wish = {"users": {"name": "users", "strategy": "auth0", "enabled_clients": wanted}}
    live = hold(*APPS, connection("con_1", "users", ["L", "O"]))
    _, sent = applied(live, spared("applications", "Legacy *"), applications=WEB, connections=wish)
    assert [each["client_id"] for body in sent for each in body if not each["status"]] == ["O"]
    held = ["L", "W"] if wanted else ["L"]
    live = hold(*APPS, connection("con_1", "users", held))
    made, _ = applied(live, spared("applications", "Legacy *"), applications=WEB, connections=wish)
    assert made.is_empty


def test_what_is_excluded_by_name_is_not_what_is_ignored() -> None:
    wish = {"users": {"name": "users", "enabled_clients": Exclude(exclude=["web"])}}
    live = hold(*APPS, connection("con_1", "users", ["L", "W"]))
    _, [[sent]] = applied(live, spared("applications", "Legacy *"), applications=WEB, connections=wish)
    assert sent["status"] is False


def test_a_role_keeps_its_permissions_of_an_ignored_api() -> None:
    boss = role("R", "Boss", "r", "w")
    live = hold(boss, api("a" * 24, "https://a", scopes=[{"value": "r"}, {"value": "w"}]))
    wish = {"boss": {"name": "Boss", "permissions": {}}}
    assert applied(live, spared("apis", "https://a"), roles=wish)[0].is_empty
    assert calls(applied(live, Manage(), roles=wish)[0]) == ["DELETE roles.boss detach"]


@pytest.mark.parametrize(
    ("held", "wanted", "then"),
    [
        (["X"], [], ["X"]),
        (["X", "Y"], ["y"], ["X", "Y"]),
        (["Y", "X"], ["y"], ["Y", "X"]),
        (["Y", "X", "Z"], ["z", "y"], ["<z>", "X", "<y>"]),
        (["Y", "Z", "X"], ["z"], ["<z>", "X"]),
    ],
)
def test_an_ignored_action_runs_on_at_its_place(held: list[str], wanted: list[str], then: list[str]) -> None:
    def bound(ids: list[str]) -> LiveResource:
        return LiveResource("triggers", "post-login", {"bindings": [{"action": {"id": each}} for each in ids]})

    actions = [action(), action(id="Y", name="Y"), action(id="Z", name="Z")]
    live = [LiveResource("actions", str(each.data["id"]), each.data) for each in actions]
    files = {each: {"name": each.upper()} for each in ("y", "z")}
    wish: dict[str, Any] = {"actions": files, "triggers": {"post-login": {"actions": wanted}}}
    made, _ = applied(hold(*live, bound(held)), spared("actions", "A"), **wish)
    becomes = next((change.post or {} for change in made.changes), {"actions": held})["actions"]
    assert [f"<{each}>" if each in files else each for each in becomes] == then
    ids = [each.strip("<>").upper() for each in then]
    assert applied(hold(*live, bound(ids)), spared("actions", "A"), **wish)[0].is_empty
