"""What counts as the same when a resource is looked at again."""

from __future__ import annotations

import pytest

from tenantry.kinds import KINDS
from tenantry.model.errors import ConfigErrors
from tenantry.model.state import Lifecycle, Manage
from tenantry.plan import Action, check, departures, shortcomings
from tests.declared import declare
from tests.plan.conftest import api, app, grant, hold, planned

APIS = KINDS["apis"]
APPLICATIONS = KINDS["applications"]


def test_what_the_server_adds_to_an_item_is_no_shortcoming_and_another_item_is() -> None:
    wanted = {"scopes": [{"value": "read"}]}
    assert shortcomings(APIS, {"scopes": [{"value": "read", "description": "added"}]}, wanted) == []
    assert shortcomings(APIS, {"scopes": [{"value": "write"}]}, wanted) == ["scopes"]
    assert shortcomings(APIS, {"scopes": [{"value": "read"}, {"value": "write"}]}, wanted) == ["scopes"]
    assert departures(APIS, {"scopes": [{"value": "read", "description": "added"}]}, wanted) == ["scopes"]


def test_what_the_server_adds_inside_an_object_is_no_shortcoming() -> None:
    wanted = {"jwt_configuration": {"alg": "RS256"}}
    assert shortcomings(APPLICATIONS, {"jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000}}, wanted) == []
    assert shortcomings(APPLICATIONS, {"jwt_configuration": {"alg": "HS256"}}, wanted) == ["jwt_configuration"]
    assert shortcomings(APPLICATIONS, {}, wanted) == ["jwt_configuration"]


def test_the_dangerous_comes_first() -> None:
    live = hold(
        app("D", "Gone"),
        app("R", "Gate", app_type="resource_server", resource_server_identifier="https://old"),
        app("U", "Kept", description="old"),
    )
    wanted = {
        "a": {"name": "New"},
        "b": {"name": "Kept", "description": "new"},
        "c": {"name": "Gate", "app_type": "resource_server", "resource_server_identifier": "https://new"},
    }
    pruned = declare(None, applications=wanted)
    made = planned(pruned, live)
    assert [change.action for change in made.changes] == [Action.REPLACE, Action.UPDATE, Action.CREATE]
    assert made.summary.undeclared == 1
    assert made.summary.changes == 3


def test_the_reason_says_why_something_goes() -> None:
    made = planned(declare(Manage(prune=frozenset({"applications"})), applications={"a": {"name": "A"}}), hold(app("B", "B")))
    assert {change.action: change.reason for change in made.changes}[Action.DELETE] == (
        "applications is pruned, and nobody declares it"
    )
    absent = declare(None, applications={"b": {"name": "B", "lifecycle": Lifecycle(absent=True)}})
    assert [change.reason for change in planned(absent, hold(app("B", "B"))).changes] == ["declared absent"]


def test_a_create_that_lacks_what_the_server_demands_is_told_before_it_is_sent() -> None:
    with pytest.raises(ConfigErrors, match="creating it needs `strategy`"):
        planned(declare(None, connections={"users": {"name": "users"}}), hold())


def test_what_refers_to_something_replaced_is_still_as_the_plan_saw_it() -> None:
    live = hold(
        api("a" * 24, "https://old"),
        app("R", "Gate", app_type="resource_server", resource_server_identifier="https://old"),
        grant("cgr_1", "R", "https://old", ["read"]),
    )
    desired = declare(
        None,
        apis={"old": {"identifier": "https://old"}, "new": {"identifier": "https://new"}},
        applications={"gate": {"name": "Gate", "app_type": "resource_server", "resource_server_identifier": "new"}},
        client_grants={"g": {"client_id": "gate", "audience": "old", "scope": ["read"]}},
    )
    made = planned(desired, live, "--allow-replace", max_deletes=9)
    assert {str(ruling.verdict) for ruling in check(made, live, KINDS)} == {"to do"}
