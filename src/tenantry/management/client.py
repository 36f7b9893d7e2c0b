"""The Management API over HTTP: one place where requests are sent, retried and understood.

Source: Auth0 docs and recordings (paths below ``/api/v2``, ids URL-encoded once, JSON both ways, status codes).
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from tenantry.management import answers, retries
from tenantry.management.answers import Answer
from tenantry.management.budgets import Route
from tenantry.management.credentials import Credentials
from tenantry.management.lanes import TooLarge
from tenantry.management.paging import Listing, Query, read_list
from tenantry.management.pauses import Pauses
from tenantry.management.tokens import Token, Tokens
from tenantry.management.wire import AT_ONCE, UNSENT, Counts, Reply, Wire
from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, IncompleteRead, LostAnswer
from tenantry.model.hiding import without
from tenantry.model.kind import Json, Pages
from tenantry.model.secret import Secret, secrets_in, sources
from tenantry.model.state import Caller
from tenantry.model.trust import distrusted, silence

API = "/api/v2"


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
        audience: str | None = None,
        rate: float = 0.8,
        at_once: int = AT_ONCE,
        patience: retries.Patience = retries.PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.sleep = sleep
        self._pause = Pauses(sleep)
        self._patience, self._clock, self._luck = patience, clock, luck
        self._wire = Wire(
            base_url=self.base_url, transport=transport, rate=rate, at_once=at_once, sleep=self._pause, clock=clock, luck=luck
        )
        self._tokens = Tokens(credentials, self.base_url, audience or f"{self.base_url}{API}/", self._post_form, clock)

    @property
    def counts(self) -> Counts:
        """Return what was asked of the Management API so far."""
        return self._wire.counts

    @property
    def limit(self) -> int | None:
        """Return how many requests the tenant takes at once, None until an answer said so."""
        return self._wire.limit

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    def heed(self, stop: asyncio.Event) -> None:
        """Let this event end every wait for room or for another attempt; requests on their way are not disturbed."""
        self._pause.heed(stop)

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

        Raises: ApiError; RateLimited; NotAllowed; LostAnswer for a POST of which nobody knows whether it was carried out;
        Interrupted instead of a wait, once the run was asked to stop.
        """
        attempt, is_in_doubt = 1, False
        while True:
            reply, token = await self._asked(call)
            if is_in_doubt and call.method == "DELETE" and _status(reply) == answers.NOT_FOUND:
                reply = Answer(answers.NO_CONTENT)
            if isinstance(reply, Answer):
                self._note(call, has_landed=True)
                return reply
            is_in_doubt = is_in_doubt or _may_have_happened(reply)
            is_lost = is_in_doubt and call.method == "POST"
            wait_s = None if is_lost else self._wait_s(reply, attempt)
            if wait_s is None:
                self._note(call, has_landed=is_in_doubt)
                error = self._error(call.method, API + _path(call), reply, call.body, token)
                raise _lost(error) if is_lost else error
            attempt += 1
            await self._pause(wait_s)

    async def _asked(self, call: Call) -> tuple[Answer | Reply, Token]:
        """Return what one attempt brings, and the token that it was made with; a refused one is renewed, once."""
        token = await self._tokens.current()
        reply = await self._attempted(call, token)
        if _status(reply) == answers.UNAUTHORIZED and (renewed := await self._tokens.after_refusal_of(token)):
            return await self._attempted(call, renewed), renewed
        return reply, token

    async def _attempted(self, call: Call, token: Token) -> Answer | Reply:
        """Return what one request brings."""
        return _read(await self._wire.attempt(self._request(call, token), _route(call)))

    def _note(self, call: Call, *, has_landed: bool) -> None:
        """Count a write that was carried out, or may have been."""
        self.counts.landed += has_landed and call.method != "GET"

    def _request(self, call: Call, token: Token) -> httpx.Request:
        """Return the request; here alone secrets are revealed."""
        headers = {"authorization": f"Bearer {token.value}"}
        content = None
        if call.body is not None:
            headers["content-type"] = "application/json"
            content = _JSON.encode(call.body).encode()
        query = httpx.QueryParams(list(call.query)) if call.query else None
        url = f"{self.base_url}{API}{_path(call)}"
        return self._wire.request(call.method, url, params=query, headers=headers, content=content)

    async def _post_form(self, path: str, form: dict[str, str]) -> httpx.Response:
        """Return the response to a form; asking again for a token does no harm, so every failure may be tried again."""
        attempt = 1
        while True:
            reply = await self._wire.attempt_unpaced(self._wire.request("POST", self.base_url + path, data=form))
            wait_s = self._wait_s(reply, attempt)
            if wait_s is None:
                if isinstance(reply, httpx.Response):
                    return reply
                raise self._error("POST", path, reply)
            attempt += 1
            await self._pause(wait_s)

    def _wait_s(self, reply: Reply, attempt: int) -> float | None:
        """Return how long to wait before the next attempt, or None when there shall be none."""
        if isinstance(reply, Exception) and distrusted(reply):
            return None
        status = _status(reply)
        asked = retries.hint_s(status, reply.headers, self._clock()) if isinstance(reply, httpx.Response) else None
        return retries.wait_s(status, attempt, asked, self._luck(), self._patience)

    def _error(self, method: str, path: str, reply: Reply, body: Any = None, token: Token | None = None) -> ApiError:
        """Return what finally went wrong; secrets of the request are masked, should the server quote them."""
        told = [each for secret in secrets_in(body) for each in {secret, *sources(secret)}]
        hidden = [*(secret.reveal() for secret in told), *([token.value] if token else [])]
        if isinstance(reply, httpx.Response):
            return answers.error(reply, hidden)
        return ApiError(without(self._no_answer(reply), hidden), method=method, path=path)

    def _no_answer(self, failure: Exception) -> str:
        """Return a sentence for a connection that failed, without anything of the request in it."""
        if isinstance(failure, answers.Unreadable | TooLarge):
            return str(failure)
        if isinstance(failure, httpx.DecodingError):
            return "the answer is not whole: what it is packed in is damaged"
        is_reached = not isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout)
        is_late = isinstance(failure, httpx.TimeoutException | TimeoutError)
        return silence(self.base_url, failure, is_reached=is_reached, is_late=is_late)


def _read(reply: Reply) -> Answer | Reply:
    """Return the answer when a reply is a success; what cannot be read, or is not the tenant's, is a failure."""
    if isinstance(reply, httpx.Response) and answers.is_strangers(reply):
        return answers.Unreadable("somebody on the way to the tenant answered 404 in its place")
    if not isinstance(reply, httpx.Response) or not reply.is_success:
        return reply
    try:
        return answers.read(reply)
    except answers.Unreadable as unreadable:
        return unreadable


def _lost(known: ApiError) -> LostAnswer:
    """Return the error of a POST that may have been carried out."""
    return LostAnswer(known.message, **known.asked)


def _status(reply: Answer | Reply) -> int:
    """Return a reply's status, 0 where there is none."""
    return reply.status_code if isinstance(reply, httpx.Response) else retries.NO_ANSWER


def _may_have_happened(reply: Reply) -> bool:
    """Return whether the server may have carried out a request that failed like this."""
    return _status(reply) in retries.TRANSIENT and not isinstance(reply, UNSENT)


def _route(call: Call) -> Route:
    """Return what a request reads or writes: the server may limit parts of a kind apart from the kind itself."""
    return call.method == "GET", "/".join(str(call.path[place]) for place in (0, 2) if place < len(call.path))


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


_JSON = json.JSONEncoder(default=_revealed, ensure_ascii=False)
