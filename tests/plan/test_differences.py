"""What counts as a difference, and what is written for it."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle, LiveResource
from tenantry.model.values import Exclude, Include
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, hold, planned


def test_silence_is_not_a_wish(shop: LiveResource) -> None:
    assert planned(declare(applications={"shop": {"name": "Shop"}}), hold(shop)).is_empty


def test_an_update_carries_only_what_changed(shop: LiveResource) -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", "app_type": "spa", "description": "New"}}), hold(shop))
    assert [step.call.body for step in made.steps] == [{"description": "New"}]
    assert [(each.path, each.live, each.desired) for each in made.changes[0].fields] == [("description", None, "New")]


@pytest.mark.parametrize("held", [None, [], "absent"])
def test_absent_null_and_empty_are_the_same(held: Any) -> None:
    data = {} if held == "absent" else {"callbacks": held}
    assert planned(declare(applications={"shop": {"name": "Shop", "callbacks": []}}), hold(app("A", "Shop", **data))).is_empty


def test_the_order_of_callbacks_means_nothing() -> None:
    live = app("A", "Shop", callbacks=["https://b.example", "https://a.example"])
    wanted = {"name": "Shop", "callbacks": ["https://a.example", "https://b.example"]}
    assert planned(declare(applications={"shop": wanted}), hold(live)).is_empty


def test_include_adds_and_never_removes(shop: LiveResource) -> None:
    wanted = {"name": "Shop", "callbacks": Include[list[str]](include=["https://new.example"])}
    made = planned(declare(applications={"shop": wanted}), hold(shop))
    assert made.steps[0].call.body == {"callbacks": ["https://shop.example/callback", "https://new.example"]}
    assert [(each.effect, each.desired) for each in made.changes[0].fields] == [("added", "https://new.example")]


def test_exclude_removes_and_never_adds() -> None:
    live = app("A", "Shop", callbacks=["https://a.example", "https://b.example"])
    wanted = {"name": "Shop", "callbacks": Exclude(exclude=["https://b.example", "https://never.example"])}
    made = planned(declare(applications={"shop": wanted}), hold(live))
    assert made.steps[0].call.body == {"callbacks": ["https://a.example"]}


def test_an_object_not_proven_to_merge_is_sent_whole_with_its_undeclared_members() -> None:
    live = app("A", "Shop", refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 5, "odd": 1})
    made = planned(declare(applications={"shop": {"name": "Shop", "refresh_token": {"leeway": 0}}}), hold(live))
    sent = {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0, "odd": 1}
    assert made.steps[0].call.body == {"refresh_token": sent}
    assert [each.path for each in made.changes[0].fields] == ["refresh_token.leeway"]


def test_an_object_proven_to_merge_is_sent_in_part() -> None:
    live = app("A", "Shop", jwt_configuration={"alg": "RS256", "lifetime_in_seconds": 36000, "secret_encoded": False})
    wanted = {"name": "Shop", "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600}}
    made = planned(declare(applications={"shop": wanted}), hold(live))
    assert made.steps[0].call.body == {"jwt_configuration": {"lifetime_in_seconds": 600}}


def test_keys_that_leave_metadata_are_sent_as_null() -> None:
    live = app("A", "Shop", client_metadata={"keep": "1", "gone": "2"})
    made = planned(declare(applications={"shop": {"name": "Shop", "client_metadata": {"keep": "1"}}}), hold(live))
    assert made.steps[0].call.body == {"client_metadata": {"gone": None}}


def test_unknown_connection_options_survive_a_write_of_the_whole_object() -> None:
    live = connection("con_1", "users", [], options={"passwordPolicy": "good", "brandnew": {"x": 1}})
    wanted = {"name": "users", "strategy": "auth0", "options": {"passwordPolicy": "excellent"}}
    made = planned(declare(connections={"users": wanted}), hold(live))
    assert made.steps[0].call.body == {"options": {"passwordPolicy": "excellent", "brandnew": {"x": 1}}}


def test_scopes_are_matched_by_value_and_keep_their_descriptions() -> None:
    live = api("a" * 24, "https://api", scopes=[{"value": "read", "description": "Read"}, {"value": "write"}])
    wanted = {"identifier": "https://api", "scopes": [{"value": "write"}, {"value": "read"}]}
    assert planned(declare(apis={"orders": wanted}), hold(live)).is_empty


def test_null_clears_a_field_in_the_way_its_endpoint_wants() -> None:
    live = app("A", "Shop", description="Old", organization_usage="allow")
    made = planned(
        declare(applications={"shop": {"name": "Shop", "description": None, "organization_usage": None}}), hold(live)
    )
    assert made.steps[0].call.body == {"description": "", "organization_usage": None}


def test_ignored_changes_are_not_undone(shop: LiveResource) -> None:
    wanted = {"name": "Shop", "callbacks": [], "lifecycle": Lifecycle(ignore_changes=("callbacks",))}
    assert planned(declare(applications={"shop": wanted}), hold(shop)).is_empty


def test_a_field_of_an_ignored_object_leaves_the_rest_managed() -> None:
    live = app("A", "Shop", refresh_token={"leeway": 5, "token_lifetime": 10})
    wanted = {
        "name": "Shop",
        "refresh_token": {"leeway": 0, "token_lifetime": 20},
        "lifecycle": Lifecycle(ignore_changes=("refresh_token.leeway",)),
    }
    made = planned(declare(applications={"shop": wanted}), hold(live))
    assert made.steps[0].call.body == {"refresh_token": {"leeway": 5, "token_lifetime": 20}}


def test_a_readable_secret_is_compared_and_never_shown() -> None:
    live = api("a" * 24, "https://api", signing_secret="the-old-signing-secret", signing_alg="HS256")
    wanted = {"identifier": "https://api", "signing_alg": "HS256", "signing_secret": Secret.of("S", "the-old-signing-secret")}
    assert planned(declare(apis={"orders": wanted}), hold(live)).is_empty
    wanted["signing_secret"] = Secret.of("S", "the-new-signing-secret")
    made = planned(declare(apis={"orders": wanted}), hold(live))
    assert calls(made) == ["PATCH apis.orders update"]
    assert "signing-secret" not in repr(made)


def test_a_secret_that_is_not_at_hand_is_no_difference() -> None:
    live = api("a" * 24, "https://api", signing_secret="the-old-signing-secret", signing_alg="HS256")
    wanted = {"identifier": "https://api", "signing_secret": Secret("S", lambda: None)}
    assert planned(declare(apis={"orders": wanted}), hold(live)).is_empty


def test_a_session_lifetime_in_minutes_is_compared_with_the_hours_that_are_read() -> None:
    live = LiveResource("tenant_settings", "", {"session_lifetime": 3.0166666666666666})
    assert planned(declare(tenant_settings={"": {"session_lifetime_in_minutes": 181}}), hold(live)).is_empty
    made = planned(declare(tenant_settings={"": {"session_lifetime_in_minutes": 182}}), hold(live))
    assert made.steps[0].call.body == {"session_lifetime_in_minutes": 182}


def test_a_disabled_flag_that_vanishes_is_still_disabled() -> None:
    live = LiveResource("tenant_settings", "", {"flags": {"enable_sso": True}})
    desired = declare(tenant_settings={"": {"flags": {"revoke_refresh_token_grant": False, "enable_sso": True}}})
    assert planned(desired, hold(live)).is_empty
