"""Real tenants are asked no faster than they allow."""

from __future__ import annotations

import asyncio

from tenantry.model.smoke import SmokeConfig
from tenantry.smoke import Outcome, Timing, applicable
from tenantry.smoke.pacing import Pacing
from tests.declared import declare
from tests.smoke.world import ACCOUNTANT, COMPANY, World, failed, ids_of


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def pacing(self) -> Pacing:
        return Pacing(Timing(now=lambda: self.now_s, sleep=self.sleep), longest_wait_s=65)


def test_userinfo_is_asked_four_times_a_minute_for_each_user() -> None:
    clock = Clock()

    async def ask() -> None:
        pacing = clock.pacing()
        for user in ("ada", "bob", "ada", "bob", "bob", "ada", "ada", "bob", ""):
            await pacing.turn("/userinfo", user)
        assert clock.slept == []
        for _ in range(5):
            await pacing.turn("/userinfo", "ada")
        await pacing.turn("/oauth/token")

    asyncio.run(ask())
    assert clock.slept == [60.0, 60.0]


def test_an_endpoint_that_is_used_up_is_left_alone_until_its_reset() -> None:
    clock = Clock()

    async def ask() -> None:
        pacing = clock.pacing()
        pacing.learn("/oauth/token", {"x-ratelimit-remaining": "3", "x-ratelimit-reset": "1090"})
        await pacing.turn("/oauth/token")
        pacing.learn("/oauth/token", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1007"})
        await pacing.turn("/authorize")
        await pacing.turn("/oauth/token")
        await pacing.turn("/oauth/token")

    asyncio.run(ask())
    assert clock.slept == [7.0]


def test_a_budget_blocks_and_never_fails() -> None:
    budget = {"logins": 1, "tokens": 3, "m2m_tokens": 0, "failed_logins": 0}
    report = World().proves({**ACCOUNTANT, "budget": budget}, level="full")
    assert not failed(report)
    assert (report.usage.logins, report.usage.failed_logins, report.usage.m2m_tokens) == (1, 0, 0)
    assert report.usage.tokens <= 3
    assert "M2M-01" in ids_of(report, Outcome.BLOCKED)
    assert any("smoke.budget.logins" in one.observed for one in report.findings)


def test_flows_that_run_at_once_keep_to_one_budget() -> None:
    report = World().proves({**ACCOUNTANT, "budget": {"tokens": 20, "m2m_tokens": 1}})
    assert report.proved.of == 5
    assert (report.usage.tokens, report.usage.m2m_tokens) == (20, 1)


def test_the_requests_are_known_beforehand_about() -> None:
    plan = applicable(SmokeConfig.model_validate(ACCOUNTANT), declare(**COMPANY), emulated=True)
    report = World().proves(ACCOUNTANT)
    made = [one.url.partition("?")[0] for story in report.stories for one in story.exchanges]
    for path in ("/oauth/token", "/userinfo", "/authorize"):
        real = sum(url.endswith(path) for url in made)
        assert real / 2.5 <= plan.expected_requests[path] <= real * 2.5, (path, real, plan.expected_requests[path])
