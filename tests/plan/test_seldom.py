"""What few plans come to: the second of two errors, the tool's own application replaced, names that nobody has yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenantry.kinds import KINDS
from tenantry.model.errors import ConfigErrors, PlanError
from tenantry.model.secret import PlainSecret, Secret
from tenantry.model.state import Lifecycle, LiveResource, Manage
from tenantry.model.values import Include
from tenantry.plan import Options, Plan, Verdict, bound, check, load, plan, save
from tests.declared import declare
from tests.plan.conftest import API, ME, api, app, calls, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT, action, role

OLD = {"app_type": "resource_server", "resource_server_identifier": "https://old"}
NEW = {"app_type": "resource_server", "resource_server_identifier": "https://new"}


def after(made: Plan, address: str) -> list[str]:
    """Return what the last call of a resource waits for."""
    *_, last = (step for step in made.steps if str(step.address) == address)
    return [f"{made.steps[number - 1].op} {made.steps[number - 1].address}" for number in last.after]


def test_an_incomplete_object_is_told_with_its_place_its_address_and_its_code() -> None:
    wish = declare(
        applications={
            "one": {"name": "One", "refresh_token": {"rotation_type": "rotating"}},
            "two": {"name": "Two", "refresh_token": {"rotation_type": "rotating"}},
        }
    )
    with pytest.raises(ConfigErrors) as told:
        planned(wish, hold())
    errors = [(error.place, error.address, error.code) for error in told.value.errors]
    assert errors == [(each.place(("refresh_token",)), str(address), "required") for address, each in wish.resources.items()]


def test_the_tools_own_application_is_not_replaced_either() -> None:
    made = planned(declare(applications={"tool": {"name": "Tool", **NEW}}), hold(app(ME, "Tool", **OLD)), "--allow-replace")
    assert [guard.sentence for guard in made.guards] == ["Tool is the application tenantry itself uses and would be replaced"]


def test_what_is_renamed_and_replaced_is_protected_by_the_name_it_has() -> None:
    wish = {"name": "Renamed", **NEW, "lifecycle": Lifecycle(id="A")}
    made = planned(
        declare(Manage(protect={"applications": ("Shop",)}), applications={"a": wish}),
        hold(app("A", "Shop", **OLD)),
        "--allow-replace",
    )
    assert [guard.rule for guard in made.guards] == ["protect"]


def test_plans_that_differ_in_what_they_change_have_other_ids() -> None:
    def id_(handle: str, before: str) -> str:
        wish = declare(applications={handle: {"name": "Shop", "description": "new"}})
        return planned(wish, hold(app("A", "Shop", description=before))).id

    assert id_("shop", "old") == id_("shop", "old")
    assert len({id_("shop", "old"), id_("store", "old"), id_("shop", "older")}) == 3


def test_two_that_are_absent_already_take_no_name() -> None:
    gone = {"name": "Gone", "lifecycle": ABSENT}
    assert planned(declare(roles={"a": gone, "b": {**gone, "name": "Lost"}}), hold()).is_empty


def test_a_name_that_a_declared_one_keeps_is_told_with_place_address_and_code() -> None:
    wish = declare(roles={"a": {"name": "One", "lifecycle": Lifecycle(id="2")}, "b": {"name": "One"}})
    with pytest.raises(ConfigErrors, match="so is the tenant's 1, which keeps it") as told:
        planned(wish, hold(role("1", "One"), role("2", "Two")))
    [error] = told.value.errors
    taker, _ = wish.resources.values()
    assert (error.place, error.address, error.code) == (taker.place(("name",)), "roles.a", "name_taken")


def test_names_in_a_circle_have_a_code() -> None:
    wish = declare(
        roles={"a": {"name": "Two", "lifecycle": Lifecycle(id="1")}, "b": {"name": "One", "lifecycle": Lifecycle(id="2")}}
    )
    with pytest.raises(ConfigErrors) as told:
        planned(wish, hold(role("1", "One"), role("2", "Two")))
    assert {error.code for error in told.value.errors} == {"name_circle"}


def test_what_was_renamed_from_a_name_that_nobody_has_is_created() -> None:
    made = planned(declare(roles={"a": {"name": "New", "lifecycle": Lifecycle(renamed_from="Old")}}), hold())
    assert calls(made) == ["POST roles.a create"]
    assert [change.matched_by for change in made.changes] == [""]


def test_a_lifetime_that_the_tenant_tells_in_hours_only_is_compared() -> None:
    def is_kept(minutes: int) -> bool:
        live = hold(LiveResource("tenant_settings", "tenant_settings", {"session_lifetime": 2}))
        return planned(declare(tenant_settings={"tenant_settings": {"session_lifetime_in_minutes": minutes}}), live).is_empty

    assert (is_kept(120), is_kept(180)) == (True, False)


def test_a_delete_waits_for_nobody_who_goes_on_referring_to_it() -> None:
    wish = declare(applications={"a": {"name": "A", "description": "new"}, "b": {"name": "B", "lifecycle": ABSENT}})
    made = planned(wish, hold(app("A", "A", allowed_clients=["B"]), app("B", "B")))
    assert after(made, "applications.b") == []


def test_a_trigger_runs_an_action_only_once_its_new_code_is_deployed() -> None:
    wish = declare(actions={"a": {"name": "A", "code": "2"}}, triggers={"post-login": {"actions": ["a"]}})
    made = planned(wish, hold(action(), LiveResource("triggers", "post-login", {"bindings": []})))
    assert after(made, "triggers.post-login") == ["finish actions.a"]


def test_a_scope_inside_a_policy_is_awaited_from_its_api() -> None:
    token = {"rotation_type": "rotating", "expiration_type": "expiring"}
    wish = declare(
        apis={"a": {"identifier": "https://a", "scopes": [{"value": "r"}, {"value": "w"}]}},
        applications={"shop": {"name": "Shop", "refresh_token": {"policies": [{"audience": "a", "scope": ["w"]}]}}},
    )
    made = planned(wish, hold(api(A_ID, "https://a", scopes=[{"value": "r"}]), app("A", "Shop", refresh_token=token)))
    assert after(made, "applications.shop") == ["update apis.a"]


def test_a_list_that_the_server_will_lengthen_is_not_done_yet() -> None:
    wish = declare(
        applications={"old": {"name": "Old"}, "new": {"name": "New"}},
        connections={"users": {"name": "users", "enabled_clients": ["old"]}},
    )
    live = hold(app("A", "Old"), connection("c1", "users", ["A"]))
    assert {ruling.verdict for ruling in check(planned(wish, live), live, KINDS)} == {Verdict.TO_DO}


@pytest.mark.parametrize(("handle", "identifier"), [("management-api", API), ("userinfo", "https://acme.example/userinfo")])
def test_a_grant_of_a_built_in_api_is_judged_by_its_handle_where_no_api_was_read(handle: str, identifier: str) -> None:
    wish = declare(
        applications={"bot": {"name": "Bot"}},
        client_grants={"g": {"client_id": "bot", "audience": handle, "scope": ["read:users"]}},
    )
    live = hold(app("B", "Bot"))
    now = hold(app("B", "Bot"), grant("g1", "B", identifier, ["read:users"]))
    assert [ruling.verdict for ruling in check(planned(wish, live), now, KINDS)] == [Verdict.DONE]


def test_all_that_changed_on_what_was_to_be_deleted_is_named() -> None:
    live = app("A", "Shop", description="old", callbacks=["https://a"])
    made = planned(declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}}), hold(live))
    now = hold(app("A", "Shop", description="new", callbacks=["https://b"]))
    [ruling] = check(made, now, KINDS)
    assert sorted(ruling.reason.removesuffix(" changed since the plan was made").split(", ")) == ["callbacks", "description"]


def test_secrets_in_a_list_are_filled_in_again(tmp_path: Path) -> None:
    wish = declare(
        actions={
            "a": {
                "name": "A",
                "supported_triggers": [{"id": "post-login", "version": "v3"}],
                "secrets": {"KEY": PlainSecret.of("secrets.KEY", "value")},
            }
        }
    )
    save(planned(wish, hold()), tmp_path / "plan", "1")
    read = load(tmp_path / "plan", lambda name: Secret(name, lambda: None))
    again = bound(read, hold(connection("c1", "users", ["A"])), KINDS, wish)
    [held] = again.steps[0].call.body["secrets"]
    assert held["value"].reveal() == "value"


def test_a_list_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_text(json.dumps([]))
    with pytest.raises(PlanError, match="is no plan; make it again"):
        load(path, lambda name: Secret(name, lambda: None))


def test_what_is_pruned_is_not_counted_as_undeclared_as_well() -> None:
    manage = Manage(prune=frozenset({"applications"}))
    live = hold(app("K", "Kept"), app("A", "One"), app("B", "Two"))
    found = planned(declare(manage, applications={"kept": {"name": "Kept"}}), live).summary
    assert (found.delete, found.undeclared) == (2, 0)


def test_a_plan_knows_the_digests_of_its_files() -> None:
    assert plan(declare(), hold(), KINDS, Options(inputs={"tenant.yaml": "d1"}, file="tenant.yaml")).inputs == {
        "tenant.yaml": "d1"
    }


def test_a_grant_of_which_nothing_stays_is_replaced_for_all_that_cannot_be_changed() -> None:
    wish = declare(
        applications={"new": {"name": "New"}},
        apis={"b": {"identifier": "https://b"}},
        client_grants={"g": {"client_id": "new", "audience": "b", "scope": [], "lifecycle": Lifecycle(id="g1")}},
    )
    live = hold(
        app("O", "Old"), app("N", "New"), api(A_ID, "https://a"), api("b" * 24, "https://b"), grant("g1", "O", "https://a", [])
    )
    [change] = planned(wish, live).changes
    assert change.reason == "client_id, audience cannot be changed on a live client grant"
    assert {each.path: each.forces_replacement for each in change.fields} == {"client_id": True, "audience": True}


def test_every_action_that_no_longer_runs_is_named() -> None:
    held = [{"action": {"id": "X"}}, {"action": {"id": "Y"}}]
    live = hold(
        action(),
        LiveResource("actions", "Y", {**action().data, "id": "Y", "name": "B"}),
        LiveResource("triggers", "post-login", {"bindings": held}),
    )
    wish = declare(actions={"a": {"name": "A"}}, triggers={"post-login": {"actions": []}})
    [told] = planned(wish, live).attention
    assert told.sentence.endswith(' (a, "B")')


def test_a_new_open_list_may_hold_whatever_the_server_joins_to_it() -> None:
    listed = Include[list[str]](include=[])
    wish = declare(
        applications={"new": {"name": "New"}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": listed}},
    )
    assert {str(each.address): dict(each.tolerates) for each in planned(wish, hold()).changes} == {
        "applications.new": {},
        "connections.users": {"enabled_clients": ("new",)},
    }


def test_an_attachment_needs_the_scopes_of_its_part() -> None:
    wish = declare(
        connections={"users": {"name": "users"}},
        organizations={"acme": {"name": "acme", "connections": {"users": {}}}},
    )
    live = hold(
        connection("c1", "users", []), LiveResource("organizations", "o1", {"id": "o1", "name": "acme"}, {"connections": ()})
    )
    assert planned(wish, live).scopes == {"create:organization_connections"}
