"""An event loop in a thread of its own, so that tests without `async` can use what has it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
LONGEST_S = 60.0


class Background:
    """One event loop in one thread, until `close`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tenantry.testing", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns, carried out on the loop; its exceptions come out here."""
        done = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return done.result(LONGEST_S)
        finally:
            done.cancel()

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Bridge(httpx.BaseTransport):
    """Lets an `httpx.Client` talk to an ASGI application that lives on the loop of another thread."""

    def __init__(self, background: Background, inner: httpx.AsyncBaseTransport) -> None:
        self._background = background
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the application's answer, read to its end."""
        there = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        return self._background.run(self._answer(there))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(content))
