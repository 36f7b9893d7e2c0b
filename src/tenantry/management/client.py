"""The Management API over HTTP: one place where requests are sent, paced, retried, counted and understood.

Source: Auth0 docs and recordings (paths below ``/api/v2``, ids URL-encoded once, JSON both ways, status codes).
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from tenantry.management import answers, retries
from tenantry.management.answers import Answer
from tenantry.management.credentials import Credentials
from tenantry.management.pacing import Budget, Budgets
from tenantry.management.paging import Listing, Query, read_list
from tenantry.management.tokens import Token, Tokens
from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, IncompleteRead, LostAnswer
from tenantry.model.kind import Json, Pages
from tenantry.model.secret import Secret, secrets_in
from tenantry.model.state import Caller

API = "/api/v2"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
AT_ONCE = 8
FAILURES = (httpx.TransportError, httpx.DecodingError, OSError)
"""All that may come instead of an answer; an embedded tenant's connection breaks with a plain OSError."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Failures after which the request surely never reached the server."""


@dataclass
class Counts:
    """What was asked of the Management API; every attempt counts, as it does for the tenant."""

    reads: int = 0
    writes: int = 0
    rate_limited: int = 0


class ManagementClient:
    """Talks to one tenant's Management API as one application.

    Reads and writes that may be repeated are repeated when no good answer came. A POST is not: when nobody knows whether it
    was carried out, ``LostAnswer`` is raised and the caller has to look. ``rate`` is the usable share of the rate limit.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: Any = True,
        audience: str | None = None,
        rate: float = 0.8,
        at_once: int = AT_ONCE,
        patience: retries.Patience = retries.PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.counts = Counts()
        self.sleep = sleep
        self._patience, self._clock, self._luck = patience, clock, luck
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        self._http = httpx.AsyncClient(
            transport=transport,
            verify=verify,
            timeout=TIMEOUT,
            limits=limits,
            headers={"user-agent": f"tenantry/{version('tenantry')}", "accept": "application/json"},
        )
        audience = audience or f"{self.base_url}{API}/"
        self._tokens = Tokens(credentials, self.base_url, audience, self._post_form, clock)
        self._budgets = Budgets(rate)
        self._slots = asyncio.Semaphore(at_once)
        self._turn = asyncio.Lock()
        self._first = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    @property
    def limit(self) -> int | None:
        """Return how many requests the tenant takes at once, None until an answer said so."""
        return self._budgets.of((True, "")).limit

    async def caller(self) -> Caller:
        """Return who we are in this tenant; gets the token if there is none yet."""
        return await self._tokens.caller()

    async def get(self, path: tuple[str, ...], query: Query = ()) -> Any:
        """Return the body of one GET."""
        return (await self.send(Call("GET", path, query=query))).body

    async def listing(self, pages: Pages, owner: str | None = None, extra: Query = ()) -> Listing:
        """Return a list as far as the server lists it.

        Raises: IncompleteRead when its pages do not fit together.
        """
        return await read_list(self.get, pages, owner, extra)

    async def pages(self, pages: Pages, owner: str | None = None) -> list[Json]:
        """Return a whole list.

        Raises: IncompleteRead also when the server has more than it lists.
        """
        listing = await self.listing(pages, owner)
        if listing.is_truncated:
            raise IncompleteRead(f"the list /{'/'.join(pages.path)} is longer than the tenant lists")
        return listing.items

    async def send(self, call: Call) -> Answer:
        """Return the answer to a call whose ids are all known.

        Raises: ApiError; RateLimited; NotAllowed; LostAnswer for a POST of which nobody knows whether it was carried out.
        """
        attempt, in_doubt, renewed = 1, False, False
        while True:
            token = await self._tokens.current()
            response, failure = await self._try(call, token)
            if response is not None and response.is_success:
                try:
                    return answers.read(response)
                except answers.Unreadable as unreadable:
                    failure, response = unreadable, None
            if response is not None and response.status_code == answers.UNAUTHORIZED and not renewed:
                renewed = True
                if await self._tokens.after_refusal_of(token):
                    continue
            if in_doubt and response is not None and _is_gone(call, response.status_code):
                return Answer(answers.NO_CONTENT)
            may_have_happened = _may_have_happened(response, failure)
            if call.method == "POST" and may_have_happened:
                raise self._lost(call, response, failure)
            status = response.status_code if response is not None else retries.NO_ANSWER
            wait_s = retries.wait_s(status, attempt, self._hint_s(response), self._luck(), self._patience)
            if wait_s is None:
                raise self._error(call, response, failure)
            in_doubt = in_doubt or may_have_happened
            attempt += 1
            await self.sleep(wait_s)

    async def _try(self, call: Call, token: Token) -> tuple[httpx.Response | None, Exception | None]:
        """Return the response to one attempt, or what happened instead of one."""
        route = (call.method == "GET", str(call.path[0]))
        request = self._request(call, token)
        async with self._slots:
            budget, ticket = await self._take_turn(route)
            self._count(call.method)
            try:
                response = await self._http.send(request)
            except FAILURES as failure:
                return None, failure
            finally:
                self._first.set()
            self._learn(route, budget, ticket, response)
            return response, None

    def _request(self, call: Call, token: Token) -> httpx.Request:
        """Return the request; here alone secrets are revealed."""
        headers = {"authorization": f"Bearer {token.value}"}
        content = None
        if call.body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(call.body, default=_revealed, ensure_ascii=False).encode()
        query = httpx.QueryParams(list(call.query)) if call.query else None
        return self._http.build_request(
            call.method, f"{self.base_url}{API}{_path(call)}", params=query, headers=headers, content=content
        )

    async def _take_turn(self, route: tuple[bool, str]) -> tuple[Budget, int]:
        """Wait until the budget lets another request go; the very first goes alone, for its answer tells the limits."""
        async with self._turn:
            budget = self._budgets.of(route)
            if budget.sent and not self._first.is_set():
                await self._first.wait()
                budget = self._budgets.of(route)
            while (wait_s := budget.wait_s(self._clock())) > 0:
                await self.sleep(wait_s)
            return budget, budget.send(self._clock())

    def _learn(self, route: tuple[bool, str], budget: Budget, ticket: int, response: httpx.Response) -> None:
        """Take note of what an answer says about limits."""
        limit, left = _whole(response, "x-ratelimit-limit"), _whole(response, "x-ratelimit-remaining")
        if self._budgets.learn(route, limit) is budget:
            budget.answered(ticket, limit, left, self._clock())
        if response.status_code == answers.TOO_MANY:
            self.counts.rate_limited += 1
            budget.refused(self._clock(), min(self._hint_s(response) or 1.0, retries.LONGEST_HINT_S))

    def _count(self, method: str) -> None:
        """Count one attempt."""
        if method == "GET":
            self.counts.reads += 1
        else:
            self.counts.writes += 1

    def _hint_s(self, response: httpx.Response | None) -> float | None:
        """Return how long the server asks us to wait."""
        return None if response is None else retries.hint_s(response.status_code, response.headers, self._clock())

    async def _post_form(self, path: str, form: dict[str, str]) -> httpx.Response:
        """Return the response to a form; asking again for a token does no harm, so every failure may be tried again."""
        attempt = 1
        while True:
            response: httpx.Response | None = None
            failure: Exception | None = None
            try:
                response = await self._http.post(self.base_url + path, data=form)
            except FAILURES as transport_failure:
                failure = transport_failure
            status = response.status_code if response is not None else retries.NO_ANSWER
            wait_s = retries.wait_s(status, attempt, self._hint_s(response), self._luck(), self._patience)
            if wait_s is None and response is not None:
                return response
            if wait_s is None:
                raise ApiError(self._no_answer(failure), method="POST", path=path) from None
            attempt += 1
            await self.sleep(wait_s)

    def _error(self, call: Call, response: httpx.Response | None, failure: Exception | None) -> ApiError:
        """Return what finally went wrong."""
        if response is not None:
            return answers.error(response, [secret.reveal() for secret in secrets_in(call.body)])
        return ApiError(self._no_answer(failure), method=call.method, path=API + _path(call))

    def _lost(self, call: Call, response: httpx.Response | None, failure: Exception | None) -> LostAnswer:
        """Return the error of a POST that may have been carried out."""
        known = self._error(call, response, failure)
        return LostAnswer(
            known.message,
            method=call.method,
            path=known.path,
            status=known.status,
            error_code=known.error_code,
            request_id=known.request_id,
        )

    def _no_answer(self, failure: Exception | None) -> str:
        """Return a sentence for a connection that failed, without anything of the request in it."""
        if isinstance(failure, answers.Unreadable):
            return str(failure)
        if isinstance(failure, httpx.TimeoutException):
            return f"{self.base_url} took too long"
        if isinstance(failure, httpx.ConnectError):
            return f"{self.base_url} cannot be reached ({failure})"
        return f"the connection to {self.base_url} broke off"


def _path(call: Call) -> str:
    """Return the path below the API's root, each segment encoded once."""
    for segment in call.path:
        if isinstance(segment, IdOf):
            message = f"{call.template}: the id of {segment.address} is not known yet"
            raise TypeError(message)
    return "".join("/" + quote(str(segment), safe="") for segment in call.path)


def _revealed(value: Any) -> str:
    """Return a secret's value, at the last moment before it is sent."""
    if isinstance(value, Secret):
        return value.reveal()
    message = f"a {type(value).__name__} cannot be sent"
    raise TypeError(message)


def _is_gone(call: Call, status: int) -> bool:
    """Return whether a repeated DELETE finds that it has already been carried out."""
    return call.method == "DELETE" and status == 404  # noqa: PLR2004 - not found


def _may_have_happened(response: httpx.Response | None, failure: Exception | None) -> bool:
    """Return whether the server may have carried out a request that failed like this."""
    if response is not None:
        return response.status_code in retries.TRANSIENT
    return not isinstance(failure, UNSENT)


def _whole(response: httpx.Response, header: str) -> int | None:
    """Return a header's whole number, or None."""
    text = response.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else None
