"""Entries in the tenant's log for calls of the Management API that write.

Bodies are left out of the entries, so that no secret gets into the log.
Source: Auth0 docs, "Log Event Type Codes" (`sapi`, `fapi`; only POST, PATCH, PUT and DELETE are logged); descriptions of
successes assumed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.scopes import described
from tenantry.emulator.oauth import logs
from tenantry.emulator.oauth.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from tenantry.emulator.management.answers import Answer
    from tenantry.emulator.tenant import Tenant

SUCCESS, FAILURE = "sapi", "fapi"
_READS = ("GET", "HEAD")


def note(tenant: Tenant, request: Request, answer: Answer) -> None:
    """Log the call if it was authenticated and is one that writes."""
    claims, operation = getattr(request.state, "claims", None), getattr(request.state, "operation", "")
    if claims is None or request.method in _READS:
        return
    failed = answer.status >= HTTPStatus.BAD_REQUEST
    client = tenant.store.get("clients", str(claims.get("azp"))) or {}
    logs.write(
        Authority(tenant, request),
        FAILURE if failed else SUCCESS,
        answer.body["message"] if failed else _description(operation, request.state.scopes),
        client_id=claims.get("azp"),
        client_name=client.get("name"),
        details=_details(request, answer),
    )


def _description(operation: str, scopes: Sequence[str]) -> str:
    """Return what a call did, by the scope that is named after its path, else the first."""
    kind = operation.split("/")[1].replace("-", "_")
    scope = next((each for each in scopes if each.partition(":")[2] == kind), next(iter(scopes), operation))
    return described(scope)


def _details(request: Request, answer: Answer) -> dict[str, Any]:
    asked = {"method": request.method.lower(), "path": request.url.path, "query": dict(request.query_params), "channel": "api"}
    return {"request": asked, "response": {"statusCode": answer.status}}
