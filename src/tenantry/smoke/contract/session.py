"""The authorization request (AUZ) of a person who is known already: silence, single sign-on, and asking again.

Source: OpenID Connect Core section 3.1.2; OAuth 2.0 Multiple Response Type Encoding Practices; Form Post Response Mode.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tenantry.smoke.browser import callback_in
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise
from tenantry.smoke.contract.authorization import goes_to_login, where
from tenantry.smoke.contract.conditions import both, has_https_callback
from tenantry.smoke.flows import Flow
from tenantry.smoke.login import is_login_path
from tenantry.smoke.loginflow import Authorized, LoginFlow
from tenantry.smoke.stops import blocked

CORE = "OpenID Connect Core section 3.1.2.1"
SESSION_COOKIE = "auth0"
ODD_STATE = "~!*'()+ %26é/?#&=" * 12


@promise("AUZ-14", "With a session, a silent request gets a code.", source=CORE, costs=("code",), when=has_https_callback)
async def silence_is_enough(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=none`` in the browser that logged in."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, prompt="none")
    callback = callback_in(hop, flow.flow.redirect_uri)
    said = f"the callback with {callback.error or 'a code'}" if callback else where(hop)
    return holds(callback is not None and callback.code is not None, "the callback with a code", said)


@promise(
    "AUZ-15",
    "A second login needs no password.",
    source="OpenID Connect Core section 3.1.2.3",
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
    return holds(goes_to_login(hop, flow) and is_login_path(hop.reply.location), "the login page", where(hop))


@promise("AUZ-17", "A login that is too old is asked for again.", source=CORE)
async def old_login_is_not_enough(flow: LoginFlow) -> Verdict:
    """Ask with ``max_age=0`` in the browser that logged in."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, max_age="0")
    return holds(goes_to_login(hop, flow) and is_login_path(hop.reply.location), "the login page", where(hop))


@promise("AUZ-18", "The state comes back as it was sent.", source="RFC 6749 section 4.1.1", costs=("code",))
async def state_is_untouched(flow: LoginFlow) -> Verdict:
    """Send a long state of characters that are easily broken."""
    done = await flow.again(state=ODD_STATE)
    same = done.callback.values.get("state") == ODD_STATE
    return holds(same, "the state as it was sent", "as sent" if same else "changed or missing")


@promise("AUZ-19", "The callback gets code and state, and nothing else.", source="RFC 6749 section 4.1.2", level="smoke")
async def callback_is_plain(flow: LoginFlow) -> Verdict:
    """Look at the callback of the flow's login; ``iss`` of RFC 9207 is fine."""
    done = await flow.login()
    callback = done.callback
    state = callback.values.get("state") == done.asked.parameters["state"]
    members = sorted(callback.values.keys() - {"iss"})
    kept = members == ["code", "state"] and state and not callback.repeated and _is_where_asked(done)
    return holds(
        kept, "code and state in the query", f"{', '.join(members)} in the {callback.mode}{'' if state else ', another state'}"
    )


def _is_where_asked(done: Authorized) -> bool:
    """Return whether the callback's values are where the request wanted them."""
    return done.callback.mode == done.asked.parameters.get("response_mode", "query")


@promise("AUZ-20", "The code can be had in the fragment.", source="Multiple Response Types section 2.1", costs=("code",))
async def fragment_is_possible(flow: LoginFlow) -> Verdict:
    """Ask with ``response_mode=fragment``."""
    done = await flow.again(response_mode="fragment")
    kept = "code" in done.callback.fragment and not done.callback.query
    return holds(kept, "the code in the fragment", f"{', '.join(done.callback.values)} by {done.callback.mode}")


@promise("AUZ-21", "The code can be had by a form.", source="Form Post Response Mode section 2", costs=("code",))
async def form_post_is_possible(flow: LoginFlow) -> Verdict:
    """Ask with ``response_mode=form_post``."""
    done = await flow.again(response_mode="form_post")
    kept = done.callback.mode == "form_post" and {"code", "state"} <= done.callback.values.keys()
    return holds(kept, "a form with code and state", f"{', '.join(done.callback.values)} by {done.callback.mode}")


def skips_consent(flow: Flow) -> bool:
    """Return whether the API lets first-party applications go without consent."""
    is_declared = flow.api is not None and flow.api.flag("skip_consent_for_verifiable_first_party_clients") is True
    return is_declared and not flow.application.is_third_party


def asks_consent(flow: Flow) -> bool:
    """Return whether users are asked what the application may do."""
    is_declared = flow.api is not None and flow.api.flag("skip_consent_for_verifiable_first_party_clients") is False
    return is_declared and not flow.is_legacy_pipeline


@promise(
    "AUZ-29",
    "No consent is asked for where the API skips it.",
    source="Auth0 docs, User consent and third-party applications",
    level="smoke",
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=both(skips_consent, has_https_callback),
)
async def consent_is_skipped(flow: LoginFlow) -> Verdict:
    """Look at the pages of the flow's login."""
    done = await flow.login()
    return equals("consent asked for" if done.walk.asked_consent else "no consent asked for", "no consent asked for")


@promise(
    "AUZ-30",
    "Consent is asked for when it is demanded.",
    source="Auth0 docs, User consent and third-party applications",
    costs=("code",),
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=asks_consent,
)
async def consent_can_be_demanded(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=consent``."""
    done = await flow.again(prompt="consent")
    return equals("consent asked for" if done.walk.asked_consent else "no consent asked for", "consent asked for")


@promise(
    "AUZ-31",
    "Who declines gives nothing away.",
    source="RFC 6749 section 4.1.2.1",
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=asks_consent,
)
async def declining_is_respected(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=consent``, and decline."""
    await flow.login()
    done = await flow.walk(await flow.request(prompt="consent"), flow.browser, consents=False)
    kept = done.callback.error == "access_denied" and done.callback.code is None
    return holds(kept, "the callback with access_denied", f"the callback with {done.callback.error or 'a code'}")


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


@promise("LGN-03", "The person can log in.", source="Auth0 docs, Universal Login", level="smoke", costs=("login", "code"))
async def person_can_log_in(flow: LoginFlow) -> Verdict:
    """Log in with the right credentials; this is the login all else builds on."""
    done = await flow.login()
    said = done.callback.error or "a code"
    return holds(done.callback.code is not None, "the callback with a code", f"the callback with {said}")


@promise("LGN-06", "The login page asks for no captcha.", source="Auth0 docs, Bot detection", level="read")
async def page_has_no_captcha(flow: LoginFlow) -> Verdict:
    """Look at the first page; a captcha blocks the run and breaks no promise."""
    page = (await flow.first_page()).page
    if page is not None and page.has_captcha:
        raise blocked("the login page asks for a captcha; allow this address, or switch bot detection off for the test tenant")
    return holds(page is not None, "a page without captcha", "no captcha" if page else "no page")


@promise(
    "LGN-07",
    "The session is kept where scripts cannot read it.",
    source="RFC 6265bis; Auth0 docs, Authentication API cookies",
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
    """Look at the headers of the first page."""
    headers = (await flow.first_page()).reply.headers
    is_kept = "no-store" in headers.get("cache-control", "")
    is_framed = "x-frame-options" not in headers and "frame-ancestors" not in headers.get("content-security-policy", "")
    flaws = ([] if is_kept else ["it may be cached"]) + (["it may be framed"] if is_framed else [])
    return holds(not flaws, "no-store, and no framing", " and ".join(flaws) or "as expected")


FIRST_PAGE: tuple[Assertion[LoginFlow, Flow], ...] = (page_has_no_captcha, page_is_protected)
"""Before anybody logs in."""

LOGIN: tuple[Assertion[LoginFlow, Flow], ...] = (
    person_can_log_in,
    page_has_its_fields,
    session_is_protected,
    callback_is_plain,
    consent_is_skipped,
)
"""About the flow's own login."""

AFTERWARDS: tuple[Assertion[LoginFlow, Flow], ...] = (
    silence_is_enough,
    second_login_is_silent,
    login_can_be_demanded,
    old_login_is_not_enough,
    state_is_untouched,
    fragment_is_possible,
    form_post_is_possible,
    consent_can_be_demanded,
    declining_is_respected,
)
"""With the session of the flow's login."""
