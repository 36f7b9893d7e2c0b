"""The login page (LGN): a form that people can fill in, opened by the right password alone.

Source: Auth0 docs, "Universal Login", "Bot detection", "Authentication API cookies"; captures of login pages.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tenantry.model.smoke import SmokeUser
from tenantry.smoke.contract.answers import login_page
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise, skip
from tenantry.smoke.declared import Connection, is_exact
from tenantry.smoke.findings import Outcome
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.visitor import CAPTCHA, is_login_path
from tenantry.smoke.stops import Stopped, blocked

SESSION_COOKIE = "auth0"


@promise(
    "LGN-02",
    "The login page is a form with a state, a user name and a password.",
    source="Auth0 Universal Login pages",
    level="smoke",
    real="reported",
)
async def page_has_its_fields(flow: LoginFlow) -> Verdict:
    """Look at the pages of the flow's login."""
    pages = [page for page in (await flow.login()).walk.pages if is_login_path(page.url) and page.main_form]
    names = {name for page in pages if page.main_form for name in (*page.main_form.hidden, *page.main_form.inputs)}
    return holds({"state", "username", "password"} <= names, "state, username, password", ", ".join(sorted(names)))


@promise(
    "LGN-03",
    "The person can log in.",
    source="OpenID Connect Core section 3.1.2.5; Auth0 docs, Universal Login",
    level="smoke",
    costs=("login", "code"),
)
async def person_can_log_in(flow: LoginFlow) -> Verdict:
    """Log in with the right credentials; this is the login all else builds on."""
    done = await flow.login()
    return holds(kept=True, expected="the callback gets a code", observed=f"the callback got {done.callback.gist}")


@promise("LGN-06", "The login page asks for no captcha.", source="Auth0 docs, Bot detection", level="read")
async def page_has_no_captcha(flow: LoginFlow) -> Verdict:
    """Look at the first page; a captcha blocks the run and breaks no promise."""
    page = await login_page(flow)
    if page.has_captcha:
        raise blocked(f"{page.path} {CAPTCHA}")
    return holds(kept=True, expected="a page without captcha", observed="no captcha")


@promise(
    "LGN-07",
    "The session is kept where scripts cannot read it.",
    source="Auth0 docs, Authentication API cookies; RFC 6265bis",
    level="smoke",
)
async def session_is_protected(flow: LoginFlow) -> Verdict:
    """Look at the cookies after the login; Secure is due on https."""
    await flow.login()
    session = [cookie for cookie in flow.browser.cookies if cookie.name.startswith(SESSION_COOKIE)]
    is_tls = urlsplit(flow.tenant.issuer).scheme == "https"
    sound = [cookie for cookie in session if cookie.has_nonstandard_attr("HttpOnly") and (cookie.secure or not is_tls)]
    expected = "a session cookie with HttpOnly" + (" and Secure" if is_tls else "")
    return holds(bool(sound) and len(sound) == len(session), expected, f"{len(sound)} of {len(session)} session cookies so")


@promise(
    "LGN-08", "The login page is neither cached nor framed.", source="captures of login pages", level="read", real="reported"
)
async def page_is_protected(flow: LoginFlow) -> Verdict:
    """Look at the headers of the first page; a tenant may declare that it may be framed."""
    await login_page(flow)
    headers = (await flow.first_page()).reply.headers
    is_kept = "no-store" in headers.get("cache-control", "")
    is_framed = "x-frame-options" not in headers and "frame-ancestors" not in headers.get("content-security-policy", "")
    is_framed = is_framed and flow.flow.configuration.setting("flags", "disable_clickjack_protection_headers") is not True
    flaws = ([] if is_kept else ["it may be cached"]) + (["it may be framed"] if is_framed else [])
    return holds(not flaws, "no-store, and no framing", " and ".join(flaws) or "as expected")


@promise(
    "LGN-04",
    "A wrong password does not open the door.",
    source="Auth0 community reports (400, the same page)",
    level="full",
    real="reported",
    costs=("failed-login",),
    per_application=True,
)
async def wrong_password_is_refused(flow: LoginFlow) -> Verdict:
    """Type a wrong password once, in a fresh browser."""
    person = await flow.person()
    return await stays_out(flow, replace(person, password=f"{person.password[::-1]}x"))


def strange_connection(flow: Flow) -> Connection | None:
    """Return a declared database connection that does not serve the application."""
    for connection in flow.configuration.connections.values():
        is_known = connection.is_database and is_exact(connection.get("enabled_clients"))
        if is_known and not connection.has_scripts and not connection.serves(flow.application):
            return connection
    return None


@promise(
    "LGN-05",
    "Users of a connection that is not enabled for the application cannot log in to it.",
    source="Auth0 docs, Enable or disable connections for applications",
    level="full",
    real="reported",
    costs=("failed-login",),
    per_application=True,
    about="application",
    when=lambda flow: strange_connection(flow) is not None,
)
async def strangers_stay_out(flow: LoginFlow) -> Verdict:
    """Make a user in such a connection, and try to log in."""
    connection = strange_connection(flow.flow)
    if connection is None:
        return skip("there is no such connection")
    user = SmokeUser(connection=connection.handle, ephemeral=True)
    stranger = replace(flow.flow, user_handle="stranger", user=user, connection=connection)
    return await stays_out(flow, await flow.tenant.people.who_logs_in(stranger))


@promise(
    "AUZ-24",
    "Who is not a member of the organization cannot log in to it.",
    source="Auth0 docs, Organizations",
    level="full",
    real="unknown",
    costs=("failed-login",),
    per_application=True,
    when=lambda flow: flow.organization is not None,
)
async def outsiders_stay_out(flow: LoginFlow) -> Verdict:
    """Make a user who is in no organization, and try to log in to it."""
    if flow.flow.connection is None:
        return skip("the connection is not declared")
    user = SmokeUser(connection=flow.flow.connection.handle, ephemeral=True)
    outsider = replace(flow.flow, user_handle="outsider", user=user, organization=None)
    return await stays_out(flow, await flow.tenant.people.who_logs_in(outsider))


async def stays_out(flow: LoginFlow, person: Person) -> Verdict:
    """Return whether a person with these credentials gets no code; it means nothing where the flow's own gets none either."""
    await flow.login()
    flow.tenant.spend("failed_logins")
    expected = "the login page again, and no code"
    try:
        done = await flow.walk(await flow.request(), flow.fresh_browser(), person=person)
    except Stopped as stop:
        if stop.outcome is not Outcome.FAILED:
            raise
        return holds(kept=True, expected=expected, observed=stop.observed)
    return holds(done.callback.code is None, expected, f"the callback with {done.callback.error or 'a code'}")


@promise(
    "LGN-01",
    "The first page asks for what its address says.",
    source="Auth0 docs, Identifier-first authentication",
    level="read",
    real="reported",
)
async def address_tells_the_page(flow: LoginFlow) -> Verdict:
    """Look for the password: it is on ``/u/login`` and not yet on ``/u/login/identifier``."""
    page = await login_page(flow)
    form = page.main_form
    if form is None or not page.path.startswith("/u/login"):
        return skip(f"the login begins at {page.path}, which is no page of the new login experience")
    is_first = page.path.startswith("/u/login/identifier")
    wanted = "no password yet" if is_first else "a password"
    return equals("a password" if form.asks_for_password else "no password yet", wanted)


FIRST_PAGE: tuple[Assertion[LoginFlow, Flow], ...] = (page_has_no_captcha, page_is_protected, address_tells_the_page)
"""Before anybody logs in."""

LOGIN: tuple[Assertion[LoginFlow, Flow], ...] = (person_can_log_in, page_has_its_fields, session_is_protected)
"""About the flow's own login."""

PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (wrong_password_is_refused, strangers_stay_out, outsiders_stay_out)
"""In browsers of their own."""
