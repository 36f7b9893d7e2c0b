"""One walk through the pages in Chromium: what they show is filled in as a person would."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tenantry.smoke.login.browser import Browser, Hop
from tenantry.smoke.login.cookies import kept_by_chromium, told_to_chromium
from tenantry.smoke.login.forms import PLACE, Form, read_page
from tenantry.smoke.login.held import Held
from tenantry.smoke.login.visitor import EXPECTED, Visitor, is_device_told
from tenantry.smoke.login.walk import LONGEST_WALK, Errand, Walk
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import blocked, failed, inconclusive

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

TICK_S = 0.03
PATIENCE_S, PATIENCE_WITH_ERRORS_S = 5.0, 0.5
"""How long nothing may happen on a page before it counts as finished; sooner when it says that something is wrong."""
LONGEST_PAGE_S = 45.0
LONGEST_TOUCH_S = 10.0
"""How long a field or button may take until it can be used."""
SNAPSHOT = """(place) => {
  if (document.readyState !== 'complete' || location.protocol === 'about:') return null;
  const copy = document.documentElement.cloneNode(true), unseen = [];
  const twins = copy.querySelectorAll('*');
  let forms = 0;
  document.documentElement.querySelectorAll('*').forEach((one, at) => {
    if (one.tagName === 'FORM') twins[at].setAttribute(place, forms++);
    const isPart = one.closest('body') && !one.matches('input[type=hidden]') && !one.querySelector('input[type=hidden]');
    if (isPart && !one.checkVisibility({visibilityProperty: true})) unseen.push(twins[at]);
  });
  unseen.forEach((twin) => twin.remove());
  return {url: location.href, html: copy.outerHTML, born: performance.timeOrigin};
}"""
"""Gives the page as a person sees it: forms numbered, what is invisible left out; the page itself stays as it is."""


class Drive:
    """Drives Chromium from the first answer of the tenant to the callback, which it never reaches."""

    def __init__(self, page: Page, browser: Browser, visitor: Visitor, errand: Errand, first: Reply) -> None:
        self._page = page
        self._browser = browser
        self._visitor = visitor
        self._errand = errand
        self._held = Held(browser, errand.redirect_uri, first)
        self._walk = Walk(self._held.redirects)
        self._born = self._dealt_with = 0.0
        """When the document that was last seen, and the one that was last dealt with, came into being."""

    async def through(self) -> Walk:
        """Return the walk.

        Raises: Stopped where it ends elsewhere.
        """
        try:
            await self._begin()
            await self._go_on()
            self._walk.callback = self._held.end.result()
            return self._walk
        finally:
            await self._held.give_up()
            await self._take_cookies()

    async def _begin(self) -> None:
        """Let the page know the browser's cookies and ask nobody but us, and send it off."""
        self._page.set_default_timeout(1000 * LONGEST_TOUCH_S)
        session = await self._held.begin(self._page)
        await session.send("Network.setCookies", {"cookies": told_to_chromium(self._browser.jar)})
        await session.send("Page.navigate", {"url": self._errand.url})

    async def _take_cookies(self) -> None:
        """Let our own browser know what Chromium was told to keep."""
        wire, cookies = self._browser.wire, await self._page.context.cookies()
        wire.vault.add(*(cookie.get("value") for cookie in cookies))
        kept_by_chromium(urlsplit(wire.base_url).scheme, cookies, self._browser.jar)

    async def _go_on(self) -> None:
        """Do what the pages ask for until the end of the way."""
        for _ in range(LONGEST_WALK):
            hop = await self._settled()
            if hop is None:
                return None
            self._walk.hops.append(hop)
            if self._visitor.is_told(hop):
                return self._held.end_with(None)
            form, answers = await self._visitor.way_on(hop)
            await self._fill(form, answers)
        raise failed(f"after {LONGEST_WALK} steps still at {self._walk.hops[-1].path}", EXPECTED)

    async def _settled(self) -> Hop | None:
        """Return the page when there is something to do on it or nothing happens any more, None at the end of the way."""
        clock = asyncio.get_running_loop().time
        began = quiet_since = clock()
        while not self._held.end.done():
            hop = None if self._held.is_busy else await self._look()
            if hop is None:
                quiet_since = clock()
            elif self._is_ready(hop) or clock() - quiet_since > _patience(hop):
                self._dealt_with = self._born
                return hop
            if clock() - began > LONGEST_PAGE_S:
                raise inconclusive(f"{self._where} is not finished after {LONGEST_PAGE_S:g} s")
            await asyncio.sleep(TICK_S)
        return None

    @property
    def _where(self) -> str:
        """Return the path that the browser is at."""
        return self._held.document.path if self._held.document else "the first page"

    async def _look(self) -> Hop | None:
        """Return what the page shows, None while it is being loaded."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra, and slow to import

        try:
            seen = await self._page.evaluate(SNAPSHOT, PLACE)
        except Error:
            if self._page.is_closed():
                raise
            return None  # it gave way to the next page
        reply = self._held.document
        if seen is None or reply is None:
            return None
        self._born = seen["born"]
        return Hop(reply, read_page(seen["url"], reply.status, seen["html"], is_live=True))

    def _is_ready(self, hop: Hop) -> bool:
        """Return whether the page need not be waited for: it asks for something, or it is a new one that says how it went."""
        page = hop.page
        if page is None or page.has_captcha or self._visitor.is_new(page):
            return True
        return self._born != self._dealt_with and (page.main_form is not None or not hop.reply.is_ok or is_device_told(hop))

    async def _fill(self, form: Form, answers: dict[str, str]) -> None:
        """Type the answers and press the button.

        Raises: Stopped when the page does not let us.
        """
        from playwright.async_api import Error  # noqa: PLC0415 - an extra, and slow to import

        scope = self._page.locator("form").nth(int(form.place)) if form.place else self._page.locator("body")
        try:
            for name, value in answers.items():
                if name in form.inputs:
                    await scope.locator(f"[name={json.dumps(name)}]:visible").first.fill(value)
            await self._press(scope, {name: value for name, value in answers.items() if name not in form.inputs})
        except Error:  # its words hold what was typed
            if not self._held.end.done():
                raise blocked(f"{self._where} could not be filled in: its fields or its button went away") from None

    async def _press(self, scope: Locator, buttons: dict[str, str]) -> None:
        """Press the button of the answers, else the only way to send the form."""
        named = "".join(f"[name={json.dumps(name)}][value={json.dumps(value)}]" for name, value in buttons.items())
        submits = ("[type=submit]", "button:not([type])", "[type=image]", "button")
        wanted = [f"{named}:visible"] if named else [f"{kind}:visible" for kind in submits]
        for selector in wanted:
            if await scope.locator(selector).count():
                await scope.locator(selector).first.click(no_wait_after=True)
                return
        fields = scope.locator("input:visible")
        if await fields.count():
            await fields.last.press("Enter", no_wait_after=True)


def _patience(hop: Hop) -> float:
    """Return how long a page that nothing happens on is waited for."""
    return PATIENCE_WITH_ERRORS_S if hop.page and hop.page.errors else PATIENCE_S
