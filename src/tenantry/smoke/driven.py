"""One walk through the pages in Chromium: what it asks for is fetched by the run, what it shows is filled in as a person would.

Source: Chrome DevTools Protocol, Fetch domain (requests are held before they leave, redirected ones too).
"""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tenantry.smoke.browser import Browser, Callback, Hop, callback_in, callback_of, leads_to, posted
from tenantry.smoke.cookies import kept_by_chromium, told_to_chromium
from tenantry.smoke.forms import PLACE, Form, read_page
from tenantry.smoke.login import EXPECTED, Visitor, is_device_told, led_astray
from tenantry.smoke.stops import Stopped, blocked, failed, inconclusive
from tenantry.smoke.walk import LONGEST_WALK, Errand, Walk
from tenantry.smoke.wire import Reply

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Locator, Page

TICK_S = 0.03
PATIENCE_S, PATIENCE_WITH_ERRORS_S = 5.0, 0.5
"""How long nothing may happen on a page before it counts as finished; sooner when it says that something is wrong."""
LONGEST_PAGE_S = 45.0
LONGEST_TOUCH_S = 10.0
"""How long a field or button may take until it can be used."""
OF_THE_TRANSPORT = {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
"""Headers of an answer that are not true any more once its body has been read."""
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
        self._first: Reply | None = first
        self._walk = Walk()
        self._end: asyncio.Future[Callback | None] = asyncio.get_running_loop().create_future()
        self._end.add_done_callback(lambda end: end.cancelled() or end.exception())  # it is known, whoever asks
        self._story = copy_context()
        self._fetching: set[asyncio.Task[None]] = set()
        self._document: Reply | None = None
        self._born = self._dealt_with = 0.0
        """When the document that was last seen, and the one that was last dealt with, came into being."""
        self._session: CDPSession
        self._frame = ""

    async def through(self) -> Walk:
        """Return the walk.

        Raises: Stopped where it ends elsewhere.
        """
        try:
            await self._begin()
            await self._go_on()
            self._walk.callback = self._end.result()
            return self._walk
        finally:
            for task in self._fetching:
                task.cancel()
            await asyncio.gather(*self._fetching, return_exceptions=True)
            await self._take_cookies()

    async def _begin(self) -> None:
        """Let the page know the browser's cookies and ask nobody but us, and send it off."""
        self._page.set_default_timeout(1000 * LONGEST_TOUCH_S)
        self._session = session = await self._page.context.new_cdp_session(self._page)
        self._frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await session.send("Network.setCookies", {"cookies": told_to_chromium(self._browser.jar)})
        session.on("Fetch.requestPaused", self._held)
        session.on("Page.frameRequestedNavigation", self._scripted)
        await session.send("Page.enable")
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})
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
                return self._end_with(None)
            form, answers = self._visitor.way_on(hop)
            await self._fill(form, answers)
        raise failed(f"after {LONGEST_WALK} steps still at {self._walk.hops[-1].path}", EXPECTED)

    async def _settled(self) -> Hop | None:
        """Return the page when there is something to do on it or nothing happens any more, None at the end of the way."""
        clock = asyncio.get_running_loop().time
        began = quiet_since = clock()
        while not self._end.done():
            hop = None if self._fetching else await self._look()
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
        return self._document.path if self._document else "the first page"

    async def _look(self) -> Hop | None:
        """Return what the page shows, None while it is being loaded."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra, and slow to import

        try:
            seen = await self._page.evaluate(SNAPSHOT, PLACE)
        except Error:
            if self._page.is_closed():
                raise
            return None  # it gave way to the next page
        reply = self._document
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
            if not self._end.done():
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

    def _scripted(self, event: dict[str, Any]) -> None:
        """Notice that a page opens the application by its own scheme, which is no request."""
        url, document = event["url"], self._document
        if event["frameId"] != self._frame or _is_webs(url) or not leads_to(url, self._errand.redirect_uri):
            return
        if event["reason"] == "formSubmissionPost" and document is not None:
            hop = Hop(document, read_page(document.url, document.status, document.text))
            self._end_with(callback_in(hop, self._errand.redirect_uri))
        else:
            self._end_with(callback_of(url, self._errand.redirect_uri))

    def _held(self, event: dict[str, Any]) -> None:
        """Serve a request that Chromium wants to make, as part of the flow's story."""
        task = asyncio.create_task(self._serve(event), context=self._story)
        self._fetching.add(task)
        task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        """Forget a request; what went wrong with it is the end of the way."""
        self._fetching.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._end.done():
            self._end.set_exception(error)

    async def _serve(self, event: dict[str, Any]) -> None:
        """Take a request over; one that is not answered fails, and a page that is not is the end of the way."""
        is_page = event["resourceType"] == "Document" and event["frameId"] == self._frame
        try:
            await self._answer_to(event["request"], event["requestId"], is_page=is_page)
        except Stopped:
            await self._tell("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Failed"})
            if is_page:
                raise

    async def _answer_to(self, request: dict[str, Any], id_: str, *, is_page: bool) -> None:
        """Answer a request: the callback is the end, and so is somebody else's page; all else is fetched."""
        url = request["url"] + request.get("urlFragment", "")
        if is_page and self._errand.redirect_uri and leads_to(url, self._errand.redirect_uri):
            is_form = request["method"] == "POST"
            brought = posted((_body(request) or b"").decode()) if is_form else callback_of(url, self._errand.redirect_uri)
            self._end_with(brought)
            await self._answer(id_, 204)
        elif is_page and not self._browser.is_home(url):
            raise led_astray(url)
        else:
            await self._relay(id_, request, is_page=is_page)

    def _end_with(self, callback: Callback | None) -> None:
        """End the walk with what the callback would have got."""
        if not self._end.done():
            self._end.set_result(callback)

    async def _relay(self, id_: str, request: dict[str, Any], *, is_page: bool) -> None:
        """Send a request and let Chromium have the answer."""
        reply = await self._fetched(request)
        if is_page and reply.is_redirect:
            self._walk.hops.append(Hop(reply))
            if not _is_webs(reply.location or ""):
                self._open_app(reply.location or "")
                return await self._answer(id_, 204)
        elif is_page:
            self._document = reply
        kept = [(name, value) for name, value in reply.headers.multi_items() if name not in OF_THE_TRANSPORT]
        return await self._answer(id_, reply.status, kept, reply.content)

    async def _fetched(self, request: dict[str, Any]) -> Reply:
        """Return the answer to a request; that to the first one is there already."""
        first, self._first = self._first, None
        if first is not None:
            return first
        method, headers = request["method"], request["headers"]
        return await self._browser.wire.relay(method, request["url"], headers=headers, content=_body(request))

    def _open_app(self, url: str) -> None:
        """End the walk at an address that Chromium would hand to a program of the system, without a request.

        Raises: Stopped when it is not the callback.
        """
        if not leads_to(url, self._errand.redirect_uri):
            raise led_astray(url)
        self._end_with(callback_of(url, self._errand.redirect_uri))

    async def _answer(self, id_: str, status: int, headers: list[tuple[str, str]] | None = None, content: bytes = b"") -> None:
        """Give Chromium an answer."""
        answer = {
            "requestId": id_,
            "responseCode": status,
            "responseHeaders": [{"name": name, "value": value} for name, value in headers or ()],
            "body": base64.b64encode(content).decode(),
        }
        await self._tell("Fetch.fulfillRequest", answer)

    async def _tell(self, what: str, parameters: dict[str, Any]) -> None:
        """Tell Chromium what becomes of a request that it may have given up by now."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra, and slow to import

        with suppress(Error):
            await self._session.send(what, parameters)


def _body(request: dict[str, Any]) -> bytes | None:
    """Return what a request sends."""
    entries = request.get("postDataEntries")
    if entries:
        return b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries)
    return request["postData"].encode() if "postData" in request else None


def _is_webs(url: str) -> bool:
    """Return whether an address is asked for by requests."""
    return urlsplit(url).scheme in {"http", "https"}


def _patience(hop: Hop) -> float:
    """Return how long a page that nothing happens on is waited for."""
    return PATIENCE_WITH_ERRORS_S if hop.page and hop.page.errors else PATIENCE_S
