"""The ASGI application of one emulated tenant: its rooms' routes behind the rules that hold for every request.

A request goes through the steps of `create_app` from first to last. Then it is carried out in one transaction of the
store, which is committed before a byte of the answer leaves.

Source: Auth0 docs (form of error bodies, x-auth0-requestid); ASGI specification 3.0.
Bodies of unknown paths are assumed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tenantry.emulator import control, login, management, oauth, page
from tenantry.emulator.exchange import (
    CONTROL_PATH,
    MANAGEMENT_PATH,
    MAX_BODY_BYTES,
    Answer,
    BodyTooLarge,
    Call,
    ClientGone,
    answer_of,
    chain,
    deliver,
    read,
)
from tenantry.emulator.faults import Faults
from tenantry.emulator.hosts import Hosts
from tenantry.emulator.lag import Lag
from tenantry.emulator.limits import Traffic

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tenantry.emulator.exchange import Next
    from tenantry.emulator.limits import RateLimit
    from tenantry.emulator.tenant import Tenant

LOG = logging.getLogger("tenantry.emulator")
NOT_FOUND, NOT_ALLOWED = 404, 405


def create_app(
    tenant: Tenant, *, rate_limit: RateLimit | None = None, latency_ms: int = 0, remote_secret: str | None = None
) -> Gateway:
    """Return the tenant's ASGI application."""
    rooms = [*management.routes(tenant), *oauth.routes(tenant), *login.routes(tenant)]
    controls = control.Controls(tenant, Faults(tenant.clock), Traffic(tenant.clock, rate_limit))
    routes = [*rooms, *control.routes(controls), *page.routes(tenant)]
    inner = Starlette(routes=routes, exception_handlers={HTTPException: _http_error})
    inner.router.redirect_slashes = False
    hosts = Hosts(tenant, remote_secret=remote_secret)
    steps = [
        _with_request_id,
        hosts.known_host,
        hosts.cross_origin,
        controls.traffic.pass_through,
        _Latency(latency_ms).pass_through,
        controls.faults.pass_through,
    ]
    return Gateway(chain(steps, _Desk(Lag(tenant), inner).carry_out), controls)


@dataclass(slots=True)
class Gateway:
    """An ASGI application that reads a request whole, has it answered, and sends the answer whole."""

    answer: Next
    controls: control.Controls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request; nothing else is spoken here."""
        if scope["type"] != "http":
            raise RuntimeError(f"the emulator speaks HTTP, not {scope['type']}")
        try:
            answer = await self.answer(await read(scope, receive))
        except ClientGone:
            return
        except BodyTooLarge:
            message = f"The body is larger than {MAX_BODY_BYTES} bytes."
            answer = _error(413, "Payload Too Large", message)
            answer.headers["connection"] = "close"
        answer.headers.setdefault("date", formatdate(self.controls.tenant.clock.now(), usegmt=True))
        await deliver(answer, scope, receive, send)


@dataclass(slots=True)
class _Desk:
    """Where requests are carried out one after the other, each in one transaction."""

    lag: Lag
    inner: ASGIApp
    _loop: asyncio.AbstractEventLoop | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def carry_out(self, call: Call) -> Answer:
        async with self._lock():
            try:
                with self.lag.transaction(call):
                    return await answer_of(self.inner, call)
            except Exception as error:  # whatever is wrong with one request, the next one is served
                place = bool(os.environ.get("TENANTRY_TRACEBACK"))
                LOG.error("%s %s failed: %s", call.method, call.path, type(error).__name__, exc_info=place)  # noqa: TRY400
                return _error(500, "Internal Server Error", "An internal server error occurred")

    def _lock(self) -> asyncio.Lock:
        """Return the running loop's lock: an embedded emulator may be used from several loops in turn."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._turn = loop, asyncio.Lock()
        return self._turn


@dataclass(frozen=True, slots=True)
class _Latency:
    milliseconds: int

    async def pass_through(self, call: Call, following: Next) -> Answer:
        if self.milliseconds and not call.is_below(CONTROL_PATH):
            await asyncio.sleep(self.milliseconds / 1000)
        return await following(call)


async def _with_request_id(call: Call, following: Next) -> Answer:
    answer = await following(call)
    answer.headers["x-auth0-requestid"] = secrets.token_hex(10)
    return answer


def _http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown path, or a method that no endpoint takes there; the Management API calls both 404."""
    status = error.status_code if isinstance(error, HTTPException) else NOT_FOUND
    if request.url.path.startswith(MANAGEMENT_PATH + "/"):
        status = NOT_FOUND if status == NOT_ALLOWED else status
        return JSONResponse({"statusCode": status, "error": "Not Found", "message": "Not Found"}, status)
    headers = error.headers if isinstance(error, HTTPException) else None
    return PlainTextResponse("Not found." if status == NOT_FOUND else str(status), status, headers)


def _error(status: int, reason: str, message: str) -> Answer:
    return Answer.of(JSONResponse({"statusCode": status, "error": reason, "message": message}, status))
