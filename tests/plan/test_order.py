"""Targets come before those who refer to them, and go after."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.errors import PlanError
from tenantry.model.kind import Kind, Scopes
from tenantry.model.marks import IMMUTABLE, Ref
from tenantry.model.secret import Secret
from tenantry.model.spec import Spec
from tenantry.model.state import Lifecycle, LiveResource, Manage
from tenantry.plan import Lost, Verdict, check, plan
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, grant, hold, planned, position

READ, WRITE = {"value": "read"}, {"value": "write"}


def express(client_id: str) -> dict[str, Any]:
    """Return an express configuration that leads to an application."""
    named = ("initiate_login_uri_template", "user_attribute_profile_id", "connection_profile_id", "admin_login_domain")
    return {**dict.fromkeys(named, "x"), "enable_client": True, "enable_organization": True, "okta_oin_client_id": client_id}


def test_a_fresh_tenant_converges_in_one_apply_whatever_the_order_in_the_files() -> None:
    made = planned(
        declare(
            roles={"clerk": {"name": "Clerk", "permissions": {"orders": ["read"]}}},
            connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["shop"]}},
            client_grants={"report": {"client_id": "shop", "audience": "orders", "scope": ["read"]}},
            apis={"orders": {"identifier": "https://api", "scopes": [READ]}},
            applications={"shop": {"name": "Shop"}},
        ),
        hold(),
    )
    assert position(made, "apis.orders create") < position(made, "client_grants.report create")
    assert position(made, "applications.shop create") < position(made, "client_grants.report create")
    assert position(made, "connections.users create") < position(made, "connections.users attach")
    assert position(made, "applications.shop create") < position(made, "connections.users attach")
    assert position(made, "roles.clerk create") < position(made, "roles.clerk attach")
    assert position(made, "apis.orders create") < position(made, "roles.clerk attach")
    assert len(made.steps) == 7
    assert all(number < step.number for step in made.steps for number in step.after)


def test_exchanging_a_scope_widens_the_api_changes_the_grant_then_narrows_the_api() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"orders": {"identifier": "https://api", "scopes": [WRITE]}},
            client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["write"]}},
        ),
        hold(app("A", "Shop"), api("a" * 24, "https://api", scopes=[READ]), grant("cgr_1", "A", "https://api", ["read"])),
    )
    assert calls(made) == ["PATCH apis.orders widen", "PATCH client_grants.g update", "PATCH apis.orders narrow"]
    assert [step.call.body for step in made.steps] == [
        {"scopes": [READ, WRITE]},
        {"scope": ["write"]},
        {"scopes": [WRITE]},
    ]
    assert [step.after for step in made.steps] == [(), (1,), (1, 2)]


def test_a_scope_that_nobody_exchanges_is_added_in_one_call() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"orders": {"identifier": "https://api", "scopes": [READ, WRITE]}},
            client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read", "write"]}},
        ),
        hold(app("A", "Shop"), api("a" * 24, "https://api", scopes=[READ]), grant("cgr_1", "A", "https://api", ["read"])),
    )
    assert calls(made) == ["PATCH apis.orders update", "PATCH client_grants.g update"]


def test_a_scope_goes_only_after_every_grant_has_let_go_of_it() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"orders": {"identifier": "https://api", "scopes": [READ]}},
            client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read"]}},
        ),
        hold(
            app("A", "Shop"),
            api("a" * 24, "https://api", scopes=[READ, WRITE]),
            grant("cgr_1", "A", "https://api", ["read", "write"]),
        ),
    )
    assert calls(made) == ["PATCH client_grants.g update", "PATCH apis.orders update"]


def test_a_reference_is_gone_before_its_target_goes() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop", "lifecycle": Lifecycle(absent=True)}},
            connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": []}},
        ),
        hold(app("A", "Shop"), connection("con_1", "users", ["A"])),
    )
    assert calls(made) == ["PATCH connections.users detach", "DELETE applications.shop delete"]


def test_an_action_is_deployed_before_a_trigger_is_bound_to_it() -> None:
    made = planned(
        declare(
            triggers={"post-login": {"actions": ["claim"]}},
            actions={"claim": {"name": "claim", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "x"}},
        ),
        hold(_trigger("post-login")),
    )
    assert [call.split()[1:] for call in calls(made)] == [
        ["actions.claim", "create"],
        ["actions.claim", "finish"],
        ["triggers.post-login", "update"],
    ]


def test_applications_that_allow_each_other_are_created_first_and_joined_in_a_second_call() -> None:
    made = planned(
        declare(
            applications={
                "one": {"name": "One", "express_configuration": express("two")},
                "two": {"name": "Two", "express_configuration": express("one")},
            }
        ),
        hold(),
    )
    assert calls(made) == [
        "POST applications.one create",
        "POST applications.two create",
        "PATCH applications.one set-reference",
    ]


def test_a_reference_to_itself_is_written_in_a_second_call() -> None:
    made = planned(declare(applications={"one": {"name": "One", "express_configuration": express("one")}}), hold())
    assert calls(made) == ["POST applications.one create", "PATCH applications.one set-reference"]


def test_a_replaced_application_takes_its_grant_along_and_rejoins_its_connection() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": "https://new"}},
            apis={"orders": {"identifier": "https://api"}},
            client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": []}},
            connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["shop"]}},
        ),
        hold(
            app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"),
            api("a" * 24, "https://api"),
            grant("cgr_1", "A", "https://api", []),
            connection("con_1", "users", ["A"]),
        ),
        "--allow-replace",
    )
    assert position(made, "DELETE applications.shop") < position(made, "POST applications.shop")
    assert position(made, "DELETE client_grants.g") < position(made, "DELETE applications.shop")
    assert position(made, "POST applications.shop") < position(made, "POST client_grants.g")
    assert position(made, "POST applications.shop") < position(made, "connections.users attach")


def test_pruning_lets_the_server_delete_grants_along_with_their_application() -> None:
    desired = declare(Manage(prune=frozenset({"applications", "client_grants"})), applications={"keep": {"name": "Keep"}})
    made = planned(desired, hold(app("K", "Keep"), app("A", "Shop"), grant("cgr_1", "A", "https://api", [])))
    assert calls(made) == ["DELETE applications.A delete"]
    assert made.changes[0].cascades == (Lost("client_grants.A/https://api/client", "cgr_1"),)


class Knot(Spec):
    """A resource that must name another when it is created, and can never name a different one."""

    name: str | None = None
    other: Annotated[str | None, Ref("knots"), IMMUTABLE] = None


KNOTS = Kind("knots", "knot", Knot, ("knots",), Scopes())


def test_a_circle_that_cannot_be_opened_is_an_error_that_shows_the_path() -> None:
    desired = declare(knots={"a": {"name": "a", "other": "b"}, "b": {"name": "b", "other": "a"}})
    with pytest.raises(PlanError, match=r"knots\.a → knots\.b"):
        plan(desired, hold(), {"knots": KNOTS})


def _trigger(name: str) -> LiveResource:
    return LiveResource("triggers", name, {"bindings": []})


def test_an_exact_list_drops_the_applications_that_the_server_joins_by_itself() -> None:
    desired = declare(
        applications={"old": {"name": "Old"}, "new": {"name": "New"}},
        connections={"users": {"name": "users", "enabled_clients": ["old"]}},
    )
    live = hold(app("A", "Old"), connection("con_1", "users", ["A"]))
    assert calls(planned(desired, live)) == ["POST applications.new create", "PATCH connections.users detach"]
    off = LiveResource("tenant_settings", "", {"flags": {"enable_client_connections": False}})
    live = hold(app("A", "Old"), connection("con_1", "users", ["A"]), off)
    assert calls(planned(desired, live)) == ["POST applications.new create"]


def test_a_client_secret_follows_its_application_in_a_second_call() -> None:
    wanted = {"name": "Job", "client_secret": Secret.of("JOB", "a-secret-of-our-own")}
    made = planned(declare(applications={"job": wanted}), hold())
    assert calls(made) == ["POST applications.job create", "PATCH applications.job set-reference"]
    assert list(made.steps[0].call.body) == ["name"]
    held = hold(app("A", "Job", client_secret="a-secret-of-our-own"))
    assert planned(declare(applications={"job": wanted}), held).is_empty


def action(id_: str, name: str, point: str) -> LiveResource:
    data = {"id": id_, "name": name, "supported_triggers": [{"id": point, "version": "v2"}], "all_changes_deployed": True}
    return LiveResource("actions", id_, data)


def trigger(point: str, *actions: str) -> LiveResource:
    return LiveResource("triggers", point, {"bindings": [{"action": {"id": each}} for each in actions]})


def test_actions_that_change_places_are_let_go_of_before_they_are_replaced_and_bound_again_afterwards() -> None:
    one, two = "post-login", "pre-user-registration"
    live = hold(action("A", "A", one), action("B", "B", two), trigger(one, "A"), trigger(two, "B"))
    wanted = declare(
        actions={
            "a": {"name": "A", "supported_triggers": [{"id": two, "version": "v2"}]},
            "b": {"name": "B", "supported_triggers": [{"id": one, "version": "v2"}]},
        },
        triggers={one: {"actions": ["b"]}, two: {"actions": ["a"]}},
    )
    made = planned(wanted, live, "--allow-replace")
    for handle, before, after in (("a", one, two), ("b", two, one)):
        assert position(made, f"triggers.{before} ") < position(made, f"DELETE actions.{handle} delete")
        assert position(made, f"DELETE actions.{handle} delete") < position(made, f"actions.{handle} finish")
        assert position(made, f"actions.{handle} finish") < position(made, f"triggers.{after} update")
    [freed] = [step for step in made.steps if step.op == "narrow"]
    assert freed.call.body == {"bindings": []}


def test_what_stays_in_a_list_stays_while_the_rest_is_exchanged() -> None:
    one, two = "post-login", "pre-user-registration"
    actions = [action("A", "A", one), action("C", "C", one), action("B", "B", two), action("D", "D", two)]
    live = hold(*actions, trigger(one, "A", "C"), trigger(two, "B", "D"))
    wanted = declare(
        actions={
            "a": {"name": "A", "supported_triggers": [{"id": two, "version": "v2"}]},
            "b": {"name": "B", "supported_triggers": [{"id": one, "version": "v2"}]},
            "c": {"name": "C"},
            "d": {"name": "D"},
        },
        triggers={one: {"actions": ["c", "b"]}, two: {"actions": ["d", "a"]}},
    )
    made = planned(wanted, live, "--allow-replace")
    [first] = [step for step in made.steps if step.op == "narrow"]
    bodies = [step.call.body for step in made.steps if step.address == first.address]
    stays, comes = ("c", "b") if first.address.handle == one else ("d", "a")
    assert [[each["ref"]["value"].address.handle for each in body["bindings"]] for body in bodies] == [[stays], [stays, comes]]

    def stale(*triggers: LiveResource) -> list[str]:
        return [each.address.handle for each in check(made, hold(*actions, *triggers), KINDS) if each.verdict is Verdict.STALE]

    assert stale(trigger(one, "A", "C"), trigger(two, "B", "D")) == []
    assert stale(trigger(one, "C"), trigger(two, "D")) == []
    assert stale(trigger(one, "A"), trigger(two, "B")) == [one, two]


def test_a_trigger_lets_go_of_an_action_before_it_is_pruned() -> None:
    live = hold(action("A", "Z", "post-login"), trigger("post-login", "A"))
    made = planned(declare(Manage(prune=frozenset({"actions"})), triggers={"post-login": {"actions": []}}), live)
    assert position(made, "triggers.post-login") < position(made, "DELETE actions.A")


def test_a_role_lets_go_of_an_api_before_it_is_pruned_and_that_makes_no_plan_stale() -> None:
    held = {"permissions": ({"resource_server_identifier": "https://old", "permission_name": "read"},)}
    live = hold(
        api("API", "https://old", scopes=[{"value": "read"}]), LiveResource("roles", "R", {"id": "R", "name": "Boss"}, held)
    )
    wanted = declare(Manage(prune=frozenset({"apis"})), roles={"boss": {"name": "Boss", "permissions": {}}})
    made = planned(wanted, live)
    assert position(made, "roles.boss") < position(made, "DELETE apis.API")
    assert {each.verdict for each in check(made, live, KINDS)} == {Verdict.TO_DO}


@pytest.mark.parametrize("names", ["ab", "abc", "abcd"])
def test_applications_that_allow_each_other_can_all_go(names: str) -> None:
    live = hold(
        *(app(each.upper(), each, allowed_clients=[names[(n + 1) % len(names)].upper()]) for n, each in enumerate(names))
    )
    gone = {each: {"name": each, "lifecycle": Lifecycle(absent=True)} for each in names}
    made = planned(declare(Manage(max_deletes=9), applications=gone), live)
    assert sorted(calls(made)) == [f"DELETE applications.{each} delete" for each in names]


def _role(*held: tuple[str, str]) -> LiveResource:
    items = tuple({"resource_server_identifier": api, "permission_name": scope} for api, scope in held)
    return LiveResource("roles", "R", {"id": "R", "name": "Boss"}, {"permissions": items})


@pytest.mark.parametrize("permissions", [{"a": ["read"]}, {}, {"a": ["read"], "b": ["read"]}])
def test_what_is_held_of_an_api_that_is_replaced_is_let_go_of_before_it_goes(permissions: dict[str, list[str]]) -> None:
    made = planned(
        declare(
            apis={
                "a": {"identifier": "https://new", "scopes": [READ], "lifecycle": Lifecycle(renamed_from="https://old")},
                "b": {"identifier": "https://b", "scopes": [READ]},
            },
            roles={"boss": {"name": "Boss", "permissions": permissions}},
        ),
        hold(
            api("a" * 24, "https://old", scopes=[READ]),
            api("b" * 24, "https://b", scopes=[READ]),
            _role(("https://old", "read"), ("https://b", "read")),
        ),
        "--allow-replace",
    )
    assert position(made, "roles.boss detach") < position(made, "apis.a delete") < position(made, "apis.a create")
    numbers = dict(zip(calls(made), made.steps, strict=True))
    assert numbers["DELETE roles.boss detach"].number in numbers["DELETE apis.a delete"].after
    if "POST roles.boss attach" in numbers:
        assert position(made, "apis.a create") < position(made, "roles.boss attach")


def test_of_two_replaced_connections_an_organization_lets_go_before_it_takes_the_new_ones() -> None:
    links = [{"connection_id": f"con_{name}", "connection": {"name": name}} for name in ("one", "two")]
    organization = LiveResource("organizations", "org_1", {"id": "org_1", "name": "acme"}, {"connections": tuple(links)})
    made = planned(
        declare(
            connections={
                name: {"name": f"{name}2", "strategy": "auth0", "lifecycle": Lifecycle(renamed_from=name)}
                for name in ("one", "two")
            },
            organizations={"acme": {"name": "acme", "connections": {"one": {}, "two": {"show_as_button": False}}}},
        ),
        hold(connection("con_one", "one", []), connection("con_two", "two", []), organization),
        "--allow-replace",
        "--allow-user-loss",
    )
    detaches = [step.number for step in made.steps if step.op == "detach"]
    deletes = [step for step in made.steps if step.op == "delete"]
    assert len(detaches) == len(deletes) == 2
    assert all(set(detaches) <= set(step.after) for step in deletes)


def test_what_is_pruned_goes_before_what_it_refers_to_is_replaced() -> None:
    made = planned(
        declare(
            Manage(prune=frozenset({"client_grants"}), emptied=frozenset({"client_grants"}), max_deletes=9),
            apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old")}},
        ),
        hold(app("A", "Shop"), api("a" * 24, "https://old", scopes=[READ]), grant("cgr_1", "A", "https://old", ["read"])),
        "--allow-replace",
    )
    assert calls(made) == ["DELETE client_grants.cgr_1 delete", "DELETE apis.a delete", "POST apis.a create"]
    assert [step.after for step in made.steps] == [(), (1,), (2,)]
