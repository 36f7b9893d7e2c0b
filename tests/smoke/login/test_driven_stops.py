"""What ends a login by Chromium, and with which words."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tenantry.smoke.findings import Outcome
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login import driven
from tests.smoke.login.driver import Driver
from tests.smoke.login.site import DONE, PASSWORD, SECRET, USERNAME, Site, entry, form, page, script, to


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (USERNAME + PASSWORD + '<div id="ulp-auth0-v2-captcha">Who are you?</div>', "/login asks for a captcha"),
        (USERNAME + '<input name="birthday" type="text">', "/login asks for birthday"),
    ],
)
def test_what_only_a_person_can_do_blocks(driver: Driver, fields: str, said: str) -> None:
    stop = driver.stop(entry(page(form(fields))))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith(said)
    assert "--login interactive" in stop.observed


def test_a_second_factor_blocks_unless_the_user_has_a_generator(driver: Driver) -> None:
    path = "/u/mfa-otp-challenge"
    site = Site(
        {"GET /authorize": to(path), f"GET {path}": page(form('<input name="code" type="text">')), f"POST {path}": DONE}
    )
    stop = driver.stop(site)
    assert (stop.outcome, "an existing user with `totp`" in stop.observed) == (Outcome.BLOCKED, True)
    driver.login(site, Person("ada@example.com", "correct horse", totp=SECRET))
    assert site.posted[path]["code"] == "287082", "RFC 6238 appendix B, 59 s"


def test_a_page_without_a_form_blocks(driver: Driver) -> None:
    stop = driver.stop(entry(page("<title>Sorry</title><p>Try another browser</p>")))
    told = "/login has no form to fill in (Sorry); log in yourself with `--login interactive`"
    assert (stop.outcome, stop.observed) == (Outcome.BLOCKED, told)


def test_a_wrong_password_fails_with_the_words_that_a_script_shows(driver: Driver) -> None:
    told = "document.querySelector('form').onsubmit = (event) => { event.preventDefault(); fetch('/login/api').then(() => {"
    shows = "document.body.insertAdjacentHTML('beforeend', '<p role=alert>Wrong email or password</p>') }) }"
    answer = script(told + shows, form(USERNAME + PASSWORD))
    stop = driver.stop(entry(answer, **{"GET /login/api": (401, {"content-type": "application/json"}, "{}")}))
    assert stop.outcome is Outcome.FAILED
    assert stop.observed.startswith("/login answered 200: Wrong email or password; check the password")


def test_an_error_page_fails_at_once(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driven, "PATIENCE_S", 60.0)
    stop = driver.stop(entry((403, {}, "<title>Access denied</title>")))
    assert (stop.outcome, stop.observed) == (Outcome.FAILED, "/login answered 403 (Access denied)")


def test_a_form_that_the_pages_own_policy_forbids_leads_nowhere(driver: Driver) -> None:
    headers = {"content-security-policy": "form-action 'self'"}
    site = entry((200, headers, form(USERNAME + PASSWORD)), **{"POST /login": DONE})
    stop = driver.stop(site)
    assert stop.outcome is Outcome.FAILED, "Chromium does not follow the redirect, as no person's browser would"
    assert "password" in site.posted["/login"]


@pytest.mark.parametrize("by", ["redirect", "script", "form"])
def test_somebody_elses_page_is_not_asked_for(driver: Driver, by: str) -> None:
    there = "https://idp.example/login?x=secret"
    answers = {
        "redirect": to(there),
        "script": script(f"location.href = '{there}'"),
        "form": script("document.forms[0].submit()", f"<form method=post action='{there}'></form>"),
    }
    stop = driver.stop(entry(answers[by]))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith("the login goes on at https://idp.example/login, where the run does not follow")
    assert "secret" not in stop.observed


def test_a_code_for_somebody_else_fails(driver: Driver) -> None:
    stop = driver.stop(entry(to("https://evil.example/callback?code=c0de")))
    assert stop.outcome is Outcome.FAILED
    assert "c0de" not in stop.observed


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.BLOCKED), (503, Outcome.INCONCLUSIVE)])
def test_limits_and_errors_of_the_server_are_no_failures(driver: Driver, status: int, outcome: Outcome) -> None:
    assert driver.stop(entry((status, {"retry-after": "999"}, ""))).outcome is outcome


def test_chromium_that_ends_in_the_middle_leaves_the_question_open(program: str) -> None:
    ends: list[asyncio.Task[None]] = []

    def deadly(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            ends.append(asyncio.get_running_loop().create_task(other.way._started.close()))
        return httpx.Response(200, headers={"content-type": "text/html"}, text=form(USERNAME))

    with Driver(program) as other:
        stop = other.stop(deadly)
    assert ends, "it was on its way"
    assert (stop.outcome, stop.observed) == (Outcome.INCONCLUSIVE, "Chromium ended in the middle of a login")
