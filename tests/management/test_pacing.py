from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.management.pacing import Budget

AT_ONCE = 8


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

    def resets_at(self, now: float) -> float:
        return math.ceil(now + max(0.0, 1 - self.tokens) / self.per_second)


@dataclass
class Process:
    """A run that has ``left`` requests to send from ``begins`` on, some at once, the very first one alone."""

    budget: Budget
    left: int
    begins: float = 0.0
    on_way: int = 0
    has_answer: bool = False
    ended_at: float = 0.0

    def has_room(self) -> bool:
        return self.on_way < min(AT_ONCE if self.has_answer else 1, self.left)


@dataclass
class World:
    """Processes at one server, on a clock of its own; the way there and back takes ``latency_s``, more or less."""

    server: Server
    processes: list[Process]
    chance: Random
    latency_s: float = 0.02
    now: float = 0.0
    refused: int = 0
    lowest: float = math.inf
    passed: list[float] = field(default_factory=list)
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _serial: count[int] = field(default_factory=count)

    def run(self) -> World:
        for process in self.processes:
            self._at(process.begins, partial(self._turn, process))
        while self._due:
            self.now, _, happen = heapq.heappop(self._due)
            happen()
        return self

    @property
    def took_s(self) -> float:
        return max(process.ended_at for process in self.processes)

    def mean(self, since_s: float, until_s: float) -> float:
        """Return how many requests a second the server let through between two moments."""
        return sum(since_s <= at < until_s for at in self.passed) / (until_s - since_s)

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._serial), happen))

    def _half_way(self) -> float:
        return self.now + self.latency_s * (0.5 + 0.2 * self.chance.random())

    def _turn(self, process: Process) -> None:
        if not process.has_room():
            return
        wait_s = process.budget.wait_s(self.now)
        if wait_s > 0:
            self._at(self.now + wait_s, partial(self._turn, process))
            return
        ticket = process.budget.send(self.now)
        process.on_way += 1
        self._at(self._half_way(), partial(self._arrive, process, ticket))
        if process.has_room():
            self._turn(process)

    def _arrive(self, process: Process, ticket: int) -> None:
        has_passed = self.server.take(self.now)
        left, resets_at = int(self.server.tokens), self.server.resets_at(self.now)
        self.lowest = min(self.lowest, self.server.tokens)
        if has_passed:
            self.passed.append(self.now)
        self._at(self._half_way(), partial(self._answer, process, ticket, None if has_passed else resets_at, left))

    def _answer(self, process: Process, ticket: int, resets_at: float | None, left: int) -> None:
        had_room = process.has_room()
        process.on_way -= 1
        process.has_answer = True
        process.ended_at = self.now
        if resets_at is None:
            process.budget.answered(ticket, self.server.burst, left, self.now)
            process.left -= 1
        else:
            self.refused += 1
            process.budget.refused(self.now, max(0.0, resets_at - self.now))
        if not had_room:  # nobody waits for a turn yet
            self._turn(process)


def run(
    server: Server, sizes: list[int], share: float, seed: int, *, begins: tuple[float, ...] = (), latency_s: float = 0.02
) -> World:
    """Let processes of these sizes send all their requests to one server."""
    chance = Random(seed)  # noqa: S311 - not for cryptography
    starts = begins or (0.0,) * len(sizes)
    processes = [Process(Budget(share, chance.random), size, start) for size, start in zip(sizes, starts, strict=True)]
    return World(server, processes, chance, latency_s).run()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.8, 0.5])
@pytest.mark.parametrize(
    ("per_second", "burst"), [(0.42, 5), (2, 10), (2.5, 5), (2.5, 10), (10, 10), (16, 50), (20, 20), (50, 50), (100, 50)]
)
def test_a_thousand_requests_take_the_time_at_the_share_and_are_hardly_ever_refused(
    per_second: float, burst: int, share: float, seed: int
) -> None:
    done = run(Server(per_second, burst), [1000], share, seed)
    assert done.refused <= 5
    assert done.took_s <= 1.1 * 1000 / (share * per_second)
    # What the full bucket held at the start comes on top of the share.
    assert done.took_s >= 0.93 * (1000 - burst) / (share * per_second)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("per_second", "burst", "share"), [(2, 2, 0.8), (2, 2, 0.5), (10, 2, 0.8), (10, 3, 0.8), (10, 3, 0.5)])
def test_the_smallest_tenants_are_not_stormed_and_keep_nearly_all_of_their_share(
    per_second: float, burst: int, share: float, seed: int
) -> None:
    done = run(Server(per_second, burst), [500], share, seed)
    assert done.refused < 5
    assert 0.87 * (500 - burst) / (share * per_second) <= done.took_s <= 1.2 * 500 / (share * per_second)


@pytest.mark.parametrize("share", [0.8, 0.5])
def test_a_bucket_of_one_which_tells_nothing_is_refused_rarely(share: float) -> None:
    done = run(Server(10, 1), [1000], share, 1)
    assert done.refused < 10
    assert 1000 / (share * 10) <= done.took_s <= 1.3 * 1000 / (share * 10)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("latency_s", [0.005, 0.2])
@pytest.mark.parametrize("per_second", [2, 10])
def test_a_near_and_a_far_tenant_are_used_alike(per_second: float, latency_s: float, seed: int) -> None:
    done = run(Server(per_second, 10), [500], 0.8, seed, latency_s=latency_s)
    assert done.refused == 0
    assert 0.9 * (500 - 10) / (0.8 * per_second) <= done.took_s <= 1.15 * 500 / (0.8 * per_second)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.8, 0.5])
@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize(("per_second", "burst"), [(10, 10), (50, 50)])
def test_however_many_run_they_take_the_share_together(
    per_second: float, burst: int, processes: int, share: float, seed: int
) -> None:
    each = 150 * int(per_second) // processes
    done = run(Server(per_second, burst), [each] * processes, share, seed)
    first_end = min(process.ended_at for process in done.processes)
    assert 0.85 * share <= done.mean(20, first_end) / per_second <= 1.07 * share
    assert done.refused <= each * processes / 1000
    assert done.took_s <= 1.2 * each * processes / (share * per_second)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize(("per_second", "burst"), [(2, 10), (2.5, 10), (10, 10), (16, 50), (50, 50)])
def test_short_runs_that_begin_together_neither_storm_nor_starve(
    per_second: float, burst: int, processes: int, seed: int
) -> None:
    done = run(Server(per_second, burst), [60] * processes, 0.8, seed)
    assert done.refused <= (0 if per_second >= 10 else 3)  # at 2 a second their first looks alone come faster than the refill
    assert done.took_s <= 1.4 * 60 * processes / (0.8 * per_second)


@pytest.mark.parametrize("seed", range(5))
def test_who_is_left_alone_takes_the_whole_share_and_gives_it_up_again(seed: int) -> None:
    done = run(Server(10, 10), [2500, 100, 400], 0.8, seed, begins=(0.0, 0.0, 100.0))
    long, short, late = done.processes
    assert short.ended_at < 60
    assert done.mean(60, 100) >= 6.8  # alone
    assert late.ended_at < done.took_s == long.ended_at
    assert 6.8 <= done.mean(110, late.ended_at) <= 8.8  # not alone any more
    assert done.refused <= 3


def test_a_bucket_that_never_empties_slows_nobody() -> None:
    budget = Budget(0.8, lambda: 0.5)
    for step in range(5000):
        now = step / 1000
        assert budget.wait_s(now) == 0
        budget.answered(budget.send(now), 1000, 999, now)


def test_without_headers_nothing_is_held_back_until_a_refusal() -> None:
    budget = Budget(0.8, lambda: 0.5)
    for _ in range(100):
        assert budget.wait_s(1.0) == 0
        budget.answered(budget.send(1.0), None, None, 1.0)
    budget.refused(1.0, 3.0)
    assert budget.wait_s(2.0) == pytest.approx(2.0)
    assert budget.wait_s(4.0) == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_reserve_is_left_to_the_logins(seed: int) -> None:
    assert run(Server(10, 50), [600], 0.8, seed).lowest >= 50 * 0.2 - 1


def test_when_others_take_the_rest_we_stop_at_the_reserve() -> None:
    budget = Budget(0.8, lambda: 0.5)
    budget.answered(budget.send(0.0), 50, 49, 0.0)
    budget.answered(budget.send(0.1), 50, 10, 0.1)
    assert budget.level > 10
    assert budget.wait_s(0.1) > 0


def test_an_answer_that_was_overtaken_teaches_nothing() -> None:
    early, late = Budget(0.8, lambda: 0.5), Budget(0.8, lambda: 0.5)
    for budget in (early, late):
        budget.answered(budget.send(0.0), 10, 9, 0.0)
        for _ in range(2):
            budget.send(0.1)
        budget.answered(3, 10, 3, 0.2)
    late.answered(2, 10, 9, 0.2)
    assert [early.wait_s(0.2 + step / 10) for step in range(9)] == [late.wait_s(0.2 + step / 10) for step in range(9)]


@given(
    per_second=st.floats(1, 100),
    burst=st.integers(1, 100),
    share=st.floats(0.1, 1),
    latency_s=st.floats(0.001, 0.3),
    seed=st.integers(0, 1000),
)
def test_every_request_gets_its_turn(per_second: float, burst: int, share: float, latency_s: float, seed: int) -> None:
    done = run(Server(per_second, burst), [60], share, seed, latency_s=latency_s)
    assert done.took_s < 120 + 5 * 60 / (share * per_second)
