"""`/userinfo`.

Source: OpenID Connect Core section 5.3; RFC 6750 sections 2 and 3; Auth0 docs, "Get user info" and "Custom claims migration"
(what Actions put into the ID token is told here too); issue 241 of react-native-auth0 (the challenge). The body of the 401 is
assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import access_tokens, bearer, id_tokens, jose, opaque, parameters, refresh_tokens
from tenantry.emulator.oauth.answers import Json
from tenantry.emulator.oauth.authority import Authority, is_strict
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

INVALID = "invalid_token"


async def userinfo(tenant: Tenant, request: Request) -> Response:
    """Return the claims about the user of the token."""
    authority = Authority(tenant, request)
    if authority.misbehaves("userinfo_needs_no_token") and bearer.token(request) is None:
        return Json({"sub": "auth0|anybody"}, headers=NO_STORE)
    try:
        sent = await parameters.body(request) if request.method == "POST" else {}
        authorization = _authorization(authority, bearer.token(request) or sent.get("access_token"))
    except OAuthError as refusal:
        return _refused(refusal)
    return Json(id_tokens.userinfo(authority, authorization), headers=NO_STORE)


def _refused(refusal: OAuthError) -> Response:
    """Return the refusal with the challenge that goes with a 401; who sent no token is not told what is wrong with it."""
    response = refusal.response()
    if refusal.status == 401:  # noqa: PLR2004 - HTTP's own number
        told = f', error="{refusal.error}", error_description="{refusal.description}"' if refusal.error == INVALID else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="Users"{told}'
    return response


def _authorization(authority: Authority, token: str | None) -> Authorization:
    """Return what the token stands for.

    Raises: OAuthError when it is not for /userinfo.
    """
    if token is None:
        raise OAuthError(401, "unauthorized", "Unauthorized")
    found = _of_opaque(authority, token) or _of_jwt(authority, token) or _of_refresh_token(authority, token)
    if found and authority.misbehaves("userinfo_for_every_purpose"):
        return found.but(user_id=found.user_id, scope=("openid",))
    client = authority.client(found.client_id) if found else None
    if found is None or client is None or not authority.user(found.user_id) or not _may_ask(client, found):
        raise OAuthError(401, INVALID, "The access token is not valid here.")
    if authority.misbehaves("userinfo_refuses_everybody") or authority.store.get("replayed", str(found.user_id)):
        raise OAuthError(401, INVALID, "The access token is not valid here.")
    return found


def _of_refresh_token(authority: Authority, token: str) -> Authorization | None:
    """Return what a refresh token stands for, in a tenant that takes it for an access token."""
    family = refresh_tokens.find(authority, token) if authority.misbehaves("refresh_token_opens_userinfo") else None
    return Authorization.of(family["authorization"]) if family else None


def _may_ask(client: dict[str, Any], found: Authorization) -> bool:
    return ("openid" in found.scope or found.legacy) and not is_strict(client)


def _of_opaque(authority: Authority, token: str) -> Authorization | None:
    kept = authority.store.get("opaque_tokens", opaque.digest(token))
    if kept is None or authority.now >= kept["expires_at"]:
        return None
    return Authorization.of(kept["authorization"])


def _of_jwt(authority: Authority, token: str) -> Authorization | None:
    trusting = authority.misbehaves("userinfo_accepts_any_token")
    try:
        claims = jose.unverified_claims(token) if trusting else bearer.verified(authority, token)
    except bearer.Distrusted:
        return None
    any_purpose = trusting or authority.misbehaves("userinfo_for_every_purpose")
    if not claims or (not any_purpose and authority.userinfo_audience not in bearer.audiences(claims)):
        return None
    client_id = str(claims.get("azp") or claims.get("client_id") or claims.get("aud"))
    scope = tuple(str(claims.get("scope") or ("openid" if trusting else "")).split())
    id_claims = access_tokens.remembered_claims(authority, token)
    return Authorization(client_id=client_id, user_id=str(claims.get("sub")), scope=scope, id_claims=id_claims)
