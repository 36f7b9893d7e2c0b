"""What a reviewer must not overlook."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle, LiveResource
from tests.declared import declare
from tests.plan.conftest import api, app, connection, grant, hold, planned
from tests.plan.lines import action


@pytest.mark.parametrize(
    ("live", "declared"),
    [
        ({"callbacks": ["https://a.example"]}, {"callbacks": ["https://a.example", "https://*.example"]}),
        ({"web_origins": []}, {"web_origins": ["https://a.example"]}),
        ({"allowed_logout_urls": []}, {"allowed_logout_urls": ["https://a.example"]}),
        ({"grant_types": ["authorization_code"]}, {"grant_types": ["authorization_code", "password"]}),
        (
            {"refresh_token": {"rotation_type": "rotating", "expiration_type": "expiring"}},
            {"refresh_token": {"rotation_type": "non-rotating"}},
        ),
        ({"refresh_token": {"leeway": 0}}, {"refresh_token": {"leeway": 60}}),
        ({"refresh_token": {"token_lifetime": 60}}, {"refresh_token": {"token_lifetime": 600}}),
        ({"jwt_configuration": {"alg": "RS256"}}, {"jwt_configuration": {"alg": "HS256"}}),
        ({"jwt_configuration": {"lifetime_in_seconds": 60}}, {"jwt_configuration": {"lifetime_in_seconds": 600}}),
    ],
)
def test_whatever_weakens_an_application_is_told(live: dict[str, Any], declared: dict[str, Any]) -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", **declared}}), hold(app("A", "Shop", **live)))
    assert len(made.attention) == 1, made.attention


@pytest.mark.parametrize(
    ("live", "declared"),
    [
        ({"callbacks": ["https://a.example", "https://b.example"]}, {"callbacks": ["https://a.example"]}),
        ({"refresh_token": {"leeway": 60}}, {"refresh_token": {"leeway": 0}}),
        ({"description": "a"}, {"description": "b"}),
    ],
)
def test_what_strengthens_or_is_harmless_is_not(live: dict[str, Any], declared: dict[str, Any]) -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", **declared}}), hold(app("A", "Shop", **live)))
    assert made.changes
    assert made.attention == ()


def test_a_new_scope_in_a_grant_is_told_by_name() -> None:
    desired = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"orders": {"identifier": "https://api"}},
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read", "write"]}},
    )
    live = hold(app("A", "Shop"), api("a" * 24, "https://api"), grant("cgr_1", "A", "https://api", ["read"]))
    assert "(write)" in planned(desired, live).attention[0].sentence


def test_a_new_grant_is_told() -> None:
    desired = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"orders": {"identifier": "https://api"}},
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read"]}},
    )
    assert planned(desired, hold(app("A", "Shop"), api("a" * 24, "https://api"))).attention


def test_a_delete_is_told_with_what_goes_along() -> None:
    desired = declare(applications={"shop": {"name": "Shop", "lifecycle": Lifecycle(absent=True)}})
    made = planned(desired, hold(app("A", "Shop"), grant("cgr_1", "A", "https://api", [])))
    assert made.attention[0].rule == "delete"
    assert "client_grants" in made.attention[0].sentence


def test_a_replacement_says_which_field_forces_it() -> None:
    desired = declare(connections={"users": {"name": "users", "strategy": "google-oauth2"}})
    made = planned(desired, hold(connection("con_1", "users", [])))
    assert made.changes[0].reason == "strategy cannot be changed on a live connection"
    assert "strategy" in made.attention[0].sentence


def test_other_code_is_told_without_the_code() -> None:
    live = LiveResource("actions", "act", {"id": "act", "name": "claim", "code": "old()", "all_changes_deployed": True})
    made = planned(declare(actions={"claim": {"name": "claim", "code": "new()"}}), hold(live))
    assert made.attention
    assert "()" not in made.attention[0].sentence


def test_an_action_that_no_longer_runs_is_told_and_the_list_is_read_as_a_whole() -> None:
    bound = [{"action": {"id": f"act-{name}", "name": name}} for name in ("a", "b", "c")]
    actions = {name: {"name": name} for name in ("a", "b", "c")}
    held = [
        LiveResource("actions", f"act-{name}", {"id": f"act-{name}", "name": name, "all_changes_deployed": True})
        for name in ("a", "b", "c")
    ]
    desired = declare(actions=actions, triggers={"post-login": {"actions": ["c", "a"]}})
    made = planned(desired, hold(*held, LiveResource("triggers", "post-login", {"bindings": bound})))
    assert [(each.path, each.live, each.desired) for each in made.changes[0].fields] == [
        ("actions", ["a", "b", "c"], ["c", "a"])
    ]
    assert [each.rule for each in made.attention] == ["action-unbound"]
    assert "(b)" in made.attention[0].sentence


def test_a_new_application_has_lost_no_secret_but_one_that_is_there_has() -> None:
    desired = declare(applications={"shop": {"name": "Shop", "app_type": "spa", "token_endpoint_auth_method": "none"}})
    assert planned(desired, hold()).attention == ()
    known = hold(app("A", "Shop", app_type="spa", token_endpoint_auth_method="client_secret_post"))
    assert [each.rule for each in planned(desired, known).attention] == ["authentication-off"]


def test_the_secrets_that_code_loses_are_told_by_name() -> None:
    held = [{"name": "KEY"}, {"name": "HASH"}, {"name": "SALT"}]
    desired = declare(actions={"a": {"name": "A", "secrets": {"HASH": Secret.of("HASH", "s")}}})
    [told] = planned(desired, hold(action(secrets=held))).attention
    assert (told.rule, told.sentence) == ("secret-lost", "secrets: the code no longer gets them (KEY, SALT)")
    wanted = {"name": "users", "strategy": "auth0", "options": {"configuration": None}}
    live = hold(connection("con_1", "users", [], options={"configuration": {"PASSWORD": "2.0$x"}}))
    [told] = planned(declare(connections={"users": wanted}), live).attention
    assert (told.rule, told.sentence) == ("secret-lost", "options.configuration: the programs no longer get them (PASSWORD)")


def test_what_a_role_gains_in_a_further_api_is_told_once() -> None:
    desired = declare(
        apis={"orders": {"identifier": "https://api", "scopes": [{"value": "read"}]}},
        roles={"buyer": {"name": "Buyer", "permissions": {"orders": ["read"]}}},
    )
    live = hold(
        api("a" * 24, "https://api", scopes=[{"value": "read"}]),
        LiveResource("roles", "R", {"name": "Buyer"}, {"permissions": ()}),
    )
    assert [each.sentence for each in planned(desired, live).attention] == [
        "permissions.orders: holders of the role may do more (read)"
    ]


def test_whose_logins_end_is_told() -> None:
    desired = declare(
        applications={"shop": {"name": "Shop"}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["shop"]}},
    )
    live = hold(app("A", "Shop"), app("B", "Legacy"), connection("con_1", "users", ["A", "B"]))
    made = planned(desired, live)
    assert [(told.rule, told.sentence) for told in made.attention] == [
        ("connection-disabled", 'enabled_clients: an application no longer accepts these users ("Legacy")')
    ]
    assert [(field.live, field.called) for field in made.changes[0].fields] == [("B", "Legacy")]


def test_what_a_list_names_and_the_tenant_does_not_hold_goes_without_a_name() -> None:
    wish = declare(
        applications={"shop": {"name": "Shop"}}, connections={"users": {"name": "users", "enabled_clients": ["shop"]}}
    )
    made = planned(wish, hold(app("A", "Shop"), connection("con_1", "users", ["A", "Gone"])))
    assert [(field.live, field.called) for field in made.changes[0].fields] == [("Gone", "")]
