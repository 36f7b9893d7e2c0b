"""Every refusal of the planner whole: the rule, the sentence, the flag that lifts it, and what it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.errors import ConfigErrors
from tenantry.model.place import Place
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage
from tenantry.model.values import Include
from tenantry.plan import Guard, refusals
from tenantry.plan.guards import Allowances
from tests.declared import declare
from tests.plan.conftest import API, ME, api, app, connection, grant, hold, planned

ABSENT = Lifecycle(absent=True)
SHOP, TOOL, USERS = Address("applications", "shop"), Address("applications", "tool"), Address("connections", "users")
PRUNED = Manage(prune=frozenset({"applications"}))


def refused(desired: DesiredState, live: LiveState, *flags: str, max_deletes: int | None = None) -> tuple[Guard, ...]:
    return planned(desired, live, *flags, max_deletes=max_deletes).guards


def test_what_is_protected_by_handle_by_name_or_by_a_pattern() -> None:
    sentence = "application Shop is protected (manage.protect) and would be deleted"
    for pattern in ("shop", "Shop", "Sh*"):
        desired = declare(
            Manage(protect={"applications": (pattern,)}), applications={"shop": {"name": "Shop", "lifecycle": ABSENT}}
        )
        assert refused(desired, hold(app("A", "Shop"))) == (Guard("protect", sentence, address=SHOP),)


def test_what_is_protected_is_not_replaced_either() -> None:
    live = hold(app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"))
    manage = Manage(protect={"applications": ("shop",)})
    wanted = {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": "https://new"}
    sentence = "application Shop is protected (manage.protect) and would be replaced"
    made = refused(declare(manage, applications={"shop": wanted}), live, "--allow-replace")
    assert made == (Guard("protect", sentence, address=SHOP),)


def test_what_is_replaced_breaks_whoever_knows_its_id() -> None:
    live = hold(app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"))
    desired = declare(
        applications={"shop": {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": "https://new"}}
    )
    sentence = "replacing application Shop gives it a new id; whoever uses the old one breaks"
    assert refused(desired, live) == (Guard("replace", sentence, "--allow-replace", SHOP),)


def test_a_database_that_goes_takes_its_users_along() -> None:
    desired = declare(connections={"users": {"name": "users", "lifecycle": ABSENT}})
    [guard] = refused(desired, hold(connection("con_1", "users", [])))
    assert guard == Guard("user-loss", guard.sentence, "--allow-user-loss", USERS)
    assert guard.sentence.startswith("connection users: ")


def test_what_belongs_to_the_tenant_is_neither_deleted_nor_rewritten() -> None:
    live = hold(api("a" * 24, "https://own", is_system=True, name="Own"))
    gone = declare(apis={"own": {"identifier": "https://own", "lifecycle": ABSENT}})
    sentence = "https://own belongs to the tenant itself and cannot be deleted"
    assert refused(gone, live) == (Guard("system", sentence, address=Address("apis", "own")),)
    other = declare(apis={"own": {"identifier": "https://own", "name": "Other", "token_lifetime": 60}})
    [guard] = refused(other, live)
    allowed = ", ".join(sorted(KINDS["apis"].system_fields))
    assert guard.sentence == f"https://own belongs to the tenant itself: name cannot be set (only: {allowed})"


def test_the_tools_own_application_and_its_access_stay() -> None:
    gone = declare(applications={"tool": {"name": "Tool", "lifecycle": ABSENT}})
    sentence = "Tool is the application tenantry itself uses and would be deleted"
    assert refused(gone, hold(app(ME, "Tool"))) == (Guard("own_application", sentence, address=TOOL),)
    ungranted = declare(
        applications={"tool": {"name": "Tool"}},
        client_grants={"g": {"client_id": "tool", "audience": "management-api", "lifecycle": ABSENT}},
    )
    live = hold(app(ME, "Tool"), api("b" * 24, API, is_system=True), grant("cgr_1", ME, API, ["read:clients"]))
    [guard] = refused(ungranted, live)
    assert guard == Guard("own_application", guard.sentence, address=Address("client_grants", "g"))
    assert guard.sentence.endswith(" is what gives tenantry's own application its access and would be deleted")


def test_the_tools_own_application_is_not_locked_out() -> None:
    desired = declare(applications={"tool": {"name": "Tool", "token_endpoint_auth_method": "none", "description": "x"}})
    live = hold(app(ME, "Tool", token_endpoint_auth_method="client_secret_post"))
    sentence = "Tool is tenantry's own: changing token_endpoint_auth_method could lock it out"
    assert refused(desired, live) == (Guard("own_application", sentence, address=TOOL),)
    left = declare(connections={"users": {"name": "users", "enabled_clients": []}})
    named = declare(applications={"tool": {"name": "Tool"}}, connections={"users": {"name": "users", "enabled_clients": []}})
    assert [guard.rule for guard in refused(named, hold(app(ME, "Tool"), connection("con_1", "users", [ME])))] == [
        "own_application"
    ]
    sentence = "connection users: enabled_clients would lose tenantry's own application"
    assert refused(left, hold(connection("con_1", "users", [ME]))) == (Guard("own_application", sentence, address=USERS),)


def test_a_pruned_section_of_which_nothing_is_declared() -> None:
    def sentence(how_many: str) -> str:
        return (
            f"applications is pruned and nothing of it is declared: {how_many} would be deleted; "
            "write `applications: {}` in the tenant file itself if that is meant"
        )

    one, two = hold(app("A", "Shop")), hold(app("A", "Shop"), app("B", "Bot"))
    assert refused(declare(PRUNED), one) == (Guard("empty_section", sentence("the only one")),)
    assert refused(declare(PRUNED), two) == (Guard("empty_section", sentence("all 2")),)
    assert refused(declare(PRUNED), hold()) == ()
    assert refused(declare(PRUNED), hold(app(ME, "Tool"))) == ()


def test_more_that_goes_than_the_files_the_flag_or_custom_allow() -> None:
    four = hold(app("O", "Other"), *(app(f"A{n}", f"App {n}") for n in range(4)))
    other = {"applications": {"other": {"name": "Other"}}}
    usual = "4 of applications would go, more than the usual 3"
    assert refused(declare(PRUNED, **other), four) == (Guard("max_deletes", usual, "--max-deletes", deletes=4),)
    filed = Manage(prune=frozenset({"applications"}), max_deletes=3)
    sentence = "4 resources would go, more than the 3 allowed"
    assert refused(declare(filed, **other), four) == (Guard("max_deletes", sentence, "--max-deletes", deletes=4),)
    just = Manage(prune=frozenset({"applications"}), max_deletes=4)
    assert refused(declare(just, **other), four) == ()
    sentence = "4 resources would go, more than the 2 allowed"
    assert refused(declare(PRUNED, **other), four, max_deletes=2) == (
        Guard("max_deletes", sentence, "--max-deletes", deletes=4),
    )
    assert refused(declare(PRUNED, **other), four, max_deletes=4) == ()
    gone = declare(Manage(max_deletes=0), applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    sentence = "1 resource would go, more than the 0 allowed"
    assert refused(gone, hold(app("A", "Shop"))) == (Guard("max_deletes", sentence, "--max-deletes", deletes=1),)


def test_what_goes_along_is_counted_in_the_section_it_is_in() -> None:
    desired = declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    grants = [grant(f"cgr_{n}", "A", f"https://api.example/{n}", []) for n in range(4)]
    sentence = "4 of client_grants would go, more than the usual 3"
    assert refused(desired, hold(app("A", "Shop"), *grants)) == (Guard("max_deletes", sentence, "--max-deletes", deletes=5),)
    assert refused(desired, hold(app("A", "Shop"), *grants[:3])) == ()


def test_a_section_that_is_listed_only_in_part_is_not_pruned() -> None:
    live = hold(app("A", "Shop"), truncated=frozenset({"applications"}))
    sentence = "the tenant lists only its first 1,000 applications, so applications cannot be pruned"
    desired = declare(PRUNED, applications={"shop": {"name": "Shop"}})
    assert refused(desired, live) == (Guard("truncated", sentence),)
    assert refused(declare(applications={"shop": {"name": "Shop"}}), live) == ()


def test_secrets_that_nobody_knows_are_not_overwritten() -> None:
    held = {"id": "X", "name": "A", "secrets": [{"name": "OLD"}, {"name": "ELSE"}], "all_changes_deployed": True, "code": "1"}
    live = hold(LiveResource("actions", "X", held))
    wanted = {"name": "A", "secrets": Include(include={"NEW": Secret.of("NEW", "v")})}
    sentence = (
        "actions.a secrets is replaced as a whole, and the values of ELSE, OLD cannot be read back: declare each of them, "
        "or leave the field out"
    )
    assert refused(declare(actions={"a": wanted}), live) == (Guard("unreadable", sentence, address=Address("actions", "a")),)
    untouched = {"name": "A", "code": "2", "secrets": Include(include={"OLD": Secret.of("OLD", "v")})}
    assert refused(declare(actions={"a": untouched}), live) == ()


def test_whoever_applies_a_plan_is_asked_for_the_flags_again() -> None:
    live = hold(app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"))
    desired = declare(
        applications={"shop": {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": "https://new"}}
    )
    made = planned(desired, live, "--allow-replace")
    assert (made.guards, [guard.rule for guard in made.lifted]) == ((), ["replace"])
    assert refusals(made, live, KINDS, Allowances()) == made.lifted
    assert refusals(made, live, KINDS, Allowances(frozenset({"--allow-replace"}))) == ()
    assert [guard.rule for guard in refusals(made, live, KINDS, Allowances(frozenset({"--allow-replace"}), 0))] == [
        "max_deletes"
    ]


HERE = Place("tenant.yaml", 1, 3)


@pytest.mark.parametrize(
    ("wanted", "live", "code", "sentence"),
    [
        (
            {"name": "Shop"},
            [app("A", "Shop"), app("B", "Shop")],
            "ambiguous",
            (
                "2 live applications fit applications.shop: A, B; say which one with `lifecycle: {id: A}`, or give them "
                "different names in the tenant"
            ),
        ),
        (
            {"name": "Shop", "lifecycle": Lifecycle(id="C")},
            [app("A", "Shop")],
            "not_found",
            (
                "the tenant has no application with the id C that applications.shop names; give the id of one that it has, or "
                "take `lifecycle.id` away"
            ),
        ),
        (
            {"name": "Shop", "lifecycle": Lifecycle(managed=False)},
            [],
            "not_found",
            (
                "the tenant has no application that fits applications.shop, and this run must not create it; create it there, "
                "or let tenantry manage it"
            ),
        ),
    ],
)
def test_what_fits_nothing_or_too_much(wanted: dict[str, object], live: list[LiveResource], code: str, sentence: str) -> None:
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(applications={"shop": wanted}), hold(*live))
    [error] = caught.value.errors
    assert (error.message, error.place, error.address, error.code) == (sentence, HERE, "applications.shop", code)


@pytest.mark.parametrize("lifecycle", [Lifecycle(id="A"), Lifecycle(id="A", absent=True), Lifecycle(id="A", managed=False)])
def test_what_an_id_picks_is_not_left_alone_by_a_pattern(lifecycle: Lifecycle) -> None:
    wish = declare(
        Manage(ignore={"applications": ("Legacy*",)}), applications={"shop": {"name": "Shop", "lifecycle": lifecycle}}
    )
    shop, there = wish.resources[SHOP], Place("tenant.yaml", 4, 9)
    wish = replace(wish, resources={SHOP: replace(shop, places={**shop.places, ("lifecycle", "id"): there})})
    with pytest.raises(ConfigErrors) as caught:
        planned(wish, hold(app("A", "Legacy shop")))
    [error] = caught.value.errors
    assert (error.place, error.address, error.code) == (there, "applications.shop", "ignored")
    assert error.message == (
        "applications.shop is declared by its id, A, and the application that has it is left alone by `manage.ignore`; "
        "narrow the pattern, or take one of both out of the file"
    )


def test_what_fits_two_declarations_or_cannot_be_created() -> None:
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(applications={"a": {"name": "Shop"}, "b": {"name": "Shop"}}), hold(app("A", "Shop")))
    [error] = caught.value.errors
    sentence = "applications.b and applications.a are the same live application; remove one of them"
    assert (error.message, error.place, error.address, error.code) == (
        sentence,
        Place("tenant.yaml", 2, 3),
        "applications.b",
        "claimed_twice",
    )
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(triggers={"post-logon": {"actions": []}}), hold())
    [error] = caught.value.errors
    sentence = "the tenant has no trigger that fits triggers.post-logon, and this run must not create it; it cannot be created"
    assert (error.message, error.place, error.address, error.code) == (sentence, HERE, "triggers.post-logon", "not_found")


def test_what_a_create_must_name() -> None:
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(actions={"a": {"name": "A"}}), hold())
    [error] = caught.value.errors
    assert (error.message, error.place, error.address, error.code) == (
        "actions.a does not exist yet, and creating it needs `supported_triggers`",
        HERE,
        "actions.a",
        "required",
    )


def test_every_error_is_told_at_once() -> None:
    wanted = {"x": {"name": "Shop"}, "y": {"name": "Y", "lifecycle": Lifecycle(managed=False)}}
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(applications=wanted), hold(app("A", "Shop"), app("B", "Shop")))
    assert [error.code for error in caught.value.errors] == ["ambiguous", "not_found"]
