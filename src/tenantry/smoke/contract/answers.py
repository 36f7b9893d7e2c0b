"""Where the answer to an authorization request leaves the browser: at the login, on an error page, or at the callback.

Source: RFC 6749 section 4.1.2.1; at Auth0 addresses tell the login from the rest, elsewhere what a page asks for.
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Verdict, holds, refused
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.login.browser import Hop, callback_in, leads_to
from tenantry.smoke.login.forms import Page
from tenantry.smoke.login.visitor import is_login_path, shown
from tenantry.smoke.stops import failed, skipped

LOGIN_PAGE = "the login page"
ON_A_PAGE = "an error page, and no redirect to that address"


def where(hop: Hop) -> str:
    """Return where an answer leaves the browser, in a few words."""
    if hop.reply.is_redirect:
        return f"{hop.reply.status} to {shown(hop.reply.location or '')}"
    return f"{hop.reply.status} {hop.page.title if hop.page else ''}".strip()


async def login_page(flow: LoginFlow) -> Page:
    """Return the page that the flow's login begins with.

    Raises: Stopped when a request as declared leads elsewhere.
    """
    return await flow.steps.once(LOGIN_PAGE, lambda: _login_page(flow))


async def _login_page(flow: LoginFlow) -> Page:
    """Judge what a request as declared leads to."""
    hop = await flow.first_page()
    if is_sent_to_its_provider(hop, flow):
        raise skipped("the connection's own provider asks who it is")
    callback = callback_in(hop, flow.flow.redirect_uri)
    is_there = flow.tenant.is_foreign or is_login_path(hop.reply.url)
    if callback is not None or hop.page is None or not hop.reply.is_ok or not is_there:
        raise failed(f"the callback with {callback.gist}" if callback else where(hop), LOGIN_PAGE)
    return hop.page


def is_sent_to_its_provider(hop: Hop, flow: LoginFlow) -> bool:
    """Return whether the request names a connection, and the browser is sent to that one's own provider for it."""
    location = hop.reply.location if hop.reply.is_redirect else None
    is_away = location is not None and not flow.browser.is_home(location) and not callback_in(hop, flow.flow.redirect_uri)
    return "connection" in flow.flow.authorize and is_away


def goes_to_login(hop: Hop, flow: LoginFlow) -> bool:
    """Return whether the browser is sent to the tenant's login, or is there."""
    if flow.tenant.is_foreign:
        return is_login(hop, flow)
    location = hop.reply.location if hop.reply.is_redirect else None
    return location is not None and flow.browser.is_home(location) and not callback_in(hop, flow.flow.redirect_uri)


def is_login(hop: Hop, flow: LoginFlow) -> bool:
    """Return whether an answer is a login: by its address at Auth0, by what the page asks for elsewhere.

    Raises: Stopped when the login itself has no form, so that it cannot be told from other pages.
    """
    if not flow.tenant.is_foreign:
        return hop.reply.is_redirect and is_login_path(hop.reply.location)
    if hop.page is None or not hop.reply.is_ok or callback_in(hop, flow.flow.redirect_uri):
        return False
    if not flow.shows_forms:
        raise skipped("the login has no form without JavaScript, so it cannot be told from other pages")
    return hop.page.asks_to_log_in


def is_error_page(hop: Hop, flow: LoginFlow) -> bool:
    """Return whether an answer is an error: by its status, or elsewhere than at Auth0 a page that is no login."""
    return hop.reply.is_refusal or (flow.tenant.is_foreign and hop.page is not None and not is_login(hop, flow))


def shown_as_page(hop: Hop, flow: LoginFlow, probe_uri: str) -> Verdict:
    """Return whether the refusal was shown to the person and not told to the address that was probed."""
    location = hop.reply.location or ""
    is_told = leads_to(location, probe_uri) or callback_in(hop, probe_uri) is not None
    is_accepted = is_login(hop, flow) and (flow.tenant.is_foreign or flow.browser.is_home(location))
    is_page = hop.reply.is_redirect or is_error_page(hop, flow)
    return holds(is_page and not is_told and not is_accepted, ON_A_PAGE, where(hop))


def refused_somewhere(hop: Hop, flow: LoginFlow, errors: set[str]) -> Verdict:
    """Return whether a request was refused, on a page or at the callback, with no code and no token."""
    expected = f"an error page, or the callback with {' or '.join(sorted(errors))}"
    callback = callback_in(hop, flow.flow.redirect_uri)
    if callback is None:
        is_elsewhere = hop.reply.is_redirect and not is_login(hop, flow)
        return holds(is_elsewhere or is_error_page(hop, flow), expected, where(hop))
    kept = callback.error in errors and not callback.code and not callback.token_members
    return holds(kept, expected, f"the callback with {callback.error or 'no error'}")


def told_the_callback(hop: Hop, flow: LoginFlow, errors: set[str]) -> Verdict:
    """Return whether the callback was told the error, with the state as sent."""
    expected = f"the callback with {' or '.join(sorted(errors))} and the state"
    callback = callback_in(hop, flow.flow.redirect_uri)
    if flow.pushes and hop.reply.method == "POST":
        return refused(hop.reply, {400, 401, 403}, errors)
    if callback is None:
        return holds(kept=False, expected=expected, observed=where(hop))
    is_same = callback.values.get("state") == hop.state
    kept = callback.error in errors and not callback.code and is_same
    state = "the state" if is_same else "another state"
    return holds(kept, expected, f"the callback with {callback.error or 'no error'} and {state}")
