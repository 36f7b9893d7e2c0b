"""Signing up on a page.

Source: Auth0's published page code (field names); Auth0 docs, "Database connections" (`disable_signup`, `requires_username`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.login.identifier import connections_problem, logged_in, signup_connection
from tenantry.emulator.login.screen import Screen, Visit
from tenantry.emulator.oauth import logs, users

if TYPE_CHECKING:
    from starlette.responses import Response

NO_ERRORS = {"page": "", "email": "", "username": "", "password": ""}
CLOSED = "Nobody can sign up here."


def _page(visit: Visit, *, status: int = 200, **errors: str) -> Response:
    connection = signup_connection(visit)
    options = (connection or {}).get("options") or {}
    return visit.page(
        "signup.html",
        "/u/signup",
        status=status,
        email=visit.sent.get("email") or visit.asked.get("login_hint") or "",
        username=visit.sent.get("username", ""),
        with_username=bool(options.get("requires_username")),
        errors={**NO_ERRORS, "page": "" if connection else connections_problem(visit) or CLOSED, **errors},
        login_url=visit.url("/u/login"),
    )


def _take(visit: Visit) -> Response:
    connection = signup_connection(visit)
    if connection is None:
        return _page(visit, status=400)
    email, password = visit.sent.get("email", ""), visit.sent.get("password", "")
    username = visit.sent.get("username")
    mistakes = users.mistakes_of_sign_up(visit.authority, connection, email, password, username)
    about = {"client_id": visit.client["client_id"], "connection": connection["name"]}
    if mistakes:
        logs.write(visit.authority, logs.SIGN_UP_REFUSED, next(iter(mistakes.values())), **about, user_name=email)
        return _page(visit, status=400, **mistakes)
    user = users.sign_up(visit.authority, connection, email, password, username=username)
    logs.write(visit.authority, logs.SIGNED_UP, **about, user_id=user["user_id"])
    return logged_in(visit, user, connection)


SIGNUP = Screen(show=_page, take=_take)
