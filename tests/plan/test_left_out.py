"""What stays out of a call, and what does not although it might seem so; what a call waits for, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.call import Call
from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle, LiveResource, Manage
from tenantry.model.values import Exclude
from tenantry.plan import Options, load, plan, save
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, hold, planned, position
from tests.plan.lines import A_ID, lines, role


def test_what_only_a_create_takes_is_not_sent_to_what_is_there() -> None:
    keys = {"private_key_jwt": {"credentials": [{"credential_type": "public_key", "pem": "a public key"}]}}
    wish = {"name": "Shop", "client_authentication_methods": keys}
    assert planned(declare(applications={"shop": wish}), hold(app("A", "Shop"))).is_empty
    [made] = planned(declare(applications={"shop": wish}), hold()).steps
    assert made.call.body == wish


def test_what_is_to_be_left_alone_is_still_part_of_a_new_resource() -> None:
    wish = {"name": "Shop", "description": "new"}
    made = planned(declare(applications={"s": {**wish, "lifecycle": Lifecycle(ignore_changes=("description",))}}), hold())
    assert [step.call.body for step in made.steps] == [wish]


def test_a_list_that_excludes_a_new_application_drops_it_once_the_server_has_joined_it() -> None:
    def made(excluded: str) -> tuple[list[str], dict[str, Any]]:
        users = {"name": "users", "display_name": "U", "enabled_clients": Exclude(exclude=[excluded])}
        wish = declare(applications={"new": {"name": "New"}}, connections={"users": users})
        found = planned(wish, hold(connection("c1", "users", [])))
        return calls(found), dict(next(each for each in found.changes if each.address.handle == "users").tolerates)

    new, users, detach = "POST applications.new create", "PATCH connections.users update", "PATCH connections.users detach"
    assert made("new") == ([new, users, detach], {})
    assert made("else") == ([new, users], {"enabled_clients": ("new",)})


def test_nothing_is_joined_where_the_plan_itself_turns_the_switch_off() -> None:
    wish = declare(
        applications={"old": {"name": "Old"}, "new": {"name": "New"}},
        connections={"users": {"name": "users", "enabled_clients": ["old"]}},
        tenant_settings={"": {"flags": {"enable_client_connections": False}}},
    )
    is_on = LiveResource("tenant_settings", "", {"flags": {"enable_client_connections": True}})
    made = planned(wish, hold(app("A", "Old"), connection("c1", "users", ["A"]), is_on))
    assert calls(made) == ["PATCH tenant_settings update", "POST applications.new create"]


def test_what_is_written_beside_a_switch_turns_nothing_and_what_is_not_new_is_joined_to_nothing() -> None:
    wish = declare(
        applications={"new": {"name": "New"}, "old": {"name": "Old", "description": "new"}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": []}},
        tenant_settings={"": {"friendly_name": "Acme"}},
    )
    made = planned(wish, hold(app("A", "Old"), LiveResource("tenant_settings", "", {})))
    assert [each.split(":")[0] + each[each.rindex("}") + 1 :] for each in lines(made)] == [
        "1 create applications.new",
        "2 update applications.old",
        "3 update tenant_settings",
        "4 create connections.users after [1]",
    ]


def test_a_connection_of_an_organization_is_changed_where_it_is() -> None:
    held = {"connection_id": "c1", "connection": {"name": "users"}, "assign_membership_on_login": True}
    live = hold(
        connection("c1", "users", []),
        LiveResource("organizations", "o1", {"id": "o1", "name": "acme"}, {"connections": (held,)}),
    )
    wish = {"name": "acme", "connections": {"users": {"assign_membership_on_login": False}}}
    made = planned(declare(connections={"users": {"name": "users"}}, organizations={"acme": wish}), live)
    assert calls(made) == ["PATCH organizations.acme update"]
    assert made.steps[0].call.body == {"assign_membership_on_login": False}


def test_every_application_that_is_ignored_stays_enabled() -> None:
    wish = declare(
        Manage(ignore={"applications": ("Legacy *",)}),
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": []}},
    )
    live = hold(app("L", "Legacy One"), app("M", "Legacy Two"), connection("c1", "users", ["L", "M"]))
    assert planned(wish, live).is_empty


MOVED = {"app_type": "resource_server", "resource_server_identifier": "https://new"}
FORMER = {"app_type": "resource_server", "resource_server_identifier": "https://old"}


def test_an_update_waits_for_what_it_writes_and_not_for_what_it_leaves() -> None:
    live = hold(app("A", "A", allowed_clients=["B"]), app("B", "B", **FORMER))

    def waits(**fields: object) -> tuple[int, ...]:
        wish = declare(applications={"a": {"name": "A", **fields}, "b": {"name": "B", **MOVED}})
        *_, last = (step for step in planned(wish, live, "--allow-replace").steps if step.address.handle == "a")
        return last.after

    assert waits(description="new") == ()
    assert len(waits(description="new", allowed_clients=["b"])) == 1


def test_a_permission_waits_for_its_api_also_where_no_file_lists_the_scope() -> None:
    wish = declare(apis={"a": {"identifier": "https://a"}}, roles={"boss": {"name": "Boss", "permissions": {"a": ["r"]}}})
    assert lines(planned(wish, hold()))[2].endswith(" after [1, 2]")


def test_whoever_lets_go_does_so_before_the_first_of_two_rounds_of_replacements_deletes() -> None:
    # The application is replaced for its own sake, and only therefore its grant: what the first round made go is known later.
    grant = {"id": "g", "client_id": "A", "audience": "https://a", "scope": [], "subject_type": "client"}
    live = hold(
        app("A", "Shop", **FORMER),
        api(A_ID, "https://a"),
        LiveResource("client_grants", "g", grant),
        connection("c1", "users", ["A"]),
    )
    wish = declare(
        applications={"shop": {"name": "Shop", **MOVED}},
        apis={"a": {"identifier": "https://a"}},
        client_grants={"g": {"client_id": "shop", "audience": "a", "lifecycle": Lifecycle(id="g")}},
        connections={"users": {"name": "users", "enabled_clients": ["shop"]}},
    )
    made = planned(wish, live, "--allow-replace", max_deletes=9)
    assert position(made, "users detach") < position(made, "DELETE applications.shop") < position(made, "users attach")
    numbers = dict(zip(calls(made), made.steps, strict=True))
    assert numbers["PATCH connections.users detach"].number in numbers["DELETE applications.shop delete"].after


@pytest.mark.parametrize("query", [(), (("include_fields", "false"), ("take", "1"))])
def test_a_file_gives_back_the_query_of_a_call(tmp_path: Path, query: tuple[tuple[str, str], ...]) -> None:
    made = planned(declare(roles={"a": {"name": "New"}}), hold(role("R", "Old")))
    step = replace(made.steps[0], call=Call("GET", ("roles",), None, query))
    save(replace(made, steps=(step,)), tmp_path / "p", "1")
    assert load(tmp_path / "p", lambda name: Secret.of(name, "")).steps == (step,)


def test_a_plan_says_from_which_file_it_was_made_and_how_many_requests_it_took_to_read_the_tenant() -> None:
    made = plan(declare(), replace(hold(), requests=7), KINDS, Options(file="prod.yaml"))
    assert (made.file, made.reads) == ("prod.yaml", 7)
