"""Killed at any request, before or after the tenant carried it out: the next run finishes, nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from tenantry.apply import Outcome
from tenantry.model.state import DesiredState
from tenantry.plan import Plan
from tests.apply.emulated import Acme, up
from tests.apply.shop import facts, founded, grown, moved, shrunk, state
from tests.apply.trouble import WHOLE, Killed, Killer

STAGES = {
    "founding": (None, founded()),
    "growing": (founded(), grown()),
    "moving": (founded(), moved()),
    "shrinking": (grown(), shrunk()),
}
CASES = list(product(STAGES, (True, False), (True, False)))


def is_killed(acme: Acme, after: DesiredState, saved: Plan | None, killer: Killer) -> bool:
    """Run until the killer strikes; return False when it found nothing to strike any more."""
    try:
        run(acme, after, saved, killer)
    except (Killed, BaseExceptionGroup):
        return True
    return False


def run(acme: Acme, after: DesiredState, saved: Plan | None, killer: Killer | None = None) -> Outcome:
    if saved:
        return acme.apply(saved, transport=killer)
    return acme.do(lambda client: up(client, after), transport=killer)


@pytest.mark.parametrize(
    ("stage", "is_saved", "is_carried_out"),
    CASES if WHOLE else [("founding", False, True), ("growing", True, True), ("moving", True, True), ("moving", False, False)],
)
def test_the_next_run_finishes_the_job(
    stage: str,
    count_runs: Callable[[int], None],
    *,
    is_saved: bool,
    is_carried_out: bool,
) -> None:
    company, later = STAGES[stage]
    before, after = state(company) if company else None, state(later)
    acme = Acme()
    if before:
        acme.up(before)
    acme.up(after)
    wanted = facts(acme)
    number = 0
    while True:
        acme.control("POST", "reset")
        if before:
            acme.up(before)
        saved = acme.plan(after) if is_saved else None
        if not is_killed(acme, after, saved, Killer(acme, number, is_carried_out=is_carried_out, reads=WHOLE)):
            break
        outcome = run(acme, after, saved)
        assert outcome.is_complete, f"request {number}: {outcome.failed}"
        assert facts(acme) == wanted, f"request {number}"
        number += 1
    count_runs(number)
    assert number >= 6
