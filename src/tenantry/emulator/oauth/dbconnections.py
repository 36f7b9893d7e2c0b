"""Signing up to a database connection and asking for a new password, without a page.

Source: Auth0 docs, "Signup" and "Change password"; recorded traffic of go-auth0; its tests (the refusal of a weak password).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from tenantry.emulator.oauth import connections, logs, opaque, parameters, users
from tenantry.emulator.oauth.answers import Json
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.errors import OAuthError, invalid_request

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.password_policy import Refused
    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]
PROFILE = ("given_name", "family_name", "name", "nickname", "picture")
SHOWN = ("email_verified", "email", "username", *PROFILE, "user_metadata")
"""What the endpoint tells of a new user; it says `_id` for the part of the id that is the connection's own."""
SENT = "We've just sent you an email to reset your password."


async def signup(tenant: Tenant, request: Request) -> Response:
    """Return the new user in the short form of this endpoint."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request)
        connection = _open_to_signup(_connection(authority, sent))
        email, password = parameters.required(sent, "email"), parameters.required(sent, "password")
    except OAuthError as refusal:
        return refusal.response()
    mistakes = users.mistakes_of_sign_up(authority, connection, email, password, sent.get("username"))
    about = {"client_id": sent.get("client_id"), "connection": connection["name"]}
    if mistakes:
        logs.write(authority, logs.SIGN_UP_REFUSED, next(iter(mistakes.values())), **about, user_name=email)
        return Json(_mistake(mistakes, users.refused_password(connection, email, password, sent.get("username"))), 400)
    told = {name: sent[name] for name in PROFILE if name in sent} | _metadata(sent.get("user_metadata"))
    user = users.sign_up(authority, connection, email, password, username=sent.get("username"), told=told)
    logs.write(authority, logs.SIGNED_UP, **about, user_id=user["user_id"])
    derived = set(PROFILE) - set(told)
    shown = {name: user[name] for name in SHOWN if name not in derived and user.get(name) is not None}
    return Json({"_id": user["user_id"].partition("|")[2], **shown})


async def change_password(tenant: Tenant, request: Request) -> Response:
    """Return the same sentence whether or not there is such a user; the mail goes to the emulator's outbox."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request)
        connection = _connection(authority, sent)
        email = parameters.required(sent, "email")
    except OAuthError as refusal:
        return refusal.response()
    user = users.find(authority, connection, email)
    if user:
        mail = {"to": user["email"], "template": "reset_email", "user_id": user["user_id"], "date": tenant.clock.milliseconds()}
        authority.store.put("outbox", opaque.value(12), mail)
        about = {"client_id": sent.get("client_id"), "user_id": user["user_id"], "connection": connection["name"]}
        logs.write(authority, logs.PASSWORD_CHANGE_ASKED, SENT, **about)
    return HTMLResponse(SENT)


def _connection(authority: Authority, sent: Document) -> Document:
    connection = connections.named(authority, parameters.required(sent, "connection"))
    client_id = sent.get("client_id")
    if connection is None or (client_id and not connections.is_enabled(authority, connection, client_id)):
        raise invalid_request("The connection does not exist or is not enabled for the client.")
    return connection


def _open_to_signup(connection: Document) -> Document:
    if (connection.get("options") or {}).get("disable_signup"):
        raise OAuthError(400, "invalid_signup", "Public signup is disabled")
    return connection


def _mistake(mistakes: dict[str, str], refused: Refused | None) -> Document:
    if refused:
        error = {"name": refused.name, "message": refused.message, "code": "invalid_password", "statusCode": 400}
        if not refused.rules:
            return {**error, "description": refused.message}
        return {**error, "description": {"rules": [*refused.rules], "verified": False}, "policy": refused.policy()}
    text = next(iter(mistakes.values()))
    description = "Invalid sign up" if "page" in mistakes else text
    return {"name": "BadRequestError", "code": "invalid_signup", "description": description, "statusCode": 400}


def _metadata(sent: str | None) -> Document:
    """Return the member `user_metadata` if an object was sent as such."""
    try:
        read = json.loads(sent) if sent else None
    except (ValueError, RecursionError):
        return {}
    return {"user_metadata": read} if read and isinstance(read, dict) else {}
