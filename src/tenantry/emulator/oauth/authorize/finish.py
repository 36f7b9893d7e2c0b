"""The end of an authorization request: Actions run, the code and the front-channel tokens are made.

Source: RFC 6749 sections 4.1.2 and 4.2.2; OpenID Connect Core sections 3.2.2.5 and 3.3.2.5; Auth0 docs, "Login flow".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import (
    access_tokens,
    codes,
    device,
    id_tokens,
    logs,
    opaque,
    organizations,
    post_login,
    scopes,
    sessions,
    users,
)
from tenantry.emulator.oauth import transactions as logins
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.authorize import respond
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from starlette.responses import Response

    from tenantry.emulator.oauth.authorize.request import AuthorizationRequest

Document = dict[str, Any]


def conclude(request: AuthorizationRequest, transaction: Document, session: Document) -> Response:
    """Return the answer to a request that the user has nothing left to do for; the transaction is over."""
    authority = request.authority
    logins.end(authority, transaction)
    about = {"client_id": request.get("client_id"), "user_id": session["user_id"], "connection": session["connection"]}
    try:
        wanted = _authorization(request, session)
        authorization = post_login.run(authority, wanted, protocol="oidc-basic-profile", query=request.parameters)
        values = _values(request, authorization)
    except OAuthError as refusal:
        logs.write(authority, logs.LOGIN_REFUSED, refusal.description, **about)
        return _refused(request, transaction, refusal)
    sessions.touch(authority, session, authorization.client_id)
    logs.write(authority, logs.LOGIN if transaction["authenticated"] else logs.SILENT, **about)
    if transaction["purpose"] == "device":
        return device.approve(authority, transaction, authorization)
    return respond.answer(request, values)


def _authorization(request: AuthorizationRequest, session: Document) -> Authorization:
    """Return what the user gives the application.

    Raises: OAuthError when the user may not log in there.
    """
    authority = request.authority
    user = authority.user(session["user_id"]) or {}
    organization = request.organization
    users.refuse_blocked(authority, user)
    if organization and not organizations.admit(authority, organization["id"], user["user_id"], session["connection"]):
        text = f"user {user['user_id']} is not part of the {organization['id']} organization"
        raise OAuthError(403, "access_denied", text)
    return Authorization(
        client_id=request.client["client_id"],
        user_id=user["user_id"],
        audience=request.audience,
        scope=request.granted_by(user),
        nonce=request.get("nonce"),
        sid=session["id"],
        auth_time=session["authenticated_at"],
        tells_auth_time=request.max_age is not None or "login" in request.prompt,
        organization=organization["id"] if organization else None,
        connection=session["connection"],
        legacy=request.is_legacy,
        device=request.get("device"),
    )


def _values(request: AuthorizationRequest, authorization: Authorization) -> dict[str, str]:
    """Return what the response types ask for."""
    authority, wanted = request.authority, request.response_types
    values: dict[str, str] = {}
    if "code" in wanted:
        values["code"] = codes.issue(authority, authorization, request.parameters)
    if "token" in wanted:
        values |= _front_channel_token(request, authorization)
    if "id_token" in wanted:
        beside = {"access_token": values.get("access_token"), "code": values.get("code")}
        subject = "auth0|somebody-else" if authority.misbehaves("wrong_front_channel_subject") else authorization.user_id
        values["id_token"] = id_tokens.issue(authority, authorization.but(user_id=subject), **beside)
    return values


def _front_channel_token(request: AuthorizationRequest, authorization: Authorization) -> dict[str, str]:
    """Return the access token for the browser; there is never a refresh token beside it."""
    scope = tuple(one for one in authorization.scope if one != scopes.OFFLINE)
    token = access_tokens.issue(request.authority, authorization.but(scope=scope), web=True)
    told = {"access_token": token.value, "token_type": "Bearer", "expires_in": str(token.expires_in)}
    if request.authority.misbehaves("refresh_token_in_front_channel"):
        told["refresh_token"] = opaque.value(48)
    return {**told, **({"scope": " ".join(scope)} if scope and scope != request.scope else {})}


def _refused(request: AuthorizationRequest, transaction: Document, refusal: OAuthError) -> Response:
    if transaction["purpose"] == "device":
        return device.deny(request.authority, transaction, refusal.description)
    return respond.refuse(request, refusal.error, refusal.description)
