"""Every write of an apply times the faults that lose, delay or spoil its answer: the tenant ends exactly as declared.

With ``TENANTRY_WHOLE_MATRIX`` set every fault hits every request of every stage, reads included; without, a choice of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tenantry.model.errors import ApiError
from tenantry.model.state import DesiredState
from tests.apply.emulated import Acme
from tests.apply.shop import facts, founded, grown, moved, shrunk, state
from tests.apply.trouble import FAULTS, WHOLE

STAGES = {
    "founding": ({}, founded()),
    "growing": (founded(), grown()),
    "shrinking": (grown(), shrunk()),
    "moving": (founded(), moved()),
}


def rule(method: str, number: int, fault: dict[str, Any]) -> dict[str, Any]:
    return {"id": "fault", "method": method, "path": "/api/v2/*", "skip": number, "times": 1, **fault}


def settled(acme: Acme, before: DesiredState) -> None:
    """Bring a fresh tenant to where the stage begins."""
    acme.control("POST", "reset")
    if before.resources:
        acme.up(before)


def walk(stage: str, fault: str, methods: tuple[str, ...]) -> int:
    """Let the fault hit the first request, the second, … of a stage; return how many it hit."""
    before, after = (state(company) for company in STAGES[stage])
    acme = Acme()
    settled(acme, before)
    acme.up(after)
    wanted = facts(acme)
    hits = 0
    for method in methods:
        number = 0
        while True:
            settled(acme, before)
            with acme.faults(rule(method, number, FAULTS[fault])):
                outcome = acme.up(after)
                has_fired = acme.control("GET", "faults")["rules"][0]["fired"]
            if not has_fired:
                break
            where = f"{stage}: {method} number {number} {fault}"
            assert outcome.is_complete, f"{where}: {outcome.failed} {outcome.skipped}"
            assert facts(acme) == wanted, where
            assert acme.plan(after).is_empty, where
            hits += 1
            number += 1
    return hits


@pytest.mark.parametrize("fault", FAULTS if WHOLE else ["cut before", "comes late", "breaks off"])
def test_a_founding_ends_as_declared_whatever_becomes_of_one_creation(fault: str, count_runs: Callable[[int], None]) -> None:
    hits = walk("founding", fault, ("POST", "PATCH", "GET") if WHOLE else ("POST",))
    count_runs(hits)
    assert hits >= 8


@pytest.mark.parametrize("fault", FAULTS if WHOLE else ["fails after"])
@pytest.mark.parametrize("stage", ["growing", "shrinking", "moving"])
def test_a_change_ends_as_declared_whatever_becomes_of_one_write(
    stage: str, fault: str, count_runs: Callable[[int], None]
) -> None:
    hits = walk(stage, fault, ("PATCH", "DELETE", "POST", "GET") if WHOLE else ("PATCH", "DELETE"))
    count_runs(hits)
    assert hits >= 3


@pytest.mark.parametrize("seed", range(100 if WHOLE else 3))
def test_storms_pass(seed: int, count_runs: Callable[[int], None]) -> None:
    count_runs(1)
    acme = Acme()
    acme.up(state(founded()))
    acme.up(state(grown()))
    wanted = facts(acme)
    settled(acme, state(founded()))
    storm = [
        {"id": "a", "path": "/api/v2/*", "probability": 0.1, "action": {"status": 502}, "after_commit": True},
        {"id": "b", "path": "/api/v2/*", "probability": 0.1, "action": {"drop": True}},
        {"id": "c", "path": "/api/v2/*", "probability": 0.1, "action": {"status": 429, "headers": {"retry-after": "1"}}},
    ]
    begun = facts(acme)
    try:
        with acme.faults(*storm, seed=seed):
            outcome = acme.up(state(grown()))
    except ApiError:
        # The storm was worse than patience while the tenant was being read: an error, and nothing has been written.
        assert facts(acme) == begun
        outcome = acme.up(state(grown()))
    if not outcome.is_complete:
        # The same in the middle: then what is lacking is said, and the next run finishes.
        assert all(failed.message for failed in outcome.failed)
        assert acme.up(state(grown())).is_complete
    assert facts(acme) | {"versions": None} == wanted | {"versions": None}
    assert acme.plan(state(grown())).is_empty
