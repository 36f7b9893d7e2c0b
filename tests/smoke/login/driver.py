"""A running Chromium, and how a test logs in with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Self

import httpx
import pytest

from tenantry.smoke import OverChromium
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login import chromium
from tenantry.smoke.login.browser import Browser, Callback
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.redact import Vault
from tenantry.smoke.stops import Stopped
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tenantry.testing.background import Background
from tests.smoke.login.site import AUTHORIZE, BASE, CALLBACK, PERSON, Site

Answering = Callable[[httpx.Request], httpx.Response]


def over(program: str) -> OverChromium:
    """Return the way of logging in that starts this program."""
    return OverChromium({**os.environ, chromium.VARIABLE: program})


class Driver:
    """A Chromium that is running, for many logins."""

    def __init__(self, program: str) -> None:
        self.loop = Background()
        self.way = over(program)

    def __enter__(self) -> Self:
        self.loop.run(self.way.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.run(self.way.__aexit__(None, None, None))
        self.loop.close()

    def login(
        self,
        site: Answering,
        person: Person = PERSON,
        callback: str = CALLBACK,
        *,
        consents: bool = True,
        browser: Browser | None = None,
    ) -> tuple[Walk, Browser]:
        async def go() -> tuple[Walk, Browser]:
            timing = Timing(now=lambda: 59.0)
            async with Wire(BASE, Vault(), timing, transport=httpx.MockTransport(site)) as wire:
                used = browser or Browser(wire)
                used.wire = wire
                visitor = Visitor(person, OneTimePasswords(timing.now), consents=consents)
                return await self.way.through(Errand(AUTHORIZE, callback), used, visitor), used

        return self.loop.run(go())

    def callback(self, site: Site, callback: str = CALLBACK) -> Callback:
        found = self.login(site, callback=callback)[0].callback
        assert found is not None
        return found

    def stop(self, site: Answering, person: Person = PERSON) -> Stopped:
        with pytest.raises(Stopped) as caught:
            self.login(site, person)
        return caught.value
