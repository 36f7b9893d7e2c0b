"""The Management API as an ASGI application: authenticate, check against the facts, call the handler, answer.

Source: Auth0 docs (order of the checks, 401 bodies), recorded traffic (400, 403, 404 bodies), issues of node-auth0 and of
Auth0's Android sample (tokens that are no JWT); 413, 415 and other schemes than Bearer assumed as in hapi and its plugins.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management.answers import Answer, Refusal, missing, out_of_scope
from tenantry.emulator.management.api_log import note
from tenantry.emulator.management.call import Call
from tenantry.emulator.management.inputs import checked_body, checked_params, checked_query
from tenantry.emulator.management.kinds import HANDLERS
from tenantry.emulator.management.router import Router
from tenantry.emulator.oauth.bearer import Distrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from tenantry.emulator.facts.catalogue import Operation
    from tenantry.emulator.tenant import Tenant

    Verify = Callable[[Tenant, Request], Mapping[str, Any]]

PREFIX = "/api/v2"
PARTS, DOTS = 2, 2  # of an Authorization header; of a JWT


class ManagementApi:
    """Serves everything below /api/v2/ for one tenant."""

    def __init__(self, tenant: Tenant, verify: Verify) -> None:
        self._tenant = tenant
        self._verify = verify
        self._router = Router(catalogue().operations.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except Refusal as refusal:
            answer = refusal.answer()
        note(self._tenant, request, answer)
        await _response(self._tenant, request, answer)(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        found = self._router.find("GET" if request.method == "HEAD" else request.method, _raw_path(request))
        if found is None:
            raise missing()
        operation, params = found
        request.state.operation = operation.name  # the server counts requests by it
        scopes = self._authorized(request, operation)
        check = catalogue().validator
        params = checked_params(check, operation, params, self._tenant, request)
        query = checked_query(check, operation, self._tenant, request)
        body = await checked_body(check, operation, self._tenant, request)
        call = Call(self._tenant, request, operation, params, query, body, scopes)
        with self._tenant.store.transaction():
            return _completed(operation, _handled(operation)(call))

    def _authorized(self, request: Request, operation: Operation) -> frozenset[str]:
        _check_authorization(request.headers.get("authorization", "").split())
        try:
            claims = self._verify(self._tenant, request)
        except Distrusted as distrusted:
            said = str(distrusted)
            raise Refusal(HTTPStatus.UNAUTHORIZED, said, attributes={"error": said}) from distrusted
        request.state.claims, request.state.scopes = claims, operation.scopes  # the log tells who called for what
        scopes = frozenset(str(claims.get("scope", "")).split())
        if operation.scopes and not scopes.intersection(operation.scopes):
            raise out_of_scope(operation.scopes)
        return scopes


def _check_authorization(parts: list[str]) -> None:
    """Accept a scheme and a token that has the form of a JWT.

    Raises: Refusal.
    """
    if not parts or (len(parts) == PARTS and parts[0].lower() != "bearer"):
        raise Refusal(HTTPStatus.UNAUTHORIZED, "Missing authentication")
    if len(parts) != PARTS or parts[1].count(".") != DOTS:
        raise Refusal(HTTPStatus.BAD_REQUEST, "Bad HTTP authentication header format", "Bearer")


def _handled(operation: Operation) -> Callable[[Call], Any]:
    handler = HANDLERS.get(operation.name)
    if handler is None:
        message = f"The emulator does not imitate {operation.name}."
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, message, "not_imitated")
    return handler


def _completed(operation: Operation, made: Any) -> Answer:
    return made if isinstance(made, Answer) else Answer(operation.status, made)


def _raw_path(request: Request) -> str:
    """Return the path below /api/v2, still encoded: an encoded slash belongs to its segment."""
    raw = request.scope.get("raw_path")
    path = raw.decode("latin-1") if isinstance(raw, bytes) else request.url.path
    return path.split("?", 1)[0].partition(PREFIX)[2]


def _response(tenant: Tenant, request: Request, answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    text = json.dumps(answer.body, separators=(",", ":"))
    text = tenant.shown_text(request, text)
    response = Response(text, answer.status, media_type="application/json; charset=utf-8")
    if request.method == "HEAD":
        response.body = b""  # the length stays that of the answer to GET
    return response
