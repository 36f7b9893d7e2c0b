"""Tickets: links that verify an email address, set a password or enroll a factor.

A ticket is `{id, kind, user_id, expires_at, result_url, ...}` in the collection `tickets`. As with a real tenant, making
one sends nothing; jobs do.
Source: Auth0's published OpenAPI description; Auth0 docs, "Create email verification ticket" and "Create a password
change ticket" (life of five days, parameters added to `result_url`); paths of the links assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from tenantry.emulator.management.answers import invalid, missing
from tenantry.emulator.management.kinds.users import USERS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.tenant import Tenant

_VERIFIED = "Your email was verified. You can continue using the application."
_USED = "This URL can be used only once, or it has expired."
FIVE_DAYS_S = 5 * 24 * 3600
_PAGES = {"email-verification": "u/email-verification", "password-change": "u/reset-verify", "enrollment": "guardian/enroll"}


def user_named(call: Call, user_id: str) -> Document:
    """Return the user that a body names.

    Raises: Refusal.
    """
    user = call.store.get("users", user_id)
    if user is None:
        raise missing(*USERS.absent)
    return user


def issue(call: Call, kind: str, user: Document, **about: object) -> tuple[str, str]:
    """Keep a ticket and return its id and its link."""
    ticket = call.tenant.ids.secret(f"ticket:{kind}:{user['user_id']}", 32)
    ttl = call.body.get("ttl_sec") or FIVE_DAYS_S
    row = {"id": ticket, "kind": kind, "user_id": user["user_id"], "expires_at": call.clock.now() + ttl, **about}
    call.store.put("tickets", ticket, {name: value for name, value in row.items() if value is not None})
    return ticket, f"{call.tenant.issuer(call.request)}{_PAGES[kind]}?ticket={quote(ticket)}#"


def verification_link(call: Call, user: Document) -> str:
    """Return a fresh link that verifies the user's email address.

    Raises: Refusal.
    """
    if not user.get("email"):
        raise invalid("The user does not have an email address.")
    names = ("result_url", "client_id", "organization_id", "includeEmailInRedirect")
    return issue(call, "email-verification", user, **{name: call.body.get(name) for name in names})[1]


def _verification(call: Call) -> Document:
    return {"ticket": verification_link(call, user_named(call, call.body["user_id"]))}


def _password_change(call: Call) -> Document:
    user = _whose_password(call)
    names = ("result_url", "client_id", "organization_id", "mark_email_as_verified", "includeEmailInRedirect")
    return {"ticket": issue(call, "password-change", user, **{name: call.body.get(name) for name in names})[1]}


def _whose_password(call: Call) -> Document:
    if "user_id" in call.body:
        return user_named(call, call.body["user_id"])
    if "email" not in call.body or "connection_id" not in call.body:
        raise invalid("Either user_id, or email and connection_id, must be provided.")
    connection = call.store.get("connections", call.body["connection_id"])
    if connection is None:
        raise missing("The connection does not exist.", "inexistent_connection")
    for user in call.store.find("users", "email", call.body["email"].lower()):
        if user["identities"][0]["connection"] == connection["name"]:
            return user
    raise missing(*USERS.absent)


def route(tenant: Tenant) -> Route:
    """Return the route of verification links, which verify once and lead to the ticket's `result_url`."""

    async def verify(request: Request) -> Response:
        ticket = tenant.store.get("tickets", request.query_params.get("ticket", ""))
        good = ticket is not None and ticket["kind"] == "email-verification" and ticket["expires_at"] > tenant.clock.now()
        user = tenant.store.get("users", ticket["user_id"]) if ticket and good else None
        if ticket is None or user is None:
            return PlainTextResponse(_USED, 400)
        with tenant.store.transaction():
            tenant.store.put("users", user["user_id"], {**user, "email_verified": True})
            tenant.store.delete("tickets", ticket["id"])
        return _verified(ticket, user)

    return Route(f"/{_PAGES['email-verification']}", verify, methods=["GET"])


def _verified(ticket: Document, user: Document) -> Response:
    target = ticket.get("result_url")
    if not target:
        return PlainTextResponse(_VERIFIED)
    about = {"email": user["email"]} if ticket.get("includeEmailInRedirect", True) else {}
    query = urlencode({**about, "success": "true", "code": "success", "message": _VERIFIED})
    return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{query}", 302)


HANDLERS: dict[str, Handler] = {
    "POST /tickets/email-verification": _verification,
    "POST /tickets/password-change": _password_change,
}
