"""`POST /oauth/revoke`.

Source: RFC 7009; recorded traffic of go-auth0 (200 with an empty body that is called JSON); Auth0 docs, "Revoke refresh
tokens" (the tenant flag `revoke_refresh_token_grant`: siblings and the consent die too).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse, Response

from tenantry.emulator.oauth import client_authentication, logs, parameters, refresh_tokens
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.tenant import Tenant


async def revoke(tenant: Tenant, request: Request) -> Response:
    """Return 200 whether or not there was something to revoke; another application's token survives."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request)
        caller = client_authentication.authenticate(authority, sent)
        family = refresh_tokens.find(authority, parameters.required(sent, "token"))
    except OAuthError as refusal:
        return refusal.response()
    if authority.misbehaves("revoke_tells_too_much"):
        known = "was revoked" if family else "is unknown"
        return PlainTextResponse(f"The token {known}.", 200 if family else 400, NO_STORE)
    own = family is not None and (family["client_id"] == caller.client_id or authority.misbehaves("revoke_for_anybody"))
    if family and own and not authority.misbehaves("revoke_does_nothing"):
        _revoke(authority, family)
        logs.write(authority, logs.REVOKED, client_id=caller.client_id, user_id=family["user_id"])
    return Response(status_code=200, headers=NO_STORE, media_type="application/json")  # and yet no body


def _revoke(authority: Authority, family: dict[str, Any]) -> None:
    refresh_tokens.revoke(authority, family)
    if not authority.flag("revoke_refresh_token_grant"):
        return
    audience = family["authorization"]["audience"]
    for sibling in authority.store.find("refresh_tokens", "owner", family["owner"]):
        if sibling["authorization"]["audience"] == audience:
            refresh_tokens.revoke(authority, sibling)
    for grant in authority.store.find("user_grants", "user_id", family["user_id"]):
        if grant["clientID"] == family["client_id"] and grant["audience"] in {audience, authority.userinfo_audience}:
            authority.store.delete("user_grants", grant["id"])
