"""The authorization request (AUZ) of a person who is known already: silence, single sign-on, and asking again.

Source: OpenID Connect Core section 3.1.2; OAuth 2.0 Multiple Response Type Encoding Practices; Form Post Response Mode.
"""

from __future__ import annotations

from tenantry.smoke.contract.answers import goes_to_login, is_login, where
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, skip
from tenantry.smoke.contract.claims import FAR_S
from tenantry.smoke.contract.conditions import asks_openid, has_https_callback
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import Authorized, LoginFlow
from tenantry.smoke.login.browser import callback_in
from tenantry.smoke.stops import skipped

CORE = "OpenID Connect Core section 3.1.2.1"
ODD_STATE = "~!*'()+ %26é/?#&=" * 12


@promise("AUZ-14", "With a session, a silent request gets a code.", source=CORE, costs=("code",), when=has_https_callback)
async def silence_is_enough(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=none`` in the browser that logged in; a second factor may be demanded at every login."""
    done = await flow.login()
    hop = await flow.look(browser=flow.browser, prompt="none")
    callback = callback_in(hop, flow.flow.redirect_uri)
    if callback is not None and callback.error == "interaction_required" and done.walk.asked_second_factor:
        return skip("a second factor is demanded again, which nobody can give in silence")
    said = f"the callback with {callback.error or 'a code'}" if callback else where(hop)
    may_err = callback is not None and flow.tenant.is_foreign and callback.error in flow.tenant.terms.silent
    kept = callback is not None and (callback.code is not None or may_err)
    return holds(kept, "the callback with a code" + (", or why no page was shown" if flow.tenant.is_foreign else ""), said)


@promise(
    "AUZ-15",
    "A second login needs no password.",
    source="Auth0 docs, Sessions; OpenID Connect Core section 3.1.2.3",
    costs=("code",),
    when=has_https_callback,
)
async def second_login_is_silent(flow: LoginFlow) -> Verdict:
    """Ask again in the browser that logged in."""
    done = await flow.again()
    asked = "a password is asked for" if done.walk.typed_password else "no password is asked for"
    return holds(not done.walk.typed_password and done.callback.code is not None, "a code, and no password asked for", asked)


@promise("AUZ-16", "A login can be demanded.", source=CORE)
async def login_can_be_demanded(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=login`` in the browser that logged in."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, prompt="login")
    return holds(goes_to_login(hop, flow) and is_login(hop, flow), "the login page", where(hop))


@promise("AUZ-17", "A login that is too old is asked for again.", source=CORE)
async def old_login_is_not_enough(flow: LoginFlow) -> Verdict:
    """Ask with ``max_age=0`` in the browser that logged in."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, max_age="0")
    return holds(goes_to_login(hop, flow) and is_login(hop, flow), "the login page", where(hop))


@promise("AUZ-18", "The state comes back as it was sent.", source="RFC 6749 section 4.1.1", costs=("code",))
async def state_is_untouched(flow: LoginFlow) -> Verdict:
    """Send a long state of characters that are easily broken."""
    done = await flow.again(state=ODD_STATE)
    same = done.callback.values.get("state") == ODD_STATE
    return holds(same, "the state as it was sent", "as sent" if same else "changed or missing")


@promise("AUZ-19", "The callback gets code and state, and nothing else.", source="RFC 6749 section 4.1.2", level="smoke")
async def callback_is_plain(flow: LoginFlow) -> Verdict:
    """Look at the callback of the flow's login; ``iss`` is fine, and elsewhere whatever else is no token (RFC 6749 4.1.2)."""
    done = await flow.login()
    callback = done.callback
    state = callback.values.get("state") == done.asked.parameters["state"]
    members = sorted(callback.values.keys() - {"iss"})
    is_plain = members == ["code", "state"] or (flow.tenant.is_foreign and "code" in members and not callback.token_members)
    kept = is_plain and state and not callback.repeated and _is_where_asked(done)
    return holds(
        kept, "code and state in the query", f"{', '.join(members)} in the {callback.mode}{'' if state else ', another state'}"
    )


def _is_where_asked(done: Authorized) -> bool:
    """Return whether the callback's values are where the request wanted them."""
    return done.callback.mode == done.asked.parameters.get("response_mode", "query")


async def needs_mode(flow: LoginFlow, mode: str) -> None:
    """Return when a response mode can be asked for.

    Raises: Stopped when another provider does not offer it.
    """
    modes = ("query", "fragment")
    if flow.tenant.is_foreign and not await flow.tenant.offers("response_modes_supported", mode, unsaid=modes):
        raise skipped(f"not offered: the provider's discovery names no response mode {mode}")


@promise("AUZ-33", "If the callback says who sent it, it was the tenant.", source="RFC 9207 sections 2 and 2.4", level="smoke")
async def callback_names_issuer(flow: LoginFlow) -> Verdict:
    """Compare ``iss`` with the issuer; it must be there when discovery promises it."""
    said = (await flow.login()).callback.values.get("iss")
    is_promised = (await flow.tenant.discovery()).get("authorization_response_iss_parameter_supported") is True
    kept = said == flow.tenant.issuer or (said is None and not is_promised)
    return holds(kept, flow.tenant.issuer if is_promised else f"{flow.tenant.issuer}, or nothing", said or "nothing")


@promise("AUZ-20", "The code can be had in the fragment.", source="Multiple Response Types section 2.1", costs=("code",))
async def fragment_is_possible(flow: LoginFlow) -> Verdict:
    """Ask with ``response_mode=fragment``."""
    await needs_mode(flow, "fragment")
    done = await flow.again(response_mode="fragment")
    kept = "code" in done.callback.fragment and not done.callback.query
    return holds(kept, "the code in the fragment", f"{', '.join(done.callback.values)} by {done.callback.mode}")


@promise("AUZ-21", "The code can be had by a form.", source="Form Post Response Mode section 2", costs=("code",))
async def form_post_is_possible(flow: LoginFlow) -> Verdict:
    """Ask with ``response_mode=form_post``."""
    await needs_mode(flow, "form_post")
    done = await flow.again(response_mode="form_post")
    kept = done.callback.mode == "form_post" and {"code", "state"} <= done.callback.values.keys()
    return holds(kept, "a form with code and state", f"{', '.join(done.callback.values)} by {done.callback.mode}")


@promise(
    "IDT-17",
    "A second login without password says the time of the first.",
    source="OpenID Connect Core section 2",
    real="reported",
    costs=("code", "tokens"),
    when=asks_openid,
)
async def login_time_is_kept(flow: LoginFlow) -> Verdict:
    """Ask twice with a large ``max_age``; a provider that asks for the name again has nothing to keep."""
    logins = [await flow.again(max_age=FAR_S) for _ in range(2)]
    times = [flow.claim((await flow.redeem(login)).id_token, "auth_time") for login in logins]
    if None not in times and flow.tenant.is_foreign and logins[1].walk.asked_who:
        return skip("the provider keeps no session: it asks who it is again")
    return holds(None not in times and times[0] == times[1], "the same auth_time twice", f"auth_time {times[0]} and {times[1]}")


LOGIN: tuple[Assertion[LoginFlow, Flow], ...] = (callback_is_plain, callback_names_issuer)
"""About the flow's own login."""

PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (
    silence_is_enough,
    second_login_is_silent,
    login_can_be_demanded,
    old_login_is_not_enough,
    state_is_untouched,
    fragment_is_possible,
    form_post_is_possible,
    login_time_is_kept,
)
"""With the session of the flow's login."""
