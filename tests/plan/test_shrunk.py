"""What is about to go may have lost what hung on it, which the same run took away; it may have gained nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.state import DesiredState, Lifecycle, LiveResource
from tenantry.plan import Verdict, check
from tests.declared import declare
from tests.plan.conftest import api, app, connection, grant, hold, planned
from tests.plan.lines import ABSENT, action, role

HELD = hold(app("A", "A"), app("B", "B"), connection("con_1", "staff", ["A", "B"]))
GONE = declare(connections={"staff": {"name": "staff", "lifecycle": Lifecycle(absent=True)}})


def verdict_on(wish: DesiredState, was: LiveResource, now: LiveResource) -> Verdict:
    """Return the verdict on the only change of a plan, when the resource has become another."""
    made = planned(wish, hold(was), "--allow-user-loss", "--allow-replace")
    [ruling] = check(made, hold(now), KINDS)
    return ruling.verdict


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(["A", "B"], Verdict.TO_DO), (["A"], Verdict.TO_DO), ([], Verdict.TO_DO), (["A", "C"], Verdict.STALE)],
)
def test_a_delete_is_stale_only_when_there_is_more_to_lose(now: list[str], verdict: Verdict) -> None:
    made = planned(GONE, HELD, "--allow-user-loss")
    held = hold(app("A", "A"), app("B", "B"), app("C", "C"), connection("con_1", "staff", now))
    assert [ruling.verdict for ruling in check(made, held, KINDS)] == [verdict]


ORG = LiveResource("organizations", "org_1", {"id": "org_1", "name": "acme"})


@pytest.mark.parametrize(
    ("handle", "wanted", "was", "set_meanwhile"),
    [
        ("shop", {"name": "Shop"}, app("A", "Shop"), {"callbacks": ["https://hand.example"]}),
        ("shop", {"name": "Shop"}, app("A", "Shop", client_metadata={"a": "1"}), {"client_metadata": {"a": "1", "b": "2"}}),
        ("orders", {"identifier": "https://a"}, api("1", "https://a"), {"scopes": [{"value": "read"}]}),
        ("users", {"name": "users"}, connection("con_1", "users", []), {"options": {"mfa": {"active": True}}}),
        ("boss", {"name": "Boss"}, role("R", "Boss"), {"description": "By hand"}),
        ("acme", {"name": "acme"}, ORG, {"metadata": {"hand": "1"}}),
        ("claim", {"name": "A"}, action(), {"secrets": [{"name": "HAND"}]}),
    ],
)
def test_whatever_is_set_meanwhile_on_what_is_to_be_deleted_makes_the_plan_stale(
    handle: str, wanted: dict[str, Any], was: LiveResource, set_meanwhile: dict[str, Any]
) -> None:
    wish = declare(**{was.section: {handle: {**wanted, "lifecycle": ABSENT}}})
    assert verdict_on(wish, was, was) is Verdict.TO_DO
    assert verdict_on(wish, was, replace(was, data={**was.data, **set_meanwhile})) is Verdict.STALE
    nothing = dict.fromkeys(set_meanwhile.keys() - was.data.keys() - {"secrets"})
    assert verdict_on(wish, was, replace(was, data={**was.data, **nothing, "updated_at": "now"})) is Verdict.TO_DO


def test_whatever_is_set_meanwhile_on_what_is_to_be_replaced_makes_the_plan_stale() -> None:
    wish = declare(apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old")}})
    was = api("1", "https://old", name="Old")
    assert verdict_on(wish, was, was) is Verdict.TO_DO
    assert verdict_on(wish, was, api("1", "https://old", name="By hand")) is Verdict.STALE
    assert verdict_on(wish, was, api("1", "https://old", name="Old", scopes=[{"value": "hand"}])) is Verdict.STALE


def test_what_the_server_fills_in_alone_makes_nothing_stale() -> None:
    was = grant("cgr_1", "A", "https://a", [])
    wish = declare(client_grants={"g": {"client_id": "shop", "audience": "a", "lifecycle": Lifecycle(id="cgr_1", absent=True)}})
    assert verdict_on(wish, was, replace(was, data={**was.data, "is_system": False, "seen": 1})) is Verdict.TO_DO


MOVED = {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://a")}


@pytest.mark.parametrize(
    ("wish", "seen", "now", "verdict"),
    [
        (declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), ["1"], ["1"], Verdict.TO_DO),
        (declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), ["1"], [], Verdict.TO_DO),
        (declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), ["1"], ["1", "2"], Verdict.STALE),
        (declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), ["1"], ["2"], Verdict.STALE),
        (declare(applications={"a": {"name": "A", "lifecycle": ABSENT}}), [], ["2"], Verdict.STALE),
        (declare(apis={"a": {"identifier": "https://a", "lifecycle": ABSENT}}), ["1"], ["1", "2"], Verdict.STALE),
        (declare(apis={"a": MOVED}), ["1"], ["1"], Verdict.TO_DO),
        (declare(apis={"a": MOVED}), ["1"], ["1", "2"], Verdict.STALE),
        (declare(apis={"a": {"identifier": "https://a", "name": "New"}}), ["1"], ["1", "2"], Verdict.TO_DO),
    ],
)
def test_nothing_goes_along_that_nobody_saw(wish: DesiredState, seen: list[str], now: list[str], verdict: Verdict) -> None:
    there = (app("A", "A"), app("B", "B"), api("a" * 24, "https://a"), grant("other", "B", "https://b", []))
    made = planned(wish, hold(*there, *(grant(id_, "A", "https://a", []) for id_ in seen)), "--allow-replace")
    [ruling] = check(made, hold(*there, *(grant(id_, "A", "https://a", []) for id_ in now)), KINDS)
    assert ruling.verdict is verdict
    reason = "client grant 2 would go along with it, and the plan was made without knowing"
    assert ruling.reason == (reason if verdict is Verdict.STALE else "")
