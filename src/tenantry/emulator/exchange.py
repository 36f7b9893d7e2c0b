"""One request and its answer as values, so that every rule of the emulator's gateway is a plain function.

Bodies are small here: the request is read whole before anything happens and the answer is sent only when it is
complete. That is what lets a write be on disk before its answer leaves, and a fault be chosen after the fact.

Source: ASGI specification 3.0, HTTP connection scope; the body limit is assumed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASCII = "".join(map(chr, range(128)))
MAX_BODY_BYTES = 8 * 1024 * 1024
MANAGEMENT_PATH = "/api/v2"
CONTROL_PATH = "/_emulator"


class BodyTooLarge(Exception):
    """The request's body is larger than the emulator reads."""


class ClientGone(Exception):
    """The client went away before its request was complete; what was cut off is not carried out."""


class ConnectionDropped(ConnectionResetError):
    """The connection ended without a whole answer, because a fault rule asked for it.

    Only an embedded emulator raises it: through `httpx.ASGITransport` it reaches the caller as it is. It is a
    `ConnectionError` and an `OSError`; a client that retries lost answers treats it like `httpx.ReadError`.
    """


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has been read to its end."""

    scope: Scope
    body: bytes = b""

    @property
    def method(self) -> str:
        """Return the method in capitals."""
        return cast("str", self.scope["method"]).upper()

    @property
    def path(self) -> str:
        """Return the decoded path without its query."""
        return cast("str", self.scope["path"])

    @property
    def headers(self) -> Headers:
        """Return the request's headers."""
        return Headers(scope=self.scope)

    @property
    def request(self) -> Request:
        """Return the request as Starlette's, without a body."""
        return Request(self.scope)

    def is_below(self, prefix: str) -> bool:
        """Tell whether the path is the prefix or lies below it."""
        return self.path == prefix or self.path.startswith(prefix + "/")


@dataclass(slots=True)
class Answer:
    """A response that has been made whole, and how much of it the client will get."""

    status: int = 500
    headers: MutableHeaders = field(default_factory=MutableHeaders)
    body: bytes = b""
    deliver_bytes: int | None = None
    """Units: bytes of the body that are sent before the connection is cut; None sends all of them."""
    dropped: bool = False

    @classmethod
    def of(cls, response: Response) -> Answer:
        """Return what a Starlette response would send."""
        return cls(response.status_code, MutableHeaders(raw=list(response.raw_headers)), bytes(response.body))

    def replace_body(self, body: bytes) -> None:
        """Put another body in place, with its length."""
        self.body = body
        self.headers["content-length"] = str(len(body))


Next = Callable[[Call], Awaitable[Answer]]
Step = Callable[[Call, Next], Awaitable[Answer]]


def chain(steps: Sequence[Step], last: Next) -> Next:
    """Return one function that goes through the steps from first to last."""
    for step in reversed(steps):
        last = _bound(step, last)
    return last


def _bound(step: Step, following: Next) -> Next:
    async def go(call: Call) -> Answer:
        return await step(call, following)

    return go


async def read(scope: Scope, receive: Receive) -> Call:
    """Return the request with its whole body.

    Raises: BodyTooLarge beyond `MAX_BODY_BYTES`; ClientGone when the client leaves before its end.
    """
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
        more = message.get("more_body", False)
    return Call(_with_ascii_query(scope), bytes(body))


def _with_ascii_query(scope: Scope) -> Scope:
    """Return the scope with raw bytes of the query percent-encoded: everybody after this reads it as text."""
    query = cast("bytes", scope.get("query_string", b""))
    return scope if query.isascii() else {**scope, "query_string": quote(query, safe=_ASCII).encode()}


async def answer_of(app: ASGIApp, call: Call) -> Answer:
    """Return what an ASGI application answers to a call."""
    unread = [call.body]
    answer = Answer()
    body = bytearray()

    async def receive() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = MutableHeaders(raw=list(message.get("headers", [])))
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app(call.scope, receive, send)
    answer.body = bytes(body)
    return answer


async def deliver(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the answer, or as much of it as it says, and then cut the connection.

    Raises: ConnectionDropped where there is no connection to cut, in an embedded emulator.
    """
    if not answer.dropped:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw})
        whole = answer.deliver_bytes is None or answer.deliver_bytes >= len(answer.body)
        body = answer.body[: answer.deliver_bytes]
        await send({"type": "http.response.body", "body": body, "more_body": not whole})
        if whole:
            return
    cut = scope.get("extensions", {}).get("tenantry.cut")
    if cut is None:
        raise ConnectionDropped("the emulator dropped the connection, as a fault rule asked for")
    cut(reset=answer.dropped)
    while (await receive())["type"] != "http.disconnect":
        pass  # the server takes an application that returns earlier for a broken one
