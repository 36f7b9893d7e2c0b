from __future__ import annotations

from tenantry.management.budgets import Budgets, Route
from tenantry.management.pacing import Budget

CLIENTS, ROLES, MEMBERS = (True, "clients"), (True, "roles"), (True, "organizations/members")


def asked(budgets: Budgets, route: Route, limit: int | None, left: int, now: float = 0.0) -> Budget:
    """Send one request of a route and let its answer teach; return the budget that learned from it."""
    budget = budgets.of(route)
    ticket, told = budget.send(now), budgets.told(route, limit)
    told.answered(ticket if told is budget else told.send(now), limit, left, now)
    return told


def budgets_of(**sizes: int) -> Budgets:
    budgets = Budgets(0.8, lambda: 0.5)
    for name, size in sizes.items():
        asked(budgets, (True, name), size, size - 1)
    return budgets


def test_routes_draw_on_one_bucket_while_they_tell_its_size() -> None:
    budgets = budgets_of(clients=50, roles=50)
    assert budgets.of(CLIENTS) is budgets.of(ROLES) is budgets.of(MEMBERS)


def test_an_endpoint_with_a_smaller_bucket_has_a_budget_of_its_own() -> None:
    budgets = budgets_of(clients=50)
    own = asked(budgets, MEMBERS, 5, 4)
    assert (own.limit, own.sent) == (5, 1)
    assert budgets.of(MEMBERS) is own
    assert budgets.of(CLIENTS) is budgets.of(ROLES) is not own


def test_two_endpoints_with_buckets_of_one_size_do_not_share_a_budget() -> None:
    budgets = budgets_of(clients=50)
    assert asked(budgets, MEMBERS, 5, 4) is not asked(budgets, ROLES, 5, 4)


def test_the_largest_bucket_is_the_tenants_even_if_it_is_told_late() -> None:
    budgets = budgets_of(clients=5, roles=10)
    assert budgets.of(MEMBERS) is budgets.of(ROLES)
    assert asked(budgets, CLIENTS, 5, 4).limit == 5
    assert budgets.of(CLIENTS) is not budgets.of(ROLES)


def test_an_endpoint_that_draws_on_the_tenants_bucket_again_shares_its_budget() -> None:
    budgets = budgets_of(clients=50)
    asked(budgets, MEMBERS, 5, 4)
    asked(budgets, MEMBERS, 50, 30)
    assert budgets.of(MEMBERS) is budgets.of(CLIENTS)


def test_an_answer_without_numbers_changes_nothing() -> None:
    budgets = budgets_of(clients=50)
    own = asked(budgets, MEMBERS, 5, 4)
    assert asked(budgets, MEMBERS, None, 0) is own
    assert own.limit == 5


def test_an_emptied_endpoint_waits_while_the_tenant_goes_on() -> None:
    budgets = budgets_of(clients=50)
    asked(budgets, MEMBERS, 5, 0)
    assert budgets.of(MEMBERS).wait_s(0.0) > 0
    assert budgets.of(CLIENTS).wait_s(0.0) == 0
