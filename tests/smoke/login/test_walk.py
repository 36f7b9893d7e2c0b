"""Logging in through pages: what a browser without JavaScript can do, and what stops it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tenantry.smoke.findings import Outcome
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Browser
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Login, Walk
from tenantry.smoke.redact import Vault
from tenantry.smoke.stops import Stopped
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tests.smoke.login.site import BASE, CALLBACK, DONE, PASSWORD, PERSON, SECRET, USERNAME, Site, form, page, to


def login(site: Site, person: Person = PERSON, *, consents: bool = True, base: str = BASE) -> Walk:
    async def go() -> Walk:
        timing = Timing(now=lambda: 59.0)
        async with Wire(base, Vault(), timing, transport=httpx.MockTransport(site)) as wire:
            visitor = Visitor(person, OneTimePasswords(timing.now), consents=consents)
            return await Login(Browser(wire), CALLBACK, visitor).through(f"{base}/authorize")

    return asyncio.run(go())


def stop_of(site: Site, person: Person = PERSON) -> Stopped:
    with pytest.raises(Stopped) as caught:
        login(site, person)
    return caught.value


def test_one_page_with_both_fields_is_filled_in() -> None:
    site = Site(
        {"GET /authorize": to("/u/login?state=1"), "GET /u/login": page(form(USERNAME + PASSWORD)), "POST /u/login": DONE}
    )
    walk = login(site)
    assert walk.callback is not None
    assert walk.callback.values == {"code": "c0de", "state": "s"}
    posted = dict(site.posted["/u/login"])
    assert posted == {"state": "S", "username": "ada@example.com", "password": "correct horse", "action": "default"}


def test_identifier_first_is_walked_page_by_page() -> None:
    site = Site(
        {
            "GET /authorize": to("/u/login/identifier?state=1"),
            "GET /u/login/identifier": page(form(USERNAME)),
            "POST /u/login/identifier": to("/u/login/password?state=2"),
            "GET /u/login/password": page(form(PASSWORD)),
            "POST /u/login/password": to("/authorize/resume?state=3"),
            "GET /authorize/resume": DONE,
        }
    )
    walk = login(site)
    assert walk.callback is not None
    assert walk.typed_password
    assert "password" not in site.posted["/u/login/identifier"]
    assert site.posted["/u/login/password"]["password"] == "correct horse"


def test_consent_is_given_and_can_be_declined() -> None:
    buttons = '<button name="action" value="accept">Yes</button><button name="action" value="deny">No</button>'
    site = Site(
        {
            "GET /authorize": to("/u/consent?state=1"),
            "GET /u/consent": page(form('<input type="hidden" name="audience" value="A">', button=buttons)),
            "POST /u/consent": DONE,
        }
    )
    assert login(site).asked_consent
    assert dict(site.posted["/u/consent"]) == {"state": "S", "audience": "A", "action": "accept"}
    login(site, consents=False)
    assert site.posted["/u/consent"]["action"] == "deny"


def test_the_confirmation_of_a_loopback_callback_is_answered() -> None:
    buttons = '<button name="action" value="accept">Go on</button>'
    site = Site(
        {
            "GET /authorize": to("/u/confirmation"),
            "GET /u/confirmation": page(form("", button=buttons)),
            "POST /u/confirmation": DONE,
        }
    )
    assert login(site).callback is not None
    assert site.posted["/u/confirmation"]["action"] == "accept"


def test_a_form_posted_to_the_callback_is_caught_before_it_leaves() -> None:
    text = f'<form method="post" action="{CALLBACK}"><input type="hidden" name="code" value="c0de"></form>'
    callback = login(Site({"GET /authorize": page(text)})).callback
    assert callback is not None
    assert (callback.mode, callback.code) == ("form_post", "c0de")


def test_a_captcha_blocks() -> None:
    captcha = '<div id="ulp-auth0-v2-captcha"></div>'
    stop = stop_of(Site({"GET /authorize": to("/u/login"), "GET /u/login": page(form(USERNAME + PASSWORD + captcha))}))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed == (
        "/u/login asks for a captcha; switch bot detection off for this tenant or this address,"
        " or log in yourself with `--login interactive`"
    )


def test_a_second_factor_blocks_unless_the_user_has_a_generator() -> None:
    otp = '<input name="code" type="text">'
    path = "/u/mfa-otp-challenge"
    site = Site({"GET /authorize": to(path), f"GET {path}": page(form(otp)), f"POST {path}": DONE})
    stop = stop_of(site)
    assert stop.outcome is Outcome.BLOCKED
    assert "second factor" in stop.observed
    login(site, Person("ada@example.com", "correct horse", totp=SECRET))
    assert site.posted["/u/mfa-otp-challenge"]["code"] == "287082", "RFC 6238 appendix B, 59 s"


def test_a_wrong_password_fails_with_the_pages_own_words() -> None:
    first = form(USERNAME + PASSWORD)
    again = f'{first}<span id="error-element-password">Wrong email or password.</span>'
    site = Site({"GET /authorize": to("/u/login"), "GET /u/login": page(first), "POST /u/login": (400, {}, again)})
    stop = stop_of(site)
    assert stop.outcome is Outcome.FAILED
    assert stop.observed == (
        "/u/login answered 400: Wrong email or password; check the password under smoke.users,"
        " and that the user's connection is enabled for the application"
    )
    made_by_the_run = Person("ada@example.com", "correct horse", is_ephemeral=True)
    assert "check that the user's connection is enabled" in stop_of(site, made_by_the_run).observed


def test_an_error_page_fails_with_its_title() -> None:
    stop = stop_of(Site({"GET /authorize": (403, {}, "<title>Callback URL mismatch</title>")}))
    assert (stop.outcome, stop.observed) == (Outcome.FAILED, "/authorize answered 403 (Callback URL mismatch)")


def test_a_page_that_needs_scripts_blocks() -> None:
    stop = stop_of(Site({"GET /authorize": to("/login"), "GET /login": page("<title>Sign in</title><div id=root></div>")}))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed == (
        "/login has no form to fill in (Sign in); let Chromium run its scripts with `--login browser`,"
        " or log in yourself with `--login interactive`"
    )


@pytest.mark.parametrize(
    ("path", "inputs", "said"),
    [
        ("/u/mfa-otp-challenge", '<input name="code">', "asks for a second factor; switch MFA off, name an existing user"),
        ("/u/mfa-push-challenge", "", "asks for a second factor that only a person has; switch MFA off, or log in yourself"),
        ("/u/mfa-otp-enrollment-qr", '<input name="code">', "wants the user to set up a second factor; switch MFA off for it"),
        ("/u/custom-prompt", '<input name="birthday">', "asks for birthday; log in yourself with `--login interactive`"),
    ],
)
def test_what_the_run_cannot_give_is_named_with_a_way_on(path: str, inputs: str, said: str) -> None:
    stop = stop_of(Site({"GET /authorize": to(path), f"GET {path}": page(form(inputs))}))
    assert stop.outcome is Outcome.BLOCKED
    assert f"{path} {said}" in stop.observed


def test_nobody_is_asked_to_make_a_passkey() -> None:
    path = "/u/passkey-enrollment"
    buttons = (
        '<button name="action" value="default">Make</button><button name="action" value="abort-passkey-enrollment">Go</button>'
    )
    site = Site({"GET /authorize": to(path), f"GET {path}": page(form("", button=buttons)), f"POST {path}": DONE})
    assert login(site).callback is not None
    assert dict(site.posted[path]) == {"state": "S", "action": "abort-passkey-enrollment"}
    assert "wants the user to set up" in stop_of(Site({"GET /authorize": to(path), f"GET {path}": page(form(""))})).observed


def test_consent_by_buttons_of_other_names_blocks_instead_of_pressing_none() -> None:
    button = '<button name="action" value="zustimmen">Ja</button>'
    path = "/u/customized-consent"
    stop = stop_of(Site({"GET /authorize": to(path), f"GET {path}": page(form("", button=button))}))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith(f"{path} asks for consent by buttons that are not known (zustimmen)")


def test_somebody_elses_login_is_not_followed() -> None:
    stop = stop_of(Site({"GET /authorize": to("https://idp.example/login?x=secret")}))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith("the login goes on at https://idp.example/login, where the run does not follow")
    assert "secret" not in stop.observed


def test_a_code_for_somebody_else_fails() -> None:
    stop = stop_of(Site({"GET /authorize": to("https://evil.example/callback?code=c0de")}))
    assert stop.outcome is Outcome.FAILED
    assert "c0de" not in stop.observed


def test_a_loop_ends() -> None:
    stop = stop_of(Site({"GET /authorize": to("/authorize")}))
    assert stop.outcome is Outcome.FAILED


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.BLOCKED), (503, Outcome.INCONCLUSIVE)])
def test_limits_and_errors_of_the_server_are_no_failures(status: int, outcome: Outcome) -> None:
    stop = stop_of(Site({"GET /authorize": (status, {"retry-after": "999"}, "")}))
    assert stop.outcome is outcome


def test_cookies_are_kept_and_sent_back() -> None:
    site = Site(
        {
            "GET /authorize": (302, {"location": "/u/login", "set-cookie": "did=1; Secure; HttpOnly; Path=/"}, ""),
            "GET /u/login": page(form(USERNAME + PASSWORD)),
            "POST /u/login": DONE,
        }
    )
    login(site)
    assert site.cookies == ["", "did=1", "did=1"]
