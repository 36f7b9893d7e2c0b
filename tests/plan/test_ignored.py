"""At a path that is to be left alone the tenant's value stands: neither written, nor taken away, nor added."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.state import Lifecycle
from tenantry.model.values import Exclude, Include
from tenantry.plan.ignored import left_alone
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, grant, hold, planned
from tests.plan.toy import TOY

ITEM = {"value": "a", "note": "live"}


@pytest.mark.parametrize(
    ("path", "live", "target", "left"),
    [
        ("text", {"text": "live"}, {"text": "declared", "number": 1}, {"number": 1}),
        ("text", {"text": "live"}, {"number": 1}, {"number": 1}),
        ("texts.x", {"texts": {"x": "live", "z": "live"}}, {"texts": {"x": "d", "y": "d"}}, {"texts": {"x": "live", "y": "d"}}),
        ("texts.x", {"texts": {"x": "live", "z": "live"}}, {"texts": {"y": "d"}}, {"texts": {"x": "live", "y": "d"}}),
        ("texts.x", {"texts": {"x": "live"}}, {"texts": None}, {"texts": {"x": "live"}}),
        ("texts.x", {"texts": {"z": "live"}}, {"texts": None}, {"texts": None}),
        ("texts.x", {}, {"texts": {"x": "d"}}, {"texts": {}}),
        ("texts[a.b]", {"texts": {"a.b": "live"}}, {"texts": {"a.b": "d"}}, {"texts": {"a.b": "live"}}),
        ("inner.a", {"inner": {"a": 1, "b": "live"}}, {"inner": {"a": 2, "b": "d"}}, {"inner": {"a": 1, "b": "d"}}),
        ("inner.a", {}, {"inner": {"a": 2, "b": "d"}}, {"inner": {"b": "d"}}),
        ("inner.a.deeper", {"inner": {"a": 1}}, {"inner": {"a": 2}}, {"inner": {"a": 2}}),
        ("inner.nothing.deeper", {"inner": {"a": 1}}, {"inner": {"a": 2}}, {"inner": {"a": 2}}),
        ("items[a]", {"items": [ITEM]}, {"items": [{"value": "b"}]}, {"items": [{"value": "b"}, ITEM]}),
        ("items[a]", {"items": [{"value": "b"}]}, {"items": [{"value": "a"}]}, {"items": []}),
        ("items[a].note", {"items": [ITEM]}, {"items": [{"value": "a", "note": "d"}]}, {"items": [ITEM]}),
        ("items[a].note", {"items": [ITEM]}, {"items": [{"value": "b"}]}, {"items": [{"value": "b"}]}),
        ("tags.x", {"tags": ["x"]}, {"tags": ["y"]}, {"tags": ["y"]}),
        ("free.x.y", {"free": {"x": "text"}}, {"free": {"x": {"y": 1}}}, {"free": {"x": {"y": 1}}}),
    ],
)
def test_the_live_value_stands_at_a_path(path: str, live: dict[str, Any], target: dict[str, Any], left: dict[str, Any]) -> None:
    was = repr(target)
    assert left_alone(target, live, [path], TOY) == left
    assert repr(target) == was


def test_a_key_that_is_left_alone_stays_in_a_map_that_is_declared_exactly() -> None:
    wanted = {
        "name": "Shop",
        "client_metadata": {"team": "x"},
        "lifecycle": Lifecycle(ignore_changes=("client_metadata.tier",)),
    }
    live = app("A", "Shop", client_metadata={"tier": "gold", "other": "1"})
    made = planned(declare(applications={"shop": wanted}), hold(live))
    assert [step.call.body for step in made.steps] == [{"client_metadata": {"team": "x", "other": None}}]


def test_a_scope_that_is_left_alone_is_neither_taken_away_nor_rewritten() -> None:
    scopes = [{"value": "read", "description": "By hand"}]
    live = hold(api("a" * 24, "https://a", scopes=scopes))
    for declared in ([{"value": "read", "description": "Declared"}], []):
        wanted = {"identifier": "https://a", "scopes": declared, "lifecycle": Lifecycle(ignore_changes=("scopes[read]",))}
        assert planned(declare(apis={"a": wanted}), live).is_empty


def test_what_replaces_a_resource_is_created_as_declared_for_there_is_no_value_to_leave_alone() -> None:
    scopes = [{"value": "read"}]
    treated = Lifecycle(renamed_from="https://old", ignore_changes=("scopes", "token_lifetime"))
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"a": {"identifier": "https://new", "scopes": scopes, "token_lifetime": 60, "lifecycle": treated}},
            client_grants={"g": {"client_id": "shop", "audience": "a", "scope": ["read"]}},
        ),
        hold(app("A", "Shop"), api("a" * 24, "https://old", token_lifetime=7), grant("cgr_1", "A", "https://old", [])),
        "--allow-replace",
    )
    bodies = dict(zip(calls(made), (step.call.body for step in made.steps), strict=True))
    assert bodies["POST apis.a create"] == {"identifier": "https://new", "scopes": scopes, "token_lifetime": 60}


@pytest.mark.parametrize("said", [[], Include[list[str]](include=["shop"]), Exclude(exclude=["shop"])])
def test_a_list_that_is_left_alone_is_not_written_when_the_server_joins_a_new_application_to_it(said: Any) -> None:
    treated = Lifecycle(ignore_changes=("enabled_clients",))
    users = {"name": "users", "strategy": "auth0", "enabled_clients": said, "lifecycle": treated}
    made = planned(
        declare(applications={"shop": {"name": "Shop"}}, connections={"users": users}),
        hold(connection("con_1", "users", [])),
    )
    assert calls(made) == ["POST applications.shop create"]
