"""Logging in: on one page, or first the identifier and then the password.

Source: public scripts that walk the pages of real tenants; Auth0's published page code (field names, element ids). Attack
protection (captcha, brute force, breached passwords) and multi-factor authentication are not imitated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenantry.emulator.login import pages
from tenantry.emulator.login.screen import Screen, Visit
from tenantry.emulator.oauth import connections, cookies, sessions, transactions, users

if TYPE_CHECKING:
    from starlette.responses import Response

Document = dict[str, Any]
WRONG = "Wrong email or password"
NO_ERRORS = {"page": "", "username": "", "password": ""}


def usable(visit: Visit) -> list[Document]:
    """Return the databases that may be tried, only the one asked for if any was."""
    asked = visit.asked
    found = connections.databases(visit.authority, asked.client["client_id"], asked.organization)
    wanted = asked.get("connection")
    return [one for one in found if wanted in {None, one["name"]}]


def logged_in(visit: Visit, user: Document, connection: Document) -> Response:
    """Return the redirect that goes on with the request, after a session has begun for the user."""
    authority = visit.authority
    session, cookie = sessions.begin(authority, user["user_id"], connection["name"])
    users.note_login(authority, user)
    transaction = transactions.update(authority, visit.transaction, authenticated=True, session=session["id"], shown=True)
    response = replace(visit, transaction=transaction).go("/authorize/resume")
    hidden = not authority.misbehaves("session_cookie_for_scripts")
    cookies.set_session(response, authority.request, cookie, sessions.cookie_lifetime_s(authority), hidden=hidden)
    return response


def _page(step: str, visit: Visit, *, status: int = 200, **errors: str) -> Response:
    authority = visit.authority
    known = connections_problem(visit)
    path = {"both": "/u/login", "identifier": "/u/login/identifier", "password": "/u/login/password"}[step]
    misleads = step == "both" and authority.misbehaves("misleading_login_page")
    page = visit.page(
        "login.html",
        path,
        status=status,
        step="identifier" if misleads else step,
        captcha=authority.misbehaves("demand_captcha"),
        state="" if authority.misbehaves("login_page_without_state") else visit.state(),
        username=_username(visit),
        label="Email address" if not _has_usernames(visit) else "Username or email address",
        organization=_organization_name(visit),
        errors={**NO_ERRORS, "page": known, **errors},
        identifier_url=visit.url("/u/login/identifier"),
        signup_url=visit.url("/u/signup") if signup_connection(visit) else "",
    )
    return pages.bare(page) if authority.misbehaves("frameable_login_page") else page


def connections_problem(visit: Visit) -> str:
    """Return why nobody can log in here, empty when somebody can."""
    if usable(visit):
        return ""
    return (
        "No database connection is enabled for this application, and the emulator imitates no other kind: "
        "name the application in a connection's enabled_clients, or PATCH /api/v2/connections/{id}/clients."
    )


def signup_connection(visit: Visit) -> Document | None:
    """Return the database that new users go to, None when none takes them."""
    return next((one for one in usable(visit) if not (one.get("options") or {}).get("disable_signup")), None)


def _username(visit: Visit) -> str:
    typed = visit.sent.get("username") or visit.transaction.get("username")
    return str(typed or visit.asked.get("login_hint") or "")


def _has_usernames(visit: Visit) -> bool:
    return any((one.get("options") or {}).get("requires_username") for one in usable(visit))


def _organization_name(visit: Visit) -> str:
    organization = visit.asked.organization or {}
    return str(organization.get("display_name") or organization.get("name") or "")


def _take_identifier(visit: Visit) -> Response:
    if not visit.sent.get("username"):
        return _page("identifier", visit, status=400, username="Please enter an email address")
    transaction = transactions.update(visit.authority, visit.transaction, username=visit.sent["username"], shown=True)
    return replace(visit, transaction=transaction).go("/u/login/password")


def _show_password(visit: Visit) -> Response:
    if not _username(visit):
        return visit.go("/u/login/identifier")
    return _page("password", visit)


def _take_password(step: str, visit: Visit) -> Response:
    username, password = _username(visit), visit.sent.get("password", "")
    if not username:
        return _page(step, visit, status=400, username="Please enter an email address")
    if not password:
        return _page(step, visit, status=400, password="Please enter a password")  # noqa: S106 - a sentence about one
    proved = users.authenticate(visit.authority, usable(visit), username, password)
    if proved is None:
        users.note_refusal(visit.authority, usable(visit), username, client_id=visit.client["client_id"])
        return _page(step, visit, status=400, password=WRONG)
    return logged_in(visit, *proved)


LOGIN = Screen(show=lambda visit: _page("both", visit), take=lambda visit: _take_password("both", visit))
IDENTIFIER = Screen(show=lambda visit: _page("identifier", visit), take=_take_identifier)
PASSWORD = Screen(show=_show_password, take=lambda visit: _take_password("password", visit))
