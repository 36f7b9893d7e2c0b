"""A machine whose clock is wrong raises no alarm about a tenant whose clock is right."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import httpx
import pytest

from tenantry.smoke import Outcome, Report, Timing
from tenantry.smoke.timing import ahead_s
from tests.smoke.matrix.scenes import SCENES
from tests.smoke.world import ACCOUNTANT, World, failed, ids_of


def proved(world: World, config: Any, *, ours_s: float, dates_s: float = 0.0) -> Report:
    """Return what a run finds by a clock that is ahead by so much, of a tenant that answers with another clock's dates."""
    clock = world.emulator.tenant.clock

    def dated(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        response.headers["Date"] = formatdate(clock.now() + dates_s, usegmt=True)
        return response

    timing = Timing(now=lambda: clock.now() + ours_s, sleep=world.timing().sleep)
    return world.proves(config, level="full", tamper=dated, timing=timing)


@pytest.mark.parametrize("ours_s", [-61.0, 61.0, 3600.0])
def test_a_machine_with_a_wrong_clock_is_told_so_and_raises_no_alarm(ours_s: float) -> None:
    report = proved(World(), ACCOUNTANT, ours_s=ours_s)
    assert not failed(report)
    assert {"ACT-15", "IDT-10", "IDT-16", "RFT-20"} <= ids_of(report, Outcome.PASSED)
    side = "ahead of" if ours_s > 0 else "behind"
    assert [note for note in report.notes if f" s {side} the tenant's" in note]


def test_signed_assertions_are_dated_by_the_tenants_clock() -> None:
    scene = SCENES["keys"]
    report = proved(World(scene.sections), scene.config, ours_s=-400.0)
    assert not failed(report)
    assert "CLI-07" in ids_of(report, Outcome.PASSED)


def test_the_dates_of_a_proxy_with_a_wrong_clock_raise_no_alarm() -> None:
    assert not failed(proved(World(), ACCOUNTANT, ours_s=0.0, dates_s=500.0))


def test_a_tenant_whose_tokens_are_dated_wrong_by_both_clocks_is_noticed() -> None:
    world = World()
    world.emulator.tenant.clock.offset_s = world.skipped_s = 0.0
    clock = world.emulator.tenant.clock

    def dated(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        response.headers["Date"] = formatdate(clock.now() + 100, usegmt=True)
        return response

    timing = Timing(now=lambda: clock.now() + 200, sleep=world.timing().sleep)
    assert {"ACT-15", "IDT-10"} <= ids_of(world.proves(ACCOUNTANT, level="smoke", tamper=dated, timing=timing), Outcome.FAILED)


DATE = "Tue, 05 Jan 2027 10:00:00 GMT"
AT = 1799143200.0


@pytest.mark.parametrize(
    ("headers", "sent_at", "received_at", "expected"),
    [
        ({"date": DATE}, AT + 0.2, AT + 0.9, 0.0),
        ({"date": DATE}, AT - 3, AT + 9, 0.0),
        ({"date": DATE}, AT - 62, AT - 60, 60.0),
        ({"date": DATE}, AT + 61, AT + 62, -60.0),
        ({"date": DATE, "age": "9"}, AT + 61, AT + 62, None),
        ({"date": "soon"}, AT, AT, None),
        ({}, AT, AT, None),
    ],
)
def test_a_date_tells_how_far_the_clocks_are_apart(
    headers: dict[str, str], sent_at: float, received_at: float, expected: float | None
) -> None:
    assert ahead_s(headers, sent_at, received_at) == expected
