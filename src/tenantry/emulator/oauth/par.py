"""Pushed authorization requests.

Source: RFC 9126; recorded traffic of go-auth0 (201, `expires_in` 30); Auth0 docs (confidential clients only,
at most 10 kB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import client_authentication, expiring, logs, opaque, parameters, request_object
from tenantry.emulator.oauth.answers import Json
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorize import checks
from tenantry.emulator.oauth.authorize.request import AuthorizationRequest
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError, invalid_request, unauthorized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME_S = 30
MAX_BODY_BYTES = 10_000
CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")


async def push(tenant: Tenant, request: Request) -> Response:
    """Return a reference to the pushed request."""
    authority = Authority(tenant, request)
    sent: dict[str, str] = {}
    try:
        sent = await parameters.body(request, most=MAX_BODY_BYTES)
        caller = client_authentication.authenticate(authority, sent)
        if not caller.is_proved:
            raise unauthorized()
        return Json(_keep(authority, _checked(authority, sent, caller.client_id)), 201, NO_STORE)
    except OAuthError as refusal:
        logs.write(authority, logs.PUSH_REFUSED, refusal.description, client_id=client_authentication.claimed(authority, sent))
        return refusal.response()


def resolved(authority: Authority, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the request's parameters, the pushed ones if it refers to them; a reference works once.

    Raises: OAuthError when the reference is unknown, used, too old or another client's.
    """
    own = {name: value for name, value in sent.items() if not name.startswith("_")}
    if "request_uri" not in own:
        return own
    key = opaque.digest(own["request_uri"])
    kept = authority.store.get("pushed_requests", key)
    if kept is None or authority.now >= kept["expires_at"] or kept["parameters"]["client_id"] != own.get("client_id"):
        raise invalid_request("The request_uri is invalid, was used or has expired.")
    if not authority.misbehaves("reuse_pushed_request"):
        authority.store.delete("pushed_requests", key)
    return {**kept["parameters"], checks.PUSHED: "yes"}


def _checked(authority: Authority, sent: Mapping[str, str], client_id: str) -> dict[str, str]:
    wanted = {name: value for name, value in sent.items() if name not in CREDENTIALS and not name.startswith("_")}
    if "request_uri" in wanted:
        raise invalid_request("request_uri cannot be pushed.")
    wanted = request_object.resolved(authority, {**wanted, "client_id": client_id})
    request = AuthorizationRequest(authority, {**wanted, checks.PUSHED: "yes"})
    refusal = checks.first_refusal((*checks.SHOWN_TO_THE_USER, *checks.TOLD_TO_THE_APPLICATION), request)
    if refusal:
        raise OAuthError(400, refusal.error, refusal.description)
    return wanted


def _keep(authority: Authority, wanted: dict[str, str]) -> dict[str, object]:
    client = authority.client(wanted["client_id"]) or {}
    lifetime = int(client.get("par_request_expiry") or LIFETIME_S)
    uri = PREFIX + opaque.value(24)
    expiring.keep(authority, "pushed_requests", opaque.digest(uri), {"parameters": wanted}, lifetime)
    return {"request_uri": uri, "expires_in": lifetime}
