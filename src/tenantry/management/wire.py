"""The connections to a tenant: so many requests at once, each in its turn, every one counted; no decision about answers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import httpx

from tenantry.management import retries
from tenantry.management.budgets import Budgets, Route
from tenantry.management.lanes import Lanes, exchanged
from tenantry.management.pacing import Budget

EXTENSIONS = {"timeout": httpx.Timeout(30.0, connect=10.0).as_dict()}
HEADERS = {"user-agent": f"tenantry/{version('tenantry')}", "accept": "application/json", "accept-encoding": "gzip, deflate"}
LONGEST_S = 120.0
"""However slowly an answer trickles in, by then it has to be whole."""
AT_ONCE = 8
FAILURES = (httpx.TransportError, httpx.DecodingError, OSError)
"""All that may come instead of an answer; an embedded tenant's connection breaks with a plain OSError."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Failures after which the request surely never reached the server."""

Reply = httpx.Response | Exception
"""What one attempt brought: a response, or one of ``FAILURES``."""


@dataclass
class Counts:
    """What was asked of the Management API; every attempt counts, as it does for the tenant.

    ``landed``: the writes that were carried out, or may have been because nobody knows.
    """

    reads: int = 0
    writes: int = 0
    rate_limited: int = 0
    landed: int = 0


class Wire:
    """Sends requests as fast as the tenant's own numbers allow, ``at_once`` at most."""

    def __init__(
        self,
        *,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None,
        rate: float,
        at_once: int,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        luck: Callable[[], float],
    ) -> None:
        self.counts = Counts()
        self._sleep, self._clock = sleep, clock
        self._lanes = Lanes(base_url, at_once, transport)
        self._budgets = Budgets(rate, luck)
        self._turns: defaultdict[Budget, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._first = asyncio.Event()

    @property
    def limit(self) -> int | None:
        """Return the size of the server's bucket for reads, None until an answer said it."""
        return self._budgets.of((True, "")).limit

    def request(self, method: str, url: str, headers: Mapping[str, str] = {}, **members: Any) -> httpx.Request:
        """Return a request that can be attempted."""
        return httpx.Request(method, _parsed(url), headers={**HEADERS, **headers}, extensions=EXTENSIONS, **members)

    async def attempt(self, request: httpx.Request, route: Route) -> Reply:
        """Return what one attempt brings, made as soon as there is room for it."""
        # The turn comes first: whoever waits for the bucket of one endpoint holds no connection that others could use.
        budget, ticket = await self._take_turn(route)
        try:
            async with self._lanes.free() as lane:
                self._count(request.method)
                reply = await _reply(lane, request)
        finally:
            self._first.set()  # whatever became of it: the others must not wait for ever
        if isinstance(reply, httpx.Response):
            self._learn(route, budget, ticket, reply)
        return reply

    async def attempt_unpaced(self, request: httpx.Request) -> Reply:
        """Return what one attempt brings that does not count against the Management API."""
        async with self._lanes.free() as lane:
            return await _reply(lane, request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._lanes.aclose()

    async def _take_turn(self, route: Route) -> tuple[Budget, int]:
        """Wait until the budget lets another request go; the very first goes alone, for its answer tells the limits."""
        while True:
            budget = self._budgets.of(route)
            async with self._turns[budget]:
                if budget.sent and not self._first.is_set():
                    await self._first.wait()
                while (wait_s := budget.wait_s(self._clock())) > 0:
                    await self._sleep(wait_s)
                if budget is self._budgets.of(route):
                    return budget, budget.send(self._clock())

    def _learn(self, route: Route, budget: Budget, ticket: int, response: httpx.Response) -> None:
        """Take note of what an answer says about limits."""
        limit, left = _whole(response, "x-ratelimit-limit"), _whole(response, "x-ratelimit-remaining")
        now = self._clock()
        found = self._budgets.told(route, limit)
        found.answered(ticket if found is budget else found.send(now), limit, left, now)
        if response.status_code == retries.TOO_MANY:
            self.counts.rate_limited += 1
            hint_s = retries.hint_s(response.status_code, response.headers, now)
            found.refused(now, min(hint_s or 1.0, retries.LONGEST_HINT_S))

    def _count(self, method: str) -> None:
        """Count one attempt."""
        if method == "GET":
            self.counts.reads += 1
        else:
            self.counts.writes += 1


async def _reply(lane: httpx.AsyncBaseTransport, request: httpx.Request) -> Reply:
    """Return what a connection brings."""
    try:
        async with asyncio.timeout(LONGEST_S):
            return await exchanged(lane, request)
    except FAILURES as failure:
        return failure


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    """Return an address taken apart; what is created goes to the same few again and again."""
    return httpx.URL(url)


def _whole(response: httpx.Response, header: str) -> int | None:
    """Return a header's whole number, or None."""
    text = response.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else None
