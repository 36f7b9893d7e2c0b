"""Logging in with Chromium, driven by Playwright: for pages that need JavaScript.

Chromium itself reaches nobody: what a page asks for is sent by the run, so an embedded tenant works as well as a served one, a
certificate authority that the run trusts is enough, and Chromium's maker hears of nothing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tenantry.model.errors import TenantryError, UsageError
from tenantry.smoke.login.browser import Browser, callback_in
from tenantry.smoke.login.driven import Drive
from tenantry.smoke.login.visitor import Visitor, led_astray
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.login.ways import Way
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import inconclusive
from tenantry.smoke.wire import Wire

if TYPE_CHECKING:
    from playwright.async_api import Browser as Started
    from playwright.async_api import BrowserContext, BrowserType, Page

VARIABLE = "TENANTRY_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND"
"""No name and no address leads anywhere, so not even Chromium's own business does."""
AS_ROOT = "--no-sandbox"


class OverChromium(Way):
    """Logs in with Chromium; each walk begins with an empty profile."""

    runs_scripts = True

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Take the program's place from ``environ``.

        Raises: UsageError when Playwright or Chromium is missing.
        """
        self._environ = os.environ if environ is None else environ
        self._open = AsyncExitStack()
        self._started: Started
        self._idle: list[BrowserContext] = []
        need_playwright()
        self._program = named(self._environ)

    async def __aenter__(self) -> Self:
        """Start Chromium.

        Raises: UsageError when there is none, TenantryError when it does not start.
        """
        async with self._open:
            self._started = await self._start()
            self._open = self._open.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def through(self, errand: Errand, browser: Browser, visitor: Visitor) -> Walk:
        """Return the walk to the end of an errand, the browser's cookies taken along and brought back.

        What is answered with the callback at once shows no page, and Chromium is not troubled with it.
        """
        if not browser.is_home(errand.url):
            raise led_astray(errand.url)
        hop = await browser.open(errand.url)
        if hop.reply.is_redirect and (callback := callback_in(hop, errand.redirect_uri)) is not None:
            return Walk([hop], callback)
        visitor.has_scripts = self.runs_scripts
        return await self._driven(errand, browser, visitor, hop.reply)

    async def _driven(self, errand: Errand, browser: Browser, visitor: Visitor, first: Reply) -> Walk:
        """Return the walk that Chromium makes.

        Raises: Stopped where it ends elsewhere, or Chromium does.
        """
        from playwright.async_api import Error  # noqa: PLC0415 - an extra, and slow to import

        try:
            async with self._fresh_page(browser.wire) as page:
                return await Drive(page, browser, visitor, errand, first).through()
        except Error:  # its words may hold what was typed
            raise inconclusive("Chromium ended in the middle of a login") from None

    @asynccontextmanager
    async def _fresh_page(self, wire: Wire) -> AsyncIterator[Page]:
        """Give a page of a profile in which nothing of the tenant is left; profiles are used again, for new ones are slow."""
        profile = self._idle.pop() if self._idle else await self._started.new_context(service_workers="block")
        async with await profile.new_page() as page:
            yield page
            session = await profile.new_cdp_session(page)
            for origin in wire.origins:
                await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await profile.clear_cookies()
        self._idle.append(profile)

    async def _start(self) -> Started:
        """Return Chromium, running until everything opened is closed."""
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - an extra, and slow to import

        playwright = await self._open.enter_async_context(async_playwright())
        program = self._program or own(playwright.chromium) or installed(self._environ)
        try:
            started = await playwright.chromium.launch(
                executable_path=program,
                args=[ALONE, AS_ROOT] if os.geteuid() == 0 else [ALONE],
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as error:
            reason = next((line for line in error.message.splitlines() if line.strip()), "no reason given")
            raise TenantryError(f"{program} did not start: {reason}") from error
        self._open.push_async_callback(started.close)
        return started


def need_playwright() -> None:
    """Return when Playwright is installed.

    Raises: UsageError
    """
    if importlib.util.find_spec("playwright") is None:
        raise UsageError("--login browser needs Playwright: pip install playwright, or tenantry with its extra `browser`")


def named(environ: Mapping[str, str]) -> str | None:
    """Return the program that the environment names, None when it names none.

    Raises: UsageError when it is no program.
    """
    wanted = environ.get(VARIABLE)
    program = shutil.which(wanted, path=environ.get("PATH")) if wanted else None
    if wanted and program is None:
        raise UsageError(f"{VARIABLE} names {wanted}, which is no program that can be run")
    return program


def own(chromium: BrowserType) -> str | None:
    """Return the Chromium that Playwright has downloaded, None when it has not."""
    return chromium.executable_path if Path(chromium.executable_path).exists() else None


def installed(environ: Mapping[str, str]) -> str:
    """Return the Chromium or Chrome of this machine.

    Raises: UsageError when there is none.
    """
    found = (shutil.which(name, path=environ.get("PATH")) for name in (*PROGRAMS, *ELSEWHERE))
    program = next((each for each in found if each), None)
    if program is None:
        ways = f"install Chromium or Chrome, run `playwright install chromium`, or name the program in {VARIABLE}"
        raise UsageError(f"--login browser needs Chromium, and none was found: {ways}")
    return program
