"""Logging in by hand: who is invited, what is pasted, and what a run leaves out when it cannot see the browser."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tenantry.model.secret import Secret
from tenantry.render.report_html import report_html
from tenantry.smoke import ByHand, NewUser, Report
from tenantry.smoke.findings import Outcome
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Browser, Callback
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Login
from tenantry.smoke.redact import Vault
from tenantry.smoke.stops import Stopped
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tests.loopback import free_port
from tests.smoke.inside import Sections
from tests.smoke.world import ORDERS, SPA, WEB, World

STATE = "the-right-state"
PASSWORD = "Canary-Horse-7-Battery"
EMAIL = "ada@example.com"


class Ada:
    """Somebody with a browser who knows a password; what they paste is scripted."""

    def __init__(self, world: World, pastes: tuple[str, ...] = (), *, stays_away: bool = False) -> None:
        self.can_be_asked = bool(pastes)
        self.invited: list[str] = []
        self.reasons: list[str] = []
        self._world = world
        self._pastes = list(pastes)
        self._stays_away = stays_away
        self._at_work: set[asyncio.Task[str]] = set()

    def invite(self, url: str, who: str) -> None:
        self.invited.append(who)
        if not self._stays_away and not self._pastes:
            task = asyncio.create_task(self._log_in(url))
            self._at_work.add(task)

    async def _log_in(self, url: str) -> str:
        redirect_uri = httpx.URL(url).params.get("redirect_uri", "")
        user_code = httpx.URL(url).params.get("user_code", "")
        async with Wire(self._world.emulator.base_url, Vault(), Timing(), transport=self._world.transport) as wire:
            visitor = Visitor(Person(EMAIL, PASSWORD, email=EMAIL), OneTimePasswords(), user_code=user_code)
            walk = await Login(Browser(wire), redirect_uri, visitor).through(url)
        if walk.callback is not None:
            async with httpx.AsyncClient() as client:
                return (await client.get(redirect_uri, params=walk.callback.values)).text
        return ""

    def pasted(self, why: str) -> str:
        self.reasons.append(why)
        return self._pastes.pop(0)


def company(*callbacks: str, **changes: Any) -> Sections:
    spa = {**SPA, "callbacks": [*callbacks], "allowed_logout_urls": ["https://shop.example/"], **changes}
    connection = {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront"]}
    return {"applications": {"storefront": spa}, "apis": {"orders": ORDERS}, "connections": {"customers": connection}}


ADA = {"users": {"ada": {"connection": "customers", "email": EMAIL, "password": PASSWORD}}}


def by_hand(world: World, desk: Ada, config: dict[str, Any] | None = None, patience_s: float = 10.0) -> Report:
    async def in_both_worlds(seconds: float) -> None:
        await world.timing().sleep(seconds)
        await asyncio.sleep(0.05)

    async def go() -> Report:
        world.ids = await world.inside.put_in(world.sections)
        await world.lending().create_user(NewUser("customers", EMAIL, Secret.of("ADA", PASSWORD)))
        async with ByHand(desk, patience_s) as way:
            timing = Timing(world.timing().now, in_both_worlds)
            return await world.prove(config or ADA, timing=timing, way=way)

    return asyncio.run(go())


def test_a_person_proves_a_flow_with_one_login_and_what_needs_more_is_left_out() -> None:
    world = World(company("https://shop.example/callback", f"http://127.0.0.1:{free_port()}/callback"))
    desk = Ada(world)
    report = by_hand(world, desk)
    found = {one.id: one for one in report.findings}
    assert report.proved.is_complete, report.findings
    assert desk.invited == [EMAIL], "one flow, one login"
    assert report.usage.logins == 1
    assert not {one.outcome for one in report.findings} & {Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE}
    assert found["COD-02"].observed == "a person is asked to log in once per flow"
    assert found["AUZ-14"].observed == "the session is in the browser of the person who logged in"
    assert found["LGN-02"].observed == "the pages were seen by a person alone"
    assert {found[one].outcome for one in ("COD-02", "AUZ-14", "LGN-02", "LGN-07")} == {Outcome.SKIPPED}
    assert {found[one].outcome for one in ("COD-01", "ACC-01", "AUZ-19") if one in found} == {Outcome.PASSED}
    assert PASSWORD not in repr(report) + report_html([("acme", report)])


def test_flows_wait_for_each_other() -> None:
    callback = f"http://localhost:{free_port()}/callback"
    sections = company(callback)
    sections["applications"]["office"] = {**WEB, "callbacks": [callback]}
    sections["connections"]["customers"]["enabled_clients"] = ["storefront", "office"]
    world = World(sections)
    desk = Ada(world)
    report = by_hand(world, desk, {**ADA, "level": "smoke"})
    assert report.proved.is_complete, report.findings
    assert desk.invited == [EMAIL] * report.proved.of
    assert report.proved.of > 1


def test_a_budget_is_kept() -> None:
    world = World(company(f"http://127.0.0.1:{free_port()}/callback"))
    desk = Ada(world)
    report = by_hand(world, desk, {**ADA, "level": "smoke", "budget": {"logins": 0}})
    assert desk.invited == []
    assert [one.outcome for one in report.findings if one.id == "LGN-03"] == [Outcome.BLOCKED]


def test_nobody_comes_and_the_flow_is_blocked() -> None:
    callback = f"http://127.0.0.1:{free_port()}/callback"
    world = World(company(callback))
    report = by_hand(world, Ada(world, stays_away=True), {**ADA, "level": "smoke"}, patience_s=0.05)
    [stop] = [one for one in report.findings if one.id == "LGN-03"]
    assert (stop.outcome, stop.observed) == (Outcome.BLOCKED, f"nobody came to {callback} within 0.05 s")


def test_nobody_knows_the_password_of_an_ephemeral_user() -> None:
    world = World(company(f"http://127.0.0.1:{free_port()}/callback"))
    desk = Ada(world)
    report = by_hand(world, desk, {"users": {"anyone": {"connection": "customers", "ephemeral": True}}, "level": "full"})
    [stop] = [one for one in report.findings if one.id == "LGN-03"]
    assert (stop.outcome, "declare an existing user" in stop.observed) == (Outcome.BLOCKED, True)
    assert desk.invited == []
    assert report.usage.failed_logins == 0


def test_a_device_is_approved_by_hand() -> None:
    changes = {
        "app_type": "native",
        "callbacks": [],
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    }
    world = World(company(**changes))
    desk = Ada(world)
    report = by_hand(world, desk)
    assert report.proved.is_complete, report.findings
    assert desk.invited == [EMAIL]
    assert {one.outcome for one in report.findings if one.id == "DEV-05"} <= {Outcome.SKIPPED}


FAR = "https://shop.example/callback"


def pasting(*pastes: str) -> tuple[Callback | Stopped | None, Ada]:
    desk = Ada(World(), pastes)

    async def go() -> Callback | None:
        visitor = Visitor(Person(EMAIL, "", email=EMAIL), OneTimePasswords())
        async with ByHand(desk) as way, Wire("https://acme.example", Vault(), Timing()) as wire:
            walk = await way.through(Errand("https://acme.example/authorize", FAR, STATE), way.new_browser(wire), visitor)
            return walk.callback

    try:
        return asyncio.run(go()), desk
    except Stopped as stop:
        return stop, desk


@pytest.mark.parametrize("mark", ["?", "#"])
def test_an_address_is_pasted_where_nobody_can_listen(mark: str) -> None:
    callback, desk = pasting(f"  {FAR}{mark}code=c0de&state={STATE}\n")
    assert isinstance(callback, Callback)
    assert (callback.code, desk.invited) == ("c0de", [EMAIL])


def test_a_wrong_address_is_asked_for_again_with_the_reason() -> None:
    wrong, other = "https://evil.example/callback?code=x", f"{FAR}?code=c0de&state=other"
    callback, desk = pasting(wrong, other, f"{FAR}?code=c0de&state={STATE}")
    assert isinstance(callback, Callback)
    assert desk.reasons == ["", f"it does not begin with {FAR}", "its state is of another login"]
    stop, _ = pasting(other, other, other)
    assert isinstance(stop, Stopped)
    assert stop.outcome is Outcome.BLOCKED
    assert "c0de" not in stop.observed


def test_nothing_pasted_blocks() -> None:
    stop, _ = pasting("")
    assert isinstance(stop, Stopped)
    assert (stop.outcome, stop.observed) == (Outcome.BLOCKED, "no address was pasted")
