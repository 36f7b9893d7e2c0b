from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.management.pacing import Budget, Budgets


@dataclass
class Server:
    """A token bucket of a tenant, as its documentation describes it."""

    per_second: float
    burst: int
    tokens: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = float(self.burst)

    def take(self, now: float) -> bool:
        self.tokens = min(float(self.burst), self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Run:
    ended_at: float
    refused: int
    lowest: float


def run(server: Server, requests: int, share: float, clients: int = 1, *, latency_s: float = 0.04) -> Run:
    """Let ``clients`` processes send their requests through their own budgets to one server."""
    budgets = [Budget(share) for _ in range(clients)]
    serial = count()
    # (time, serial, who, ticket): ticket 0 means that a worker of that client looks for its turn.
    events: list[tuple[float, int, int, int]] = [(0.0, next(serial), who, 0) for who in range(clients)]
    left = [requests] * clients
    refused, lowest, now, started = 0, math.inf, 0.0, [False] * clients
    while events:
        now, _, who, ticket = heapq.heappop(events)
        budget = budgets[who]
        if ticket:
            passed = server.take(now - latency_s / 2) if ticket > 0 else True
            lowest = min(lowest, server.tokens)
            if passed:
                budget.answered(ticket, server.burst, int(server.tokens), now)
                left[who] -= 1
                if not started[who]:
                    started[who] = True
                    for _ in range(7):
                        heapq.heappush(events, (now, next(serial), who, 0))
            else:
                refused += 1
                budget.answered(ticket, server.burst, 0, now)
                budget.refused(now, math.ceil(now + (1 - server.tokens) / server.per_second) - now)
            heapq.heappush(events, (now, next(serial), who, 0))
            continue
        in_flight = sum(1 for event in events if event[2] == who and event[3])
        if in_flight >= left[who]:
            continue
        wait_s = budget.wait_s(now)
        if wait_s > 0:
            heapq.heappush(events, (now + wait_s, next(serial), who, 0))
        else:
            heapq.heappush(events, (now + latency_s, next(serial), who, budget.send(now)))
    return Run(now, refused, lowest)


@pytest.mark.parametrize(("per_second", "burst"), [(2, 10), (10, 10), (16, 50), (50, 50), (2.5, 10)])
def test_a_long_run_uses_its_share_and_is_hardly_ever_refused(per_second: float, burst: int) -> None:
    requests = 1000
    done = run(Server(per_second, burst), requests, 0.8)
    assert done.refused < requests / 100
    assert done.ended_at <= 1.1 * requests / (0.8 * per_second)
    assert done.ended_at >= 0.96 * (requests - burst) / (0.8 * per_second)


@pytest.mark.parametrize("latency_s", [0.005, 0.04, 0.2])
@pytest.mark.parametrize(("per_second", "burst"), [(2, 5), (2, 10), (2.5, 10), (10, 10)])
def test_a_small_tenant_gives_no_more_than_the_share(per_second: float, burst: int, latency_s: float) -> None:
    requests = 400
    done = run(Server(per_second, burst), requests, 0.8, latency_s=latency_s)
    assert done.ended_at >= 0.96 * (requests - burst) / (0.8 * per_second)
    assert done.refused < requests / 100


def test_the_smallest_tenants_are_not_stormed() -> None:
    # With a bucket of two the advertised numbers say next to nothing about the share; refusals must stay rare.
    done = run(Server(2, 2), 500, 0.8)
    assert done.refused < 5
    assert done.ended_at <= 1.1 * 500 / (0.8 * 2)


@pytest.mark.parametrize("clients", [2, 3])
@pytest.mark.parametrize(("per_second", "burst"), [(2, 10), (10, 10), (16, 50)])
def test_several_processes_share_one_tenant_without_storms(clients: int, per_second: float, burst: int) -> None:
    requests = 400
    done = run(Server(per_second, burst), requests, 0.8, clients)
    assert done.refused < requests * clients / 100
    assert done.ended_at <= 1.4 * requests * clients / (0.8 * per_second)


def test_a_bucket_that_never_empties_slows_nobody() -> None:
    budget = Budget(0.8)
    for step in range(5000):
        now = step / 1000
        assert budget.wait_s(now) == 0
        budget.answered(budget.send(now), 1000, 999, now)


def test_without_headers_nothing_is_held_back_until_a_refusal() -> None:
    budget = Budget(0.8)
    for _ in range(100):
        assert budget.wait_s(1.0) == 0
        budget.answered(budget.send(1.0), None, None, 1.0)
    budget.refused(1.0, 3.0)
    assert budget.wait_s(2.0) == pytest.approx(2.0)
    assert budget.wait_s(4.0) == 0


def test_the_reserve_is_left_to_the_logins() -> None:
    assert run(Server(10, 50), 300, 0.8).lowest >= 50 * 0.2 - 1


def test_endpoints_with_their_own_bucket_do_not_share_a_budget() -> None:
    budgets = Budgets(0.8)
    clients = budgets.learn((True, "clients"), 50)
    organizations = budgets.learn((True, "organizations"), 10)
    assert clients is not organizations
    assert budgets.of((True, "clients")) is clients
    assert budgets.of((True, "organizations")) is organizations
    assert budgets.of((True, "roles")) is organizations


@given(
    per_second=st.floats(1, 100),
    burst=st.integers(1, 100),
    share=st.floats(0.1, 1),
    latency_s=st.floats(0.001, 0.3),
)
def test_every_request_gets_its_turn(per_second: float, burst: int, share: float, latency_s: float) -> None:
    done = run(Server(per_second, burst), 60, share, latency_s=latency_s)
    assert done.ended_at < 120 + 5 * 60 / (share * per_second)


def test_when_others_take_the_rest_we_stop_at_the_reserve() -> None:
    budget = Budget(0.8)
    budget.answered(budget.send(0.0), 50, 49, 0.0)
    budget.answered(budget.send(0.1), 50, 10, 0.1)
    assert budget.level > 10
    assert budget.wait_s(0.1) > 0
