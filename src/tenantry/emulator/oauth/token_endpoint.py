"""`POST /oauth/token`: who calls, which grant, and the grant's own module.

Source: RFC 6749 section 3.2; Auth0 docs, "Get token"; recorded traffic of go-auth0 (client authentication comes first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from tenantry.emulator.oauth import client_authentication, logs, parameters, refresh_tokens, token_response
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError
from tenantry.emulator.oauth.grants import GRANTS, is_allowed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.oauth.authorization import Authorization
    from tenantry.emulator.oauth.client_authentication import Caller
    from tenantry.emulator.tenant import Tenant


async def token(tenant: Tenant, request: Request) -> Response:
    """Return tokens, or the refusal."""
    authority = Authority(tenant, request)
    sent: dict[str, str] = {}
    try:
        sent = await parameters.body(request)
        caller = _caller(authority, sent)
        granted = GRANTS[sent["grant_type"]](authority, caller, sent)
        body = token_response.of(authority, granted)
    except OAuthError as refusal:
        _note_refusal(authority, sent, refusal)
        return refusal.response()
    _note(authority, sent["grant_type"], granted.authorization)
    headers = {} if authority.misbehaves("cacheable_token_response") else NO_STORE
    return JSONResponse(body, 200, headers)


def _caller(authority: Authority, sent: dict[str, str]) -> Caller:
    """Return the application, which may use the grant.

    Raises: OAuthError.
    """
    grant_type = parameters.required(sent, "grant_type")
    if grant_type not in GRANTS:
        raise OAuthError(403, "unsupported_grant_type", f"Unsupported grant type: {grant_type}")
    caller = client_authentication.authenticate(authority, sent)
    if not is_allowed(caller.client, grant_type) and not authority.misbehaves("ignore_grant_types"):
        raise OAuthError(403, "unauthorized_client", f"Grant type '{grant_type}' not allowed for the client.")
    return caller


def _note(authority: Authority, grant_type: str, authorization: Authorization) -> None:
    logs.write(
        authority,
        logs.EXCHANGES[grant_type][0],
        client_id=authorization.client_id,
        user_id=authorization.user_id,
        connection=authorization.connection,
        audience=authorization.audience,
        scope=" ".join(authorization.scope) or None,
    )


def _note_refusal(authority: Authority, sent: dict[str, str], refusal: OAuthError) -> None:
    events = logs.EXCHANGES.get(sent.get("grant_type", ""))
    if events:
        event = logs.REUSED_REFRESH_TOKEN if isinstance(refusal, refresh_tokens.Reused) else events[1]
        client_id = client_authentication.claimed(authority, sent)
        logs.write(authority, event, refusal.description, client_id=client_id, audience=sent.get("audience"))
