"""Logging out (OUT): the session ends, and the browser goes only where it may.

Source: Auth0 docs, "Log users out of applications"; OpenID Connect RP-Initiated Logout.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from tenantry.smoke.contract.answers import ON_A_PAGE, told_the_callback, where
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise, worst
from tenantry.smoke.contract.conditions import asks_openid, both, has_https_callback, refreshes
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.flows.user import need_refresh_token
from tenantry.smoke.login.browser import Browser, Hop, callback_in, leads_to
from tenantry.smoke.login.forms import AGREEING
from tenantry.smoke.login.visitor import shown
from tenantry.smoke.stops import skipped

DOCS = "Auth0 docs, Log users out of applications"
RP_LOGOUT = "OpenID Connect RP-Initiated Logout sections 2 and 3"
STRANGER = "https://tenantry-probe.invalid/logged-out"
ABOUT = "application.allowed_logout_urls"


def has_logout_urls(flow: Flow) -> bool:
    """Return whether the application says where a logout may lead."""
    return bool(flow.application.logout_urls)


async def leave(flow: LoginFlow, browser: Browser, return_to: str) -> Hop:
    """Return the answer to Auth0's own logout."""
    client_id = (await flow.credentials()).client_id
    query = urlencode({"client_id": client_id, "returnTo": return_to})
    return await browser.open(flow.tenant.wire.url(f"/v2/logout?{query}"))


async def logged_out(flow: LoginFlow) -> list[tuple[str, Hop]]:
    """Return the answers to a logout with each declared address, in the flow's own browser."""
    return await flow.steps.once("logged out", lambda: _log_out(flow))


async def _log_out(flow: LoginFlow) -> list[tuple[str, Hop]]:
    """Log out once per declared address."""
    await flow.login()
    return [(url, await leave(flow, flow.browser, url)) for url in flow.flow.application.logout_urls]


async def _logout_endpoint(flow: LoginFlow) -> str:
    """Return the address of the standard's logout.

    Raises: Stopped where none is published.
    """
    if "end_session_endpoint" not in await flow.tenant.discovery():
        raise skipped("the tenant publishes no end_session_endpoint")
    return await flow.tenant.endpoint("end_session_endpoint")


async def _agreed(flow: LoginFlow, hop: Hop, browser: Browser) -> Hop:
    """Return where a logout leads; elsewhere than at Auth0 the person may be asked first (RP-Initiated Logout section 2)."""
    form = hop.page.main_form if hop.page and flow.tenant.is_foreign and hop.reply.is_ok else None
    return await browser.submit(form, form.button(AGREEING)) if form and browser.is_home(form.action) else hop


@promise("OUT-02", "A logout does not lead where it was not declared to.", source=DOCS, per_application=True)
async def foreign_address_is_refused(flow: LoginFlow) -> Verdict:
    """Log out, in a fresh browser, to an address that nobody registered."""
    hop = await leave(flow, flow.fresh_browser(), STRANGER)
    is_page = hop.reply.is_refusal or hop.reply.is_redirect  # a tenant may send people to an error page of its own
    kept = is_page and not leads_to(hop.reply.location or "", STRANGER)
    return holds(kept, ON_A_PAGE, where(hop))


@promise(
    "OUT-04",
    "The standard logout leads back, with the state.",
    source=RP_LOGOUT,
    costs=("login", "code", "tokens"),
    about=ABOUT,
    per_application=True,
    when=both(has_logout_urls, asks_openid),
)
async def standard_logout_leads_back(flow: LoginFlow) -> Verdict:
    """Log in in a fresh browser, and out again with the ID token as a hint."""
    endpoint = await _logout_endpoint(flow)
    browser, state, target = flow.fresh_browser(), secrets.token_urlsafe(8), flow.flow.application.logout_urls[0]
    flow.tenant.spend("logins")
    tokens = await flow.redeem(await flow.walk(await flow.request(), browser))
    hint = tokens.id_token.value if tokens.id_token else ""
    query = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": target, "state": state})
    hop = await _agreed(flow, await browser.open(f"{endpoint}?{query}"), browser)
    back = callback_in(hop, target)
    same = back is not None and back.values.get("state") == state
    return holds(
        same, f"{shown(target)} with the state", where(hop) if back is None else "with the state" if same else "another state"
    )


@promise(
    "OUT-05",
    "The standard logout does not lead where it was not declared to.",
    source=RP_LOGOUT,
    about=ABOUT,
    per_application=True,
    when=both(has_logout_urls, asks_openid),
)
async def standard_logout_refuses_strangers(flow: LoginFlow) -> Verdict:
    """Use the ID token as a hint and an address that nobody registered, in a fresh browser."""
    endpoint = await _logout_endpoint(flow)
    token = (await flow.tokens()).id_token
    query = urlencode({"id_token_hint": token.value if token else "", "post_logout_redirect_uri": STRANGER})
    browser = flow.fresh_browser()
    hop = await _agreed(flow, await browser.open(f"{endpoint}?{query}"), browser)
    return holds(not leads_to(hop.reply.location or "", STRANGER), "no redirect there", where(hop))


@promise(
    "OUT-06",
    "The standard logout is for the application of the hint alone.",
    source=RP_LOGOUT,
    about=ABOUT,
    per_application=True,
    when=both(has_logout_urls, asks_openid),
)
async def standard_logout_compares_applications(flow: LoginFlow) -> Verdict:
    """Use the ID token as a hint and the client id of nobody, in a fresh browser."""
    endpoint = await _logout_endpoint(flow)
    token, target = (await flow.tokens()).id_token, flow.flow.application.logout_urls[0]
    hint = {"id_token_hint": token.value if token else "", "client_id": secrets.token_hex(16)}
    query = urlencode({**hint, "post_logout_redirect_uri": target})
    hop = await flow.fresh_browser().open(f"{endpoint}?{query}")
    return holds(not leads_to(hop.reply.location or "", target), "an error", where(hop))


@promise("OUT-01", "A logout leads to each declared address.", source=DOCS, about=ABOUT, when=has_logout_urls)
async def logout_leads_back(flow: LoginFlow) -> Verdict:
    """Log out with each."""
    answers = await logged_out(flow)
    return worst([holds(leads_to(hop.reply.location or "", url), f"302 to {shown(url)}", where(hop)) for url, hop in answers])


@promise("OUT-03", "After a logout nobody is logged in.", source=DOCS, about=ABOUT, when=has_logout_urls)
async def session_is_over(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=none`` in the browser that logged out."""
    await logged_out(flow)
    extra = set() if has_https_callback(flow.flow) else {"interaction_required"}
    return told_the_callback(await flow.look(browser=flow.browser, prompt="none"), flow, {"login_required", *extra})


@promise(
    "OUT-07",
    "A refresh token outlives the logout.",
    source="Auth0 docs, Refresh tokens and sessions",
    real="reported",
    costs=("tokens",),
    about=ABOUT,
    when=lambda flow: refreshes(flow) and has_logout_urls(flow),
)
async def refresh_token_survives(flow: LoginFlow) -> Verdict:
    """Refresh after the logout with a token of a login before it."""
    tokens = await flow.steps.once("before logout", flow.fresh_tokens)
    await logged_out(flow)
    reply = await flow.refresh_reply(need_refresh_token(tokens))
    return equals(reply.gist if not reply.is_ok else "200", "200")


ASSERTIONS: tuple[Assertion[LoginFlow, Flow], ...] = (
    foreign_address_is_refused,
    standard_logout_leads_back,
    standard_logout_refuses_strangers,
    standard_logout_compares_applications,
    refresh_token_survives,
    logout_leads_back,
    session_is_over,
)
