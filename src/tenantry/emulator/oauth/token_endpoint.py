"""`POST /oauth/token`: who calls, which grant, and the grant's own module.

Source: RFC 6749 section 3.2; Auth0 docs, "Get token"; recorded traffic of go-auth0 (client authentication comes first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

from tenantry.emulator.oauth import client_authentication, logs, parameters, refresh_tokens, token_response
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError
from tenantry.emulator.oauth.grants import GRANTS, client_credentials, is_allowed

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.oauth.authorization import Authorization
    from tenantry.emulator.oauth.client_authentication import Caller
    from tenantry.emulator.tenant import Tenant


async def token(tenant: Tenant, request: Request) -> Response:
    """Return tokens, or the refusal."""
    authority = Authority(tenant, request)
    if request.method != "POST" and not authority.misbehaves("answer_token_get"):
        return Response(status_code=405, headers={"Allow": "POST"})
    sent: dict[str, str] = {}
    try:
        sent = await _sent(authority)
        caller = _caller(authority, sent)
        granted = GRANTS[sent["grant_type"]](authority, caller, sent)
        body = token_response.of(authority, granted)
    except OAuthError as refusal:
        _note_refusal(authority, sent, refusal)
        return _refused(authority, refusal)
    _note(authority, sent["grant_type"], granted.authorization)
    headers = {} if authority.misbehaves("cacheable_token_response") else NO_STORE
    return _spoilt(authority, JSONResponse(body, 200, {**headers, **_quota(authority, caller, sent["grant_type"])}))


async def _sent(authority: Authority) -> dict[str, str]:
    """Return the parameters, with a grant that exists in a tenant that guesses it."""
    request = authority.request
    if request.method != "POST":
        return dict(request.query_params)
    sent = await parameters.body(request, repeats=authority.misbehaves("accept_repeated_parameters"))
    if sent.get("grant_type", "authorization_code") not in GRANTS and authority.misbehaves("guess_grant_type"):
        sent["grant_type"] = client_credentials.GRANT_TYPE
    return sent


def _quota(authority: Authority, caller: Caller, grant_type: str) -> dict[str, str]:
    """Return what is left of the application's quota; the emulator counts no tokens, so all of it is.

    Source: public reports of the header; its form is assumed.
    """
    quota = (caller.client.get("token_quota") or {}).get("client_credentials") or {}
    if grant_type != client_credentials.GRANT_TYPE or not quota or authority.misbehaves("omit_quota"):
        return {}
    parts = [f"b={name};q={quota[name]};r={quota[name]};t=3600" for name in ("per_hour", "per_day") if quota.get(name)]
    return {"Auth0-Client-Quota-Limit": ",".join(parts)}


def _spoilt(authority: Authority, response: Response) -> Response:
    """Return the answer, made wrong in the way the tenant is told to be wrong."""
    if authority.misbehaves("token_response_as_text"):
        response.headers["Content-Type"] = "text/plain"
    return response


def _refused(authority: Authority, refusal: OAuthError) -> Response:
    """Return the refusal, made wrong in the ways the tenant is told to be wrong."""
    if authority.misbehaves("refusals_as_html"):
        return HTMLResponse(f"<p>{refusal.error}</p>", refusal.status, NO_STORE)
    response = refusal.response()
    if refusal.status == 401 and authority.misbehaves("choose_otherwise"):  # noqa: PLR2004 - HTTP's own number
        response.headers["WWW-Authenticate"] = "Basic"
    return response


def _caller(authority: Authority, sent: dict[str, str]) -> Caller:
    """Return the application, which may use the grant.

    Raises: OAuthError.
    """
    grant_type = parameters.required(sent, "grant_type")
    if grant_type not in GRANTS:
        raise OAuthError(403, "unsupported_grant_type", f"Unsupported grant type: {grant_type}")
    caller = client_authentication.authenticate(authority, sent)
    own = grant_type == client_credentials.GRANT_TYPE and authority.misbehaves("tokens_for_public_clients")
    if not (is_allowed(caller.client, grant_type) or own or authority.misbehaves("ignore_grant_types")):
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
