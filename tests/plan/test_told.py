"""What a plan tells beside its calls, member by member: guards, notes, counts, ids, what must be read, what is lost along."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.call import Wait
from tenantry.model.errors import ConfigErrors
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle, LiveResource, Manage
from tenantry.model.values import RawId
from tenantry.plan import (
    Names,
    Options,
    Plan,
    Summary,
    Verdict,
    Wishes,
    check,
    load,
    plan,
    save,
    sections_to_read,
    settled,
    view,
)
from tenantry.plan.types import Action, Attention, Change, Lost
from tests.declared import declare
from tests.plan import whole
from tests.plan.conftest import ME, api, app, calls, connection, grant, hold, planned, position
from tests.plan.lines import A_ID

ABSENT = Lifecycle(absent=True)
SHOP = Address("applications", "shop")


def test_each_refusal_names_what_it_is_about() -> None:
    protected = declare(
        Manage(protect={"applications": ("Shop",)}), applications={"shop": {"name": "Shop", "lifecycle": ABSENT}}
    )
    assert {(guard.rule, guard.address) for guard in planned(protected, hold(app("A", "Shop"))).guards} == {("protect", SHOP)}
    live = hold(
        app("A", "Shop", app_type="resource_server", resource_server_identifier="https://a"), api("a" * 24, "https://a")
    )
    moved = declare(
        applications={"shop": {"name": "Shop", "resource_server_identifier": "b"}},
        apis={"a": {"identifier": "https://a"}, "b": {"identifier": "https://b"}},
    )
    assert {(guard.rule, guard.address) for guard in planned(moved, live).guards} == {("replace", SHOP)}
    system = api("a" * 24, "https://own", is_system=True, name="Own")
    [guard] = planned(declare(apis={"own": {"identifier": "https://own", "name": "Other"}}), hold(system)).guards
    assert (guard.rule, guard.address) == ("system", Address("apis", "own"))
    assert "belongs to the tenant itself: name cannot be set (only: " in guard.sentence


def test_a_broken_rule_is_told_with_its_place_and_its_address_and_a_warning_likewise() -> None:
    broken = {"name": "Shop", "refresh_token": {"rotation_type": "rotating", "expiration_type": "non-expiring"}}
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(applications={"shop": broken}), hold())
    [error] = caught.value.errors
    assert (error.address, error.code) == ("applications.shop", "rule")
    assert error.place is not None
    assert "rotating refresh tokens must be `expiring`" in str(error)
    warned = declare(
        applications={"shop": {"name": "Shop", "app_type": "spa", "token_endpoint_auth_method": "client_secret_post"}}
    )
    [note] = [note for note in planned(warned, hold()).notes if note.code == "warning"]
    assert (note.address, note.place is not None) == (SHOP, True)


def test_what_the_tenant_holds_already_breaks_no_rule() -> None:
    live = app("A", "Shop", refresh_token={"rotation_type": "rotating", "expiration_type": "non-expiring", "leeway": 0})
    assert planned(declare(applications={"shop": {"name": "Shop", "description": "x"}}), hold(live)).guards == ()


def test_what_a_create_leaves_to_the_server_and_what_it_lacks_is_told() -> None:
    notes = [note for note in planned(declare(applications={"shop": {"name": "Shop"}}), hold()).notes if note.address == SHOP]
    assert {note.code for note in notes} == {"server_choice"}
    assert all(note.place is not None for note in notes)
    assert [note.sentence.split(" ")[0] for note in notes] == list(KINDS["applications"].server_choices)
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(actions={"a": {"name": "A"}}), hold())
    assert [(error.code, error.address, error.place is not None) for error in caught.value.errors] == [
        ("required", "actions.a", True)
    ]


def test_every_resource_that_is_there_or_comes_is_counted_once() -> None:
    live = hold(app("A", "Same"), app("B", "Changed"), app("C", "Gone"), app("D", "Else"), api("a" * 24, "https://else"))
    wanted = declare(
        applications={
            "same": {"name": "Same"},
            "changed": {"name": "Changed", "description": "x"},
            "gone": {"name": "Gone", "lifecycle": ABSENT},
            "never": {"name": "Never", "lifecycle": ABSENT},
            "new": {"name": "New"},
        }
    )
    assert planned(wanted, live).summary == Summary(create=1, update=1, delete=1, unchanged=1, undeclared=1)


def test_the_reason_of_each_change_is_told() -> None:
    wanted = declare(applications={"new": {"name": "New"}, "old": {"name": "Old", "description": "x"}})
    reasons = {change.address.handle: change.reason for change in planned(wanted, hold(app("A", "Old"))).changes}
    assert reasons == {"new": "declared, and the tenant has none", "old": "the tenant holds something else"}


def test_every_id_is_kept_that_a_call_may_need_also_of_what_is_built_in() -> None:
    own = api("a" * 24, "https://acme.example/api/v2/", is_system=True)
    made = planned(declare(applications={"shop": {"name": "Shop"}}, apis={}), hold(app("A", "Shop"), own))
    assert made.ids == {SHOP: "A", Address("apis", "management-api"): "a" * 24}


def test_what_a_change_may_have_an_effect_on_is_read_as_well() -> None:
    assert sections_to_read(declare(applications={"a": {"name": "A"}}), KINDS) == {"applications"}
    assert sections_to_read(declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), KINDS) == {
        "applications",
        "client_grants",
    }
    assert sections_to_read(declare(Manage(prune=frozenset({"apis"}))), KINDS) == {"apis", "client_grants"}
    both = declare(applications={"a": {"name": "A"}}, connections={"c": {"name": "c"}})
    assert sections_to_read(both, KINDS) == {"applications", "connections", "tenant_settings"}


@pytest.mark.parametrize(
    ("lifecycle", "is_told"),
    [
        (Lifecycle(), False),
        (Lifecycle(renamed_from="https://old"), True),
        (Lifecycle(id="a" * 24), True),
        (Lifecycle(id="a" * 24, managed=False), False),
    ],
)
def test_what_goes_along_is_read_wherever_a_replacement_is_possible(lifecycle: Lifecycle, *, is_told: bool) -> None:
    wish = declare(apis={"a": {"identifier": "https://new", "lifecycle": lifecycle}})
    assert ("client_grants" in sections_to_read(wish, KINDS)) is is_told
    fixed = declare(applications={"a": {"name": "A", "third_party_security_mode": "strict"}})
    assert "client_grants" in sections_to_read(fixed, KINDS)


def test_what_goes_along_is_told_by_handle_or_by_name_and_only_with_what_goes() -> None:
    live = hold(
        api("a" * 24, "https://a"),
        app("A", "Shop"),
        app("B", "Bot"),
        grant("g1", "A", "https://a", []),
        grant("g2", "B", "https://a", []),
    )
    wanted = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"a": {"identifier": "https://a", "lifecycle": ABSENT}},
        client_grants={"mine": {"client_id": "shop", "audience": "a", "lifecycle": ABSENT}},
    )
    made = planned(wanted, live, max_deletes=9)
    [gone] = [change for change in made.changes if change.address.section == "apis"]
    assert gone.cascades == (Lost("client_grants.mine", "g1"), Lost("client_grants.B/https://a/client", "g2"))
    assert calls(made) == ["DELETE apis.a delete"]
    kept = planned(declare(apis={"a": {"identifier": "https://a", "name": "New"}}), live)
    assert [change.cascades for change in kept.changes] == [()]


def test_a_plan_file_keeps_the_notes_with_what_they_are_about(tmp_path: Path) -> None:
    made = planned(declare(applications={"shop": {"name": "Shop"}}), hold())
    save(made, tmp_path / "p", "0")
    assert load(tmp_path / "p", lambda name: Secret.of(name, "")).notes == made.notes
    assert all(note.address == SHOP and note.place for note in made.notes)
    assert made.notes


def action(**data: object) -> LiveResource:
    base = {"id": "X", "name": "A", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "1"}
    return LiveResource("actions", "X", {**base, **data})


def finishing(made: Plan) -> list[tuple[Wait | None, Wait | None]]:
    return [(step.before, step.until) for step in made.steps if step.op == "finish"]


def test_a_deploy_waits_for_the_build_and_for_its_own_end() -> None:
    path = ("actions", "actions")
    made = planned(declare(actions={"a": {"name": "A", "code": "2"}}), hold(action(all_changes_deployed=True)))
    [(before, until)] = finishing(made)
    assert before is not None
    assert until is not None
    assert (before.path[:2], before.field, before.value, before.failed) == (path, "status", "built", ("failed",))
    assert (until.path[:2], until.field, until.value, until.failed) == (path, "all_changes_deployed", True, ())
    assert calls(made) == ["PATCH actions.a update", "POST actions.a finish"]
    assert calls(planned(declare(actions={"a": {"name": "A"}}), hold(action()))) == ["POST actions.a finish"]
    assert planned(declare(actions={"a": {"name": "A"}}), hold(action(all_changes_deployed=True))).is_empty


def test_a_replaced_action_is_created_with_all_that_is_declared() -> None:
    wanted = {"name": "A", "code": "1", "supported_triggers": [{"id": "credentials-exchange", "version": "v2"}]}
    made = planned(declare(actions={"a": wanted}), hold(action(all_changes_deployed=True)))
    assert [step.call.body for step in made.steps if step.op == "create"] == [wanted]
    assert position(made, "DELETE") < position(made, "POST actions.a create") < position(made, "finish")


def test_a_secret_is_sent_again_inside_an_object_too() -> None:
    live = connection("c", "users", [], strategy="oidc", options={"client_id": "x"})
    wanted = declare(
        connections={
            "users": {"name": "users", "strategy": "oidc", "options": {"client_id": "x", "client_secret": Secret.of("S", "v")}}
        }
    )
    again = plan(wanted, hold(live), KINDS, Options(wishes=Wishes(send_secrets=True)))
    assert [step.call.body["options"]["client_secret"].name for step in again.steps] == ["S"]


def test_what_joined_meanwhile_is_set_aside_but_not_what_was_there() -> None:
    change = Change(
        Address("connections", "c"),
        Action.UPDATE,
        "c",
        "",
        "",
        pre={"enabled_clients": ["a"]},
        tolerates={"enabled_clients": ("a", "b")},
    )
    assert settled(change, {"enabled_clients": ["a", "b", "c"]}) == {"enabled_clients": ["c", "a"]}
    assert settled(change, {"enabled_clients": ["c"]}) == {"enabled_clients": ["c", "a"]}
    assert settled(change, {"enabled_clients": None}) == {"enabled_clients": None}


def test_a_role_that_was_created_without_its_permissions_is_finished_and_one_with_foreign_ones_is_stale() -> None:
    wanted = declare(
        apis={"a": {"identifier": "https://a", "scopes": [{"value": "r"}, {"value": "w"}]}},
        roles={"boss": {"name": "Boss", "permissions": {"a": ["r"]}}},
    )
    orders = api("a" * 24, "https://a", scopes=[{"value": "r"}, {"value": "w"}])
    made = planned(wanted, hold(orders))

    def verdict(*scopes: str) -> tuple[Verdict, str | None]:
        held = tuple({"resource_server_identifier": "https://a", "permission_name": scope} for scope in scopes)
        role = LiveResource("roles", "R", {"id": "R", "name": "Boss"}, {"permissions": held})
        [ruling] = [each for each in check(made, hold(orders, role), KINDS) if each.address.section == "roles"]
        return ruling.verdict, ruling.id

    assert verdict() == (Verdict.TO_DO, "R")
    assert verdict("r") == (Verdict.DONE, "R")
    assert verdict("r", "w") == (Verdict.STALE, "R")


def test_a_pruned_resource_has_no_handle_and_those_after_it_have() -> None:
    live = hold(app("A", "Aa"), app("B", "Bb", allowed_clients=["C"]), app("C", "Cc"))
    manage = Manage(prune=frozenset({"applications"}))
    wanted = declare(manage, applications={"b": {"name": "Bb", "allowed_clients": []}, "c": {"name": "Cc"}})
    made = planned(wanted, live)
    assert {ruling.verdict for ruling in check(made, live, KINDS)} == {Verdict.TO_DO}


def test_keys_and_secrets_of_maps_are_read_in_declared_form() -> None:
    names = Names()
    names.add(Address("apis", "orders"), "1", {"identifier": "https://a"})
    held = (
        {"resource_server_identifier": "https://a", "permission_name": "r"},
        {"resource_server_identifier": "b", "permission_name": "r"},
    )
    shown = view(KINDS["roles"], LiveResource("roles", "R", {"id": "R", "name": "Boss"}, {"permissions": held}), names)
    assert shown["permissions"] == {"orders": ["r"], "b": ["r"]}
    assert [type(key) for key in shown["permissions"]] == [str, RawId]


def test_a_plan_of_many_kinds_tells_all_this_beside_its_calls() -> None:
    made = planned(whole.WANTED, whole.LIVE)
    choices = KINDS["applications"].server_choices
    assert made.notes == tuple(
        Note(f"{path} is left to the server: {choice}", whole.NEW, Place("tenant.yaml", 3, 3), "server_choice")
        for path, choice in choices.items()
    )
    assert made.attention == (
        Attention(whole.BOT, "delete", "application Bot is deleted, and with it client_grants.B/https://a/client"),
        Attention(whole.A, "code-changed", "code: other code decides about logins and tokens"),
        Attention(whole.API, "scope-added", "scopes: there is a further scope to ask for (w)"),
        Attention(whole.USERS, "connection-enabled", "enabled_clients: a further application accepts these users (new)"),
        Attention(whole.USERS, "connection-disabled", "enabled_clients: an application no longer accepts these users (shop)"),
        Attention(whole.BOSS, "permission-added", "permissions.a: holders of the role may do more (w)"),
    )
    assert made.summary == Summary(create=2, update=4, delete=1)
    assert made.ids == {whole.A: "X", whole.API: A_ID, whole.BOT: "B", whole.SHOP: "A", whole.USERS: "c1"}
    assert (made.guards, made.lifted, made.secrets) == ((), (), ())
    assert made.scopes == {
        "create:actions",
        "create:clients",
        "create:roles",
        "delete:clients",
        "update:actions",
        "update:clients",
        "update:connections",
        "update:resource_servers",
        "update:roles",
    }
    assert (made.tenant, made.caller) == ("acme", ME)
    assert made.steps_of(Address("apis", "none")) == ()
