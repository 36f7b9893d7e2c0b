"""What an apply refuses, each with the flag that would allow it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenantry.kinds import KINDS
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, Manage
from tenantry.model.values import Include
from tenantry.plan import Allowances, Plan, refusals
from tests.declared import declare
from tests.plan.conftest import API, ME, api, app, connection, grant, hold, planned


def rules(made: Plan) -> list[tuple[str, str]]:
    return [(guard.rule, guard.flag) for guard in made.guards]


ABSENT = Lifecycle(absent=True)


def test_a_replacement_of_an_application_needs_its_flag() -> None:
    live = hold(app("A", "Shop", app_type="resource_server", resource_server_identifier="https://old"))
    desired = declare(
        applications={"shop": {"name": "Shop", "app_type": "resource_server", "resource_server_identifier": "https://new"}}
    )
    assert rules(planned(desired, live)) == [("replace", "--allow-replace")]
    assert rules(planned(desired, live, "--allow-replace")) == []


def test_deleting_a_database_needs_its_flag() -> None:
    desired = declare(connections={"users": {"name": "users", "lifecycle": ABSENT}})
    live = hold(connection("con_1", "users", []))
    assert rules(planned(desired, live)) == [("user-loss", "--allow-user-loss")]
    assert rules(planned(desired, live, "--allow-user-loss")) == []


def test_deleting_a_social_connection_needs_none() -> None:
    desired = declare(connections={"google": {"name": "google", "lifecycle": ABSENT}})
    assert rules(planned(desired, hold(connection("con_1", "google", [], strategy="google-oauth2")))) == []


def test_what_is_protected_is_not_deleted_even_when_its_block_is_gone() -> None:
    manage = Manage(prune=frozenset({"applications"}), protect={"applications": ("Shop",)})
    made = planned(declare(manage, applications={"other": {"name": "Other"}}), hold(app("A", "Shop"), app("O", "Other")))
    assert rules(made) == [("protect", "")]


def test_more_deletes_than_usual_need_the_flag() -> None:
    manage = Manage(prune=frozenset({"applications"}))
    desired = declare(manage, applications={"other": {"name": "Other"}})
    live = hold(app("O", "Other"), *(app(f"A{n}", f"App {n}") for n in range(4)))
    assert rules(planned(desired, live)) == [("max_deletes", "--max-deletes")]
    assert rules(planned(desired, live, max_deletes=4)) == []


def test_a_tenth_of_a_large_section_is_usual() -> None:
    manage = Manage(prune=frozenset({"applications"}))
    kept = {f"k{n}": {"name": f"Keep {n}"} for n in range(45)}
    live = hold(*(app(f"K{n}", f"Keep {n}") for n in range(45)), *(app(f"A{n}", f"App {n}") for n in range(5)))
    assert rules(planned(declare(manage, applications=kept), live)) == []


def test_what_the_server_deletes_along_counts() -> None:
    desired = declare(Manage(max_deletes=2), applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    grants = [grant(f"cgr_{n}", "A", f"https://api/{n}", []) for n in range(2)]
    assert rules(planned(desired, hold(app("A", "Shop"), *grants))) == [("max_deletes", "--max-deletes")]


def test_an_empty_pruned_section_must_be_meant() -> None:
    live = hold(app("A", "Shop"))
    assert rules(planned(declare(Manage(prune=frozenset({"applications"}))), live)) == [("empty_section", "")]
    meant = Manage(prune=frozenset({"applications"}), emptied=frozenset({"applications"}))
    assert rules(planned(declare(meant), live)) == []


def test_the_tools_own_application_is_never_deleted() -> None:
    made = planned(declare(applications={"tool": {"name": "Tool", "lifecycle": ABSENT}}), hold(app(ME, "Tool")))
    assert rules(made) == [("own_application", "")]


def test_pruning_spares_the_tools_own_application_and_its_access() -> None:
    manage = Manage(prune=frozenset({"applications", "client_grants"}))
    live = hold(app(ME, "Tool"), app("X", "X"), grant("cgr_1", ME, API, ["read:clients"]))
    assert planned(declare(manage, applications={"x": {"name": "X"}}), live).is_empty


def test_the_tools_own_grant_is_never_narrowed() -> None:
    desired = declare(
        applications={"tool": {"name": "Tool"}},
        client_grants={"g": {"client_id": "tool", "audience": "management-api", "scope": ["read:clients"]}},
    )
    scopes = ["read:clients", "update:clients", "delete:clients"]
    live = hold(app(ME, "Tool"), api("b" * 24, API, is_system=True), grant("cgr_1", ME, API, scopes))
    made = planned(desired, live)
    assert rules(made) == [("own_application", "")], "one refusal, however many scopes would go"
    assert made.guards[0].sentence.endswith("is tenantry's own: changing scope could lock it out")


def test_the_tools_own_grant_may_be_widened() -> None:
    desired = declare(
        applications={"tool": {"name": "Tool"}},
        client_grants={"g": {"client_id": "tool", "audience": "management-api", "scope": ["read:clients", "update:clients"]}},
    )
    live = hold(app(ME, "Tool"), api("b" * 24, API, is_system=True), grant("cgr_1", ME, API, ["read:clients"]))
    assert rules(planned(desired, live)) == []


def test_the_way_the_tool_signs_in_is_not_changed() -> None:
    desired = declare(applications={"tool": {"name": "Tool", "token_endpoint_auth_method": "none"}})
    assert rules(planned(desired, hold(app(ME, "Tool", token_endpoint_auth_method="client_secret_post")))) == [
        ("own_application", "")
    ]


def test_the_tools_place_in_a_list_is_kept() -> None:
    desired = declare(connections={"users": {"name": "users", "enabled_clients": []}})
    assert rules(planned(desired, hold(connection("con_1", "users", [ME])))) == [("own_application", "")]


def test_a_system_api_is_changed_only_where_the_tenant_may() -> None:
    live = hold(api("b" * 24, API, is_system=True, token_lifetime=86400, name="Auth0 Management API"))
    assert rules(planned(declare(apis={"m": {"identifier": API, "token_lifetime": 3600}}), live)) == []
    assert rules(planned(declare(apis={"m": {"identifier": API, "name": "Ours"}}), live)) == [("system", "")]


def test_a_system_api_is_never_pruned() -> None:
    desired = declare(Manage(prune=frozenset({"apis"})), apis={"orders": {"identifier": "https://api"}})
    assert planned(desired, hold(api("a" * 24, "https://api"), api("b" * 24, API, is_system=True))).is_empty


def test_action_secrets_are_replaced_only_when_all_of_them_are_known() -> None:
    live = LiveResource(
        "actions", "act", {"id": "act", "name": "claim", "secrets": [{"name": "OLD"}], "all_changes_deployed": True}
    )
    wanted = {"name": "claim", "secrets": Include(include={"NEW": Secret.of("NEW", "v")})}
    assert [guard.rule for guard in planned(declare(actions={"claim": wanted}), hold(live)).guards] == ["unreadable"]
    exact = {"name": "claim", "secrets": {"OLD": Secret.of("OLD", "v"), "NEW": Secret.of("NEW", "v")}}
    assert planned(declare(actions={"claim": exact}), hold(live)).guards == ()


def test_a_truncated_list_cannot_be_pruned() -> None:
    desired = declare(Manage(prune=frozenset({"apis"})), apis={"orders": {"identifier": "https://api"}})
    made = planned(desired, hold(api("a" * 24, "https://api"), truncated=frozenset({"apis"})))
    assert rules(made) == [("truncated", "")]


def test_what_flags_lifted_at_planning_must_be_lifted_again_at_applying() -> None:
    manage = Manage(prune=frozenset({"applications"}))
    desired = declare(manage, applications={"other": {"name": "Other"}}, connections={"u": {"name": "u", "lifecycle": ABSENT}})
    live = hold(app("O", "Other"), *(app(f"A{n}", f"App {n}") for n in range(4)), connection("con_1", "u", []))
    made = planned(desired, live, "--allow-user-loss", max_deletes=9)
    assert rules(made) == []

    def asked(*flags: str, max_deletes: int | None = None) -> list[str]:
        return [guard.rule for guard in refusals(made, live, KINDS, Allowances(frozenset(flags), max_deletes))]

    assert asked() == ["user-loss", "max_deletes"]
    assert asked("--allow-user-loss") == ["max_deletes"]
    assert asked("--allow-user-loss", max_deletes=4) == ["max_deletes"]
    assert asked("--allow-user-loss", max_deletes=5) == []


def test_a_number_of_deletes_may_be_stricter_than_usual() -> None:
    desired = declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    live = hold(app("A", "Shop"))
    assert rules(planned(desired, live)) == []
    made = planned(desired, live, max_deletes=0)
    assert [guard.sentence for guard in made.guards] == ["1 resource would go, more than the 0 allowed"]


@pytest.mark.parametrize(
    ("desired", "resource"),
    [
        (declare(applications={"tool": {"name": "Tool", "lifecycle": ABSENT}}), app("B", "Tool")),
        (
            declare(applications={"tool": {"name": "Tool", "token_endpoint_auth_method": "none"}}),
            app("B", "Tool", token_endpoint_auth_method="client_secret_post"),
        ),
        (declare(connections={"users": {"name": "users", "enabled_clients": []}}), connection("con_1", "users", ["B"])),
        (
            declare(client_grants={"g": {"client_id": "tool", "audience": "orders", "lifecycle": ABSENT}}),
            grant("cgr_1", "B", "https://orders", ["read"]),
        ),
    ],
    ids=["application", "how it signs in", "place in a list", "grant"],
)
def test_whoever_applies_a_plan_keeps_its_own_access_although_somebody_else_planned(
    desired: DesiredState, resource: LiveResource
) -> None:
    referred = declare(applications={"tool": {"name": "Tool"}}, apis={"orders": {"identifier": "https://orders"}}).resources
    desired = replace(desired, resources={**referred, **desired.resources})
    others = [each for each in (app("B", "Tool"), api("a" * 24, "https://orders")) if each.id != resource.id]
    live = hold(resource, *others)
    made = planned(desired, live)
    assert rules(made) == []
    as_b = replace(live, caller=replace(live.caller, client_id="B"))
    assert {guard.rule for guard in refusals(made, as_b, KINDS, Allowances())} == {"own_application"}


def test_what_the_server_deletes_along_counts_once_in_its_own_section() -> None:
    desired = declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    grants = [grant(f"cgr_{n}", "A", f"https://api/{n}", []) for n in range(4)]
    assert rules(planned(desired, hold(app("A", "Shop"), *grants[:3]))) == []
    assert rules(planned(desired, hold(app("A", "Shop"), *grants))) == [("max_deletes", "--max-deletes")]
