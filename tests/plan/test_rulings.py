"""Rulings whole, with id and reason, where a resource is begun, taken, waiting, or seen only by its keys."""

from __future__ import annotations

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle, LiveState, Manage
from tenantry.plan import Options, Plan, Ruling, Verdict, Wishes, check, plan
from tenantry.plan.binding import Binding, bindings
from tests.declared import declare
from tests.plan.conftest import API, api, app, calls, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT, action, role


def ruling(made: Plan, live: LiveState, handle: str) -> Ruling:
    """Return the ruling on one resource of a plan."""
    return next(each for each in check(made, live, KINDS) if each.address.handle == handle)


def test_a_new_name_that_another_has_by_now_is_told_with_both_ids() -> None:
    made = planned(declare(roles={"a": {"name": "New", "lifecycle": Lifecycle(renamed_from="Old")}}), hold(role("1", "Old")))
    reason = "the tenant has another role of the new name by now, 2"
    now = hold(role("1", "Old"), role("2", "New"))
    assert check(made, now, KINDS) == (Ruling(Address("roles", "a"), Verdict.STALE, reason, "1"),)


def test_all_that_would_go_along_unseen_is_told() -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}}), hold(app("A", "Shop")))
    now = hold(app("A", "Shop"), grant("g1", "A", "https://a", []), grant("g2", "A", "https://b", []))
    reason = "client grant g1, client grant g2 would go along with it, and the plan was made without knowing"
    assert check(made, now, KINDS) == (Ruling(Address("applications", "shop"), Verdict.STALE, reason, "A"),)


def test_what_may_be_bound_to_a_section_is_known_with_the_list_that_allows_it() -> None:
    assert list(bindings("actions", KINDS)) == [Binding(KINDS["triggers"], "actions", "supported_triggers")]
    assert list(bindings("applications", KINDS)) == []


def test_an_action_that_was_created_with_other_code_is_stale_and_one_that_waits_for_its_deploy_is_begun() -> None:
    wish = {"name": "A", "code": "2", "supported_triggers": [{"id": "post-login", "version": "v3"}]}
    made = planned(declare(actions={"a": wish}), hold())
    stale = Ruling(Address("actions", "a"), Verdict.STALE, "it was created meanwhile, with another code", "X")
    assert ruling(made, hold(action(code="3")), "a") == stale
    assert ruling(made, hold(action(code="2", all_changes_deployed=False)), "a") == Ruling(
        stale.address, Verdict.TO_DO, "", "X"
    )


def test_a_list_that_was_filled_in_part_is_begun() -> None:
    orders = api(A_ID, "https://a", scopes=[{"value": "r"}, {"value": "w"}])
    wish = declare(apis={"a": {"identifier": "https://a"}}, roles={"boss": {"name": "Boss", "permissions": {"a": ["r", "w"]}}})
    made = planned(wish, hold(orders))
    to_do = Ruling(Address("roles", "boss"), Verdict.TO_DO, "", "R")
    assert ruling(made, hold(orders, role("R", "Boss", "r")), "boss") == to_do
    assert ruling(made, hold(orders, role("R", "Boss", "r", "x")), "boss").verdict is Verdict.STALE


def test_what_only_waits_is_to_do_without_a_reason() -> None:
    both = declare(
        applications={"old": {"name": "Old"}, "new": {"name": "New"}},
        connections={"users": {"name": "users", "enabled_clients": ["old"]}},
    )
    live = hold(app("A", "Old"), connection("c1", "users", ["A"]))
    assert ruling(planned(both, live), live, "users") == Ruling(Address("connections", "users"), Verdict.TO_DO, "", "c1")
    idp = {"name": "idp", "strategy": "google-oauth2", "options": {"client_secret": Secret.of("IDP", "new")}}
    live = hold(connection("c1", "idp", [], strategy="google-oauth2", options={"client_secret": "old"}))
    made = planned(declare(connections={"idp": idp}), live)
    assert ruling(made, live, "idp") == Ruling(Address("connections", "idp"), Verdict.TO_DO, "", "c1")


def test_what_is_not_managed_keeps_its_handle_where_something_is_pruned() -> None:
    wish = declare(
        Manage(prune=frozenset({"roles"})),
        applications={"shop": {"name": "Shop", "lifecycle": Lifecycle(managed=False)}},
        connections={"users": {"name": "users", "enabled_clients": ["shop"]}},
    )
    live = hold(app("A", "Shop"), app("B", "Bot"), connection("c1", "users", ["A", "B"]), role("R", "Gone"))
    made = planned(wish, live)
    assert calls(made) == ["PATCH connections.users detach", "DELETE roles.R delete"]
    assert {each.verdict for each in check(made, live, KINDS)} == {Verdict.TO_DO}


@pytest.mark.parametrize(("handle", "identifier"), [("management-api", API), ("userinfo", "https://acme.example/userinfo")])
def test_a_grant_of_a_built_in_api_is_found_where_no_api_was_read(handle: str, identifier: str) -> None:
    wish = declare(
        applications={"bot": {"name": "Bot"}},
        client_grants={"g": {"client_id": "bot", "audience": handle, "scope": ["read:users"]}},
    )
    assert planned(wish, hold(app("B", "Bot"), grant("g1", "B", identifier, ["read:users"]))).is_empty


def test_what_is_hidden_hides_nothing_after_it_and_a_namesake_that_is_picked_leaves_the_other_to_be_found() -> None:
    everything = app("G", "All Applications", **{"global": True})
    assert planned(declare(applications={"shop": {"name": "Shop"}}), hold(everything, app("A", "Shop"))).is_empty
    wish = declare(applications={"a": {"name": "Else", "lifecycle": Lifecycle(id="A")}, "b": {"name": "Shop"}})
    assert calls(planned(wish, hold(app("A", "Shop"), app("B", "Shop")))) == ["PATCH applications.a update"]


def test_names_of_secrets_that_somebody_added_or_took_away_make_a_plan_stale_that_would_send_all_of_them() -> None:
    wish = {"name": "A", "secrets": {"KEY": Secret.of("KEY", "k"), "NEW": Secret.of("NEW", "n")}}
    made = planned(declare(actions={"a": wish}), hold(action(secrets=[{"name": "KEY"}])))
    assert ruling(made, hold(action(secrets=[{"name": "KEY"}])), "a").verdict is Verdict.TO_DO
    stale = Ruling(Address("actions", "a"), Verdict.STALE, "secrets changed since the plan was made", "X")
    assert ruling(made, hold(action(secrets=[{"name": "KEY"}, {"name": "BY_HAND"}])), "a") == stale
    assert ruling(made, hold(action(secrets=[])), "a") == stale


def test_a_draft_that_somebody_left_is_not_deployed_along_with_a_change_that_was_planned_before() -> None:
    made = planned(declare(actions={"a": {"name": "A", "code": "2"}}), hold(action()))
    left = action(all_changes_deployed=False, dependencies=[{"name": "lodash", "version": "4.17.21"}])
    stale = Ruling(Address("actions", "a"), Verdict.STALE, "deployed changed since the plan was made", "X")
    assert ruling(made, hold(left), "a") == stale
    begun = action(code="2", all_changes_deployed=False)
    assert ruling(made, hold(begun), "a").verdict is Verdict.TO_DO  # a run that was killed before its deploy
    seen = planned(declare(actions={"a": {"name": "A", "code": "2"}}), hold(left))
    assert ruling(seen, hold(left), "a").verdict is Verdict.TO_DO


def test_a_secret_that_is_sent_again_is_deployed_by_the_next_run() -> None:
    wish = declare(actions={"a": {"name": "A", "secrets": {"KEY": Secret.of("KEY", "k")}}})
    live = hold(action(secrets=[{"name": "KEY"}]))
    made = plan(wish, live, KINDS, Options(wishes=Wishes(send_secrets=True)))
    sent = hold(action(secrets=[{"name": "KEY"}], all_changes_deployed=False))
    assert ruling(made, sent, "a").verdict is Verdict.TO_DO
