"""The requests of one page in Chromium: held before they leave, sent by the run, and the callback among them recognised.

Source: Chrome DevTools Protocol, Fetch domain (a redirected request is held like any other).
"""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tenantry.smoke.login.browser import Browser, Callback, Hop, callback_in, callback_of, leads_to, posted
from tenantry.smoke.login.forms import read_page
from tenantry.smoke.login.visitor import led_astray
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import Stopped

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

OF_THE_TRANSPORT = {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
"""Headers of an answer that are not true any more once its body has been read."""


class Held:
    """Answers whatever a page asks for, until it goes to the callback or astray; then ``end`` is done."""

    def __init__(self, browser: Browser, redirect_uri: str, first: Reply) -> None:
        self.end: asyncio.Future[Callback | None] = asyncio.get_running_loop().create_future()
        self.end.add_done_callback(lambda end: end.cancelled() or end.exception())  # it is known, whoever asks
        self.document: Reply | None = None
        """What the page came with."""
        self.redirects: list[Hop] = []
        self._browser = browser
        self._redirect_uri = redirect_uri
        self._first: Reply | None = first
        self._story = copy_context()
        self._fetching: set[asyncio.Task[None]] = set()
        self._session: CDPSession
        self._frame = ""

    @property
    def is_busy(self) -> bool:
        """Return whether something was asked for and is not there yet."""
        return bool(self._fetching)

    async def begin(self, page: Page) -> CDPSession:
        """Hold the requests of a page from now on, and return the way to it."""
        self._session = session = await page.context.new_cdp_session(page)
        self._frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        session.on("Fetch.requestPaused", self._held)
        session.on("Page.frameRequestedNavigation", self._left)
        await session.send("Page.enable")
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})
        return session

    async def give_up(self) -> None:
        """Leave what is not there yet."""
        for task in self._fetching:
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)

    def end_with(self, callback: Callback | None) -> None:
        """End the walk with what the callback would have got."""
        if not self.end.done():
            self.end.set_result(callback)

    def _left(self, event: dict[str, Any]) -> None:
        """Notice that a page opens the application by its own scheme, which is no request."""
        url, document = event["url"], self.document
        if event["frameId"] != self._frame or _is_webs(url) or not leads_to(url, self._redirect_uri):
            return
        if event["reason"] == "formSubmissionPost" and document is not None:
            hop = Hop(document, read_page(document.url, document.status, document.text))
            self.end_with(callback_in(hop, self._redirect_uri))
        else:
            self.end_with(callback_of(url, self._redirect_uri))

    def _held(self, event: dict[str, Any]) -> None:
        """Serve a request that Chromium wants to make, as part of the flow's story."""
        task = asyncio.create_task(self._serve(event), context=self._story)
        self._fetching.add(task)
        task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        """Forget a request; what went wrong with it is the end of the way."""
        self._fetching.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self.end.done():
            self.end.set_exception(error)

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
        if is_page and self._redirect_uri and leads_to(url, self._redirect_uri):
            is_form = request["method"] == "POST"
            brought = posted((_body(request) or b"").decode()) if is_form else callback_of(url, self._redirect_uri)
            self.end_with(brought)
            await self._answer(id_, 204)
        elif is_page and not self._browser.is_home(url):
            raise led_astray(url)
        else:
            await self._relay(id_, request, is_page=is_page)

    async def _relay(self, id_: str, request: dict[str, Any], *, is_page: bool) -> None:
        """Send a request and let Chromium have the answer."""
        reply = await self._fetched(request)
        if is_page and reply.is_redirect:
            self.redirects.append(Hop(reply))
            if not _is_webs(reply.location or ""):
                self._open_app(reply.location or "")
                return await self._answer(id_, 204)
        elif is_page:
            self.document = reply
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
        if not leads_to(url, self._redirect_uri):
            raise led_astray(url)
        self.end_with(callback_of(url, self._redirect_uri))

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
