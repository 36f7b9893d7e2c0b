"""What a plan is easily thought to do anyway: order around switches, what joins, what is pruned, what a file gives back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.secret import LiveSecret, PlainSecret, Secret
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage
from tenantry.model.values import Include, RawId
from tenantry.plan import Allowances, Plan, Ruling, Verdict, bound, check, load, refusals, save
from tenantry.plan.types import Effect, FieldChange, Guard
from tests.declared import declare
from tests.plan.conftest import ME, api, app, calls, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT

USERS = Address("connections", "users")


def settings(*, is_on: bool) -> dict[str, object]:
    return {"flags": {"enable_client_connections": is_on}}


def turned(*, was: bool, will: bool) -> list[str]:
    live = hold(LiveResource("tenant_settings", "", settings(is_on=was)))
    desired = declare(
        applications={"new": {"name": "New"}, "old": {"name": "Old"}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["old"]}},
        tenant_settings={"": settings(is_on=will)},
    )
    return calls(planned(desired, live))


def test_where_the_switch_is_turned_new_applications_are_made_while_it_is_off() -> None:
    on = turned(was=False, will=True)
    assert on.index("POST applications.new create") < on.index("PATCH tenant_settings update")
    off = turned(was=True, will=False)
    assert off.index("PATCH tenant_settings update") < off.index("POST applications.new create")
    assert off.index("POST connections.users create") < off.index("POST applications.new create")


def test_a_new_exact_list_is_made_after_all_that_would_be_joined_to_it_and_an_open_one_waits_for_nobody() -> None:
    zoo = {"name": "Zoo", "app_type": "resource_server", "resource_server_identifier": "a"}

    def order(**fields: object) -> list[str]:
        desired = declare(
            applications={"old": {"name": "Old"}, "zoo": zoo},
            apis={"a": {"identifier": "https://a"}},
            connections={"users": {"name": "users", "strategy": "auth0", **fields}},
        )
        return [call for call in calls(planned(desired, hold(app("A", "Old")))) if call.endswith("create")]

    api_, zoo_, users = "POST apis.a create", "POST applications.zoo create", "POST connections.users create"
    assert order(enabled_clients=["old"]) == [api_, zoo_, users]
    assert order(enabled_clients=Include[list[str]](include=["old"])) == [api_, users, zoo_]
    assert order() == [api_, users, zoo_]


def test_what_the_server_joins_to_an_exact_list_is_told_and_what_it_joins_to_an_open_one_is_tolerated() -> None:
    both = {"old": {"name": "Old"}, "n1": {"name": "N1"}, "n2": {"name": "N2"}}
    live = hold(app("A", "Old"), connection("c1", "users", ["A"]))

    def change(fields: object) -> tuple[tuple[FieldChange, ...], dict[str, tuple[str, ...]]]:
        made = planned(declare(applications=both, connections={"users": {"name": "users", "enabled_clients": fields}}), live)
        return next(((each.fields, dict(each.tolerates)) for each in made.changes if each.address == USERS), ((), {}))

    assert change(["old"]) == (
        tuple(FieldChange("enabled_clients", f"{name} (joined by the server)", None, Effect.REMOVED) for name in ("n1", "n2")),
        {},
    )
    assert change(Include[list[str]](include=["old"])) == ((), {})
    gone = {"old": {"name": "Old", "lifecycle": ABSENT}, "n1": {"name": "N1"}, "n2": {"name": "N2"}}
    made = planned(
        declare(
            applications=gone,
            connections={"users": {"name": "users", "display_name": "U", "enabled_clients": Include[list[str]](include=[])}},
        ),
        live,
    )
    [found] = [each for each in made.changes if each.address == USERS]
    assert {name: sorted(handles) for name, handles in found.tolerates.items()} == {"enabled_clients": ["n1", "n2", "old"]}


def test_what_is_the_tenants_own_is_passed_over_and_the_rest_of_the_section_is_pruned() -> None:
    live = hold(
        api("b" * 24, "https://own", is_system=True), api(A_ID, "https://a"), api("c" * 24, "https://c"), app("A", "Shop")
    )
    manage = Manage(prune=frozenset({"apis"}))
    made = planned(declare(manage, apis={"a": {"identifier": "https://a"}}), live)
    assert calls(made) == [f"DELETE apis.{'c' * 24} delete"]
    assert [change.matched_by for change in made.changes] == ["prune"]


def test_how_each_was_found_is_said() -> None:
    live = hold(
        app("A", "Shop"),
        app("B", "Old"),
        api(A_ID, "https://a"),
        grant("g1", "A", "https://a", ["r"]),
        LiveResource("tenant_settings", "", {}),
        LiveResource("triggers", "post-login", {"bindings": [{"action": {"id": "X"}}]}),
    )
    desired = declare(
        applications={
            "shop": {"name": "Shop", "description": "x"},
            "new": {"name": "New", "lifecycle": Lifecycle(renamed_from="Old")},
        },
        apis={"a": {"identifier": "https://a"}},
        client_grants={"g": {"client_id": "shop", "audience": "a", "scope": []}},
        tenant_settings={"": {"friendly_name": "Acme"}},
        triggers={"post-login": {"actions": []}},
    )
    assert {str(change.address): change.matched_by for change in planned(desired, live).changes} == {
        "applications.shop": "name",
        "applications.new": "lifecycle.renamed_from",
        "client_grants.g": "client_id + default_for + audience + subject_type",
        "tenant_settings": "singleton",
        "triggers.post-login": "handle",
    }


def test_what_hangs_on_an_ignored_api_is_ignored_like_it() -> None:
    manage = Manage(prune=frozenset({"apis", "client_grants"}), ignore={"apis": ("https://legacy",)})
    live = hold(
        api(A_ID, "https://a"), api("b" * 24, "https://legacy"), app("A", "Shop"), grant("g", "A", "https://legacy", [])
    )
    assert planned(declare(manage, apis={"a": {"identifier": "https://a"}}), live).is_empty


def unchecked(value: object) -> DesiredState:
    desired = declare(applications={"shop": {"name": "Shop", "odd": value}})
    [(address, resource)] = desired.resources.items()
    return replace(desired, resources={address: replace(resource, unchecked=frozenset({"odd"}))})


def test_members_that_this_version_does_not_know_are_compared_and_judged() -> None:
    live = hold(app("A", "Shop", odd=1))
    assert planned(unchecked(1), live).is_empty
    made = planned(unchecked(2), live)
    assert [step.call.body for step in made.steps] == [{"odd": 2}]
    assert [(change.pre, change.post) for change in made.changes] == [({"odd": 1}, {"odd": 2})]

    def verdict(value: int) -> Verdict:
        [ruling] = check(made, hold(app("A", "Shop", odd=value)), KINDS)
        return ruling.verdict

    assert [verdict(value) for value in (1, 2, 3)] == [Verdict.TO_DO, Verdict.DONE, Verdict.STALE]


def test_a_replaced_resource_is_judged_by_what_this_version_does_not_know_as_well() -> None:
    def gadget(id_: str, identifier: str, odd: int) -> LiveState:
        fields = {"app_type": "resource_server", "resource_server_identifier": identifier, "odd": odd}
        return hold(app(id_, "Shop", **fields))

    desired = unchecked(2)
    [(address, resource)] = desired.resources.items()
    fields = {**resource.fields, "app_type": "resource_server", "resource_server_identifier": "https://new"}
    desired = replace(desired, resources={address: replace(resource, fields=fields)})
    made = planned(desired, gadget("A", "https://old", 2), "--allow-replace")

    def told(odd: int) -> tuple[Verdict, str, str | None]:
        [ruling] = check(made, gadget("B", "https://new", odd), KINDS)
        return ruling.verdict, ruling.reason, ruling.id

    assert told(2) == (Verdict.DONE, "it was replaced meanwhile, just so", "B")
    assert told(3) == (Verdict.STALE, "it was replaced meanwhile, with another odd", "B")


def other(live: LiveState, me: str) -> LiveState:
    return replace(live, caller=replace(live.caller, client_id=me))


def test_whoever_else_applies_is_refused_only_what_would_take_its_own_access() -> None:
    live = hold(app("A", "Shop"), app("B", "Bot"), connection("c1", "users", ["A", "B"], strategy="google-oauth2"))
    both = {"shop": {"name": "Shop"}, "bot": {"name": "Bot"}}

    def rules(**fields: object) -> list[str]:
        users = {"name": "users", **fields}
        made = planned(declare(applications=both, connections={"users": users}), live)
        return [guard.rule for guard in refusals(made, other(live, "B"), KINDS, Allowances())]

    assert rules(enabled_clients=["shop"]) == ["own_application"]
    made = planned(declare(applications=both, connections={"users": {"name": "users", "enabled_clients": ["shop"]}}), live)
    sentence = "connection users: enabled_clients would lose tenantry's own application"
    assert refusals(made, other(live, "B"), KINDS, Allowances()) == (Guard("own_application", sentence, address=USERS),)
    assert rules(enabled_clients=["bot"]) == []
    assert rules(lifecycle=ABSENT) == []


def test_whoever_else_applies_is_refused_the_rest_as_well() -> None:
    live = hold(
        app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"),
        app("B", "Bot"),
        app("C", "Cat", description="x"),
    )
    desired = declare(
        applications={
            "shop": {"name": "Shop", "resource_server_identifier": "https://new"},
            "bot": {"name": "Bot", "lifecycle": ABSENT},
            "cat": {"name": "Cat", "description": "y"},
        }
    )
    made = planned(desired, live)
    assert [guard.rule for guard in refusals(made, other(live, "B"), KINDS, Allowances())] == ["replace", "own_application"]


def saved(made: Plan, folder: Path) -> Plan:
    save(made, folder / "plan.json", "1.0")
    return load(folder / "plan.json", lambda name: Secret.of(name, "v"))


def test_a_file_gives_back_refusals_waits_places_raw_ids_and_what_is_tolerated(tmp_path: Path) -> None:
    manage = Manage(prune=frozenset({"apis"}), max_deletes=0)
    live = hold(
        app("A", "Shop", resource_server_identifier="https://old", app_type="resource_server"),
        api(A_ID, "https://gone"),
        connection("c1", "users", ["else"]),
        connection("c2", "old", [], strategy="google-oauth2"),
        LiveResource("actions", "X", {"id": "X", "name": "A", "code": "1", "all_changes_deployed": True}),
    )
    desired = declare(
        manage,
        applications={
            "shop": {"name": "Shop", "resource_server_identifier": "https://new", "description": "é"},
            "new": {"name": "New"},
        },
        connections={
            "users": {"name": "users", "display_name": "U", "enabled_clients": Include[list[str]](include=["shop"])},
            "old": {"name": "old", "lifecycle": ABSENT},
        },
        actions={"a": {"name": "A", "code": "2", "secrets": {"K": Secret.of("K", "v")}}},
    )
    for made in (planned(desired, live), planned(desired, live, "--allow-replace", max_deletes=9)):
        assert saved(made, tmp_path) == made
        assert made.notes
        assert made.attention
    [users] = [change for change in saved(planned(desired, live), tmp_path).changes if change.address == USERS]
    assert [type(each) for each in (users.pre or {})["enabled_clients"]] == [RawId]
    assert {guard.address is None for guard in planned(desired, live).guards} == {True, False}
    assert "é" in (tmp_path / "plan.json").read_text(encoding="utf-8")
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert document["tool_version"] == "1.0"
    assert (tmp_path / "plan.json").read_text(encoding="utf-8").endswith("\n")


def test_secrets_of_several_files_are_all_filled_in_and_what_is_gone_stays_open(tmp_path: Path) -> None:
    def wanted(value: str) -> dict[str, object]:
        return {"signing_alg": "HS256", "signing_secret": PlainSecret.of("signing_secret", value)}

    desired = declare(apis={"a": {"identifier": "https://a", **wanted("1")}, "b": {"identifier": "https://b", **wanted("2")}})
    unfilled = bound(saved(planned(desired, hold()), tmp_path), hold(), KINDS)
    assert [type(step.call.body["signing_secret"]) for step in unfilled.steps] == [PlainSecret, PlainSecret]
    again = bound(saved(planned(desired, hold()), tmp_path), hold(), KINDS, desired)
    assert [step.call.body["signing_secret"].reveal() for step in again.steps] == ["1", "2"]
    live = hold(
        connection("c", "idp", [], options={"gateway_authentication": {"secret": "s"}, "import_mode": False}),
        connection("d", "other", [], options={"gateway_authentication": {"secret": "t"}}),
        LiveResource("unknown_kind", "u", {"id": "u"}),
    )
    made = planned(declare(connections={"idp": {"name": "idp", "options": {"import_mode": True}}}), live)
    unbound = bound(saved(made, tmp_path), hold(), KINDS)
    [secret] = [step.call.body["options"]["gateway_authentication"]["secret"] for step in unbound.steps]
    assert isinstance(secret, LiveSecret)
    assert (secret.is_available, secret.owner) == (False, "connections:c")
    found = bound(saved(made, tmp_path), live, KINDS)
    assert found.steps[0].call.body["options"]["gateway_authentication"]["secret"].reveal() == "s"


@pytest.mark.parametrize("identifier", ["https://b", "https://c"])
def test_a_replaced_application_is_created_with_all_that_is_declared(identifier: str) -> None:
    live = hold(app("A", "Shop", app_type="resource_server", resource_server_identifier="https://a", description="x"))
    said = {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": identifier, "description": "x"}
    only_once: dict[str, object] = {"client_authentication_methods": {"private_key_jwt": {"credentials": []}}}
    made = planned(declare(applications={"shop": {**said, **only_once}}), live, "--allow-replace")
    assert [step.call.body for step in made.steps if step.op == "create"] == [{**said, **only_once}]


def test_every_member_that_changed_is_named_and_what_is_only_begun_is_to_do() -> None:
    shop = {"name": "Shop", "description": "new", "callbacks": ["https://b"], "app_type": "spa"}
    before = hold(app("A", "Shop", description="old", callbacks=["https://a"], app_type="native"))
    made = planned(declare(applications={"shop": shop}), before)
    now = hold(app("A", "Shop", description="else", callbacks=["https://c"], app_type="native"))
    [ruling] = check(made, now, KINDS)
    assert ruling.reason == "description, callbacks changed since the plan was made"
    made = planned(declare(connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": [ME]}}), hold())
    [ruling] = check(made, hold(connection("c1", "users", [])), KINDS)
    assert ruling == Ruling(USERS, Verdict.TO_DO, "", "c1")


def test_a_warning_is_told_in_the_words_of_its_rule() -> None:
    wanted = {"name": "Shop", "app_type": "spa", "token_endpoint_auth_method": "client_secret_post"}
    made = planned(declare(applications={"shop": wanted}), hold())
    [note] = [note for note in made.notes if note.code == "warning"]
    [breach] = [breach for rule in KINDS["applications"].rules for breach in rule(wanted)]
    assert note == Note(breach.message, Address("applications", "shop"), Place("tenant.yaml", 1, 3))


def test_the_same_plan_is_told_in_the_same_words_each_time() -> None:
    names = ["description", "logo_uri", "callbacks", "app_type", "web_origins", "initiate_login_uri", "allowed_origins"]
    old: dict[str, object] = {name: ["https://a"] if name.endswith("s") else "https://a" for name in names}
    new: dict[str, object] = {name: ["https://b"] if name.endswith("s") else "https://b" for name in names} | {
        "client_metadata": {}
    }
    held = dict.fromkeys("qwertyuiop", "x")
    live = hold(app("A", "Shop", **old, client_metadata=held))
    [change] = planned(declare(applications={"shop": {"name": "Shop", **new}}), live).changes
    assert list(change.post or {}) == list(change.pre or {}) == [*names, "client_metadata"]
    assert [field.path for field in change.fields][-10:] == [f"client_metadata.{key}" for key in held]
