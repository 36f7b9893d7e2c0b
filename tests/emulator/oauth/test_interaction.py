"""Logging in once, again and silently; confirming the application; consenting."""

from __future__ import annotations

import pytest

from tests.emulator.oauth.world import API, CALLBACK, PASSWORD, Browser, World, hidden, told

LOOPBACK = "http://localhost:3000/callback"


def location(browser: Browser, **asked: str) -> str:
    return str(browser.authorize(**asked).headers["location"])


def test_a_second_request_is_answered_from_the_session(browser: Browser) -> None:
    browser.login()
    assert location(browser).startswith(f"{CALLBACK}?code=")


def test_silent_authentication_needs_a_session(browser: Browser) -> None:
    assert told(browser.authorize(prompt="none")) == {
        "error": "login_required",
        "error_description": "Login required",
        "state": "app-state",
    }
    browser.login()
    assert "code" in told(browser.authorize(prompt="none"))


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
def test_a_new_login_can_be_forced(browser: Browser, asked: dict[str, str]) -> None:
    browser.login()
    assert location(browser, **asked).startswith("/u/login")
    assert "code" in browser.login(**asked)


def test_an_old_login_will_not_do_for_max_age(world: World, browser: Browser) -> None:
    browser.login()
    world.pass_time(100)
    assert "code=" in location(browser, max_age="3600")
    assert location(browser, max_age="60").startswith("/u/login")


def test_a_session_ends_after_its_lifetime_and_when_idle(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", session_lifetime=2, idle_session_lifetime=1)
    browser.login()
    world.pass_time(3500)
    assert "code=" in location(browser)
    world.pass_time(3500)
    assert "code=" in location(browser)
    world.pass_time(300)
    assert location(browser).startswith("/u/login"), "two hours after the login"
    browser.login()
    world.pass_time(3600)
    assert location(browser).startswith("/u/login"), "an hour idle"


def test_the_session_of_a_deleted_user_is_worth_nothing(world: World, browser: Browser) -> None:
    browser.login()
    world.tenant.store.delete("users", world.add_user())
    assert location(browser).startswith("/u/login")


def test_a_session_from_a_connection_that_the_application_does_not_take_will_not_do(world: World, browser: Browser) -> None:
    browser.login()
    world.tenant.store.put("connection_clients", "con_users", {"clients": []})
    assert location(browser).startswith("/u/login")


def test_an_application_on_loopback_is_confirmed_when_no_other_page_was_shown(world: World, browser: Browser) -> None:
    world.change("clients", "web", callbacks=[LOOPBACK])
    assert "code" in browser.login(redirect_uri=LOOPBACK), "the login page was shown"
    page = browser.authorize(redirect_uri=LOOPBACK)
    assert page.headers["location"].startswith("/u/confirmation")
    assert "code" in told(browser.walk(page))
    assert told(browser.authorize(redirect_uri=LOOPBACK, prompt="none"))["error"] == "interaction_required"


@pytest.mark.parametrize(("of_client", "of_tenant", "asks"), [(True, False, False), (None, True, False), (False, True, True)])
def test_the_client_decides_about_the_confirmation_before_the_tenant(
    world: World, browser: Browser, *, of_client: bool | None, of_tenant: bool, asks: bool
) -> None:
    name = "skip_non_verifiable_callback_uri_confirmation_prompt"
    world.change("clients", "web", callbacks=["myapp://callback"], **{name: of_client})
    world.change("settings", "tenant", **{name: of_tenant})
    browser.login(redirect_uri="myapp://callback")
    assert location(browser, redirect_uri="myapp://callback").startswith("/u/confirmation") is asks


def test_a_refused_confirmation_gives_no_code(world: World, browser: Browser) -> None:
    world.change("clients", "web", callbacks=[LOOPBACK])
    browser.login(redirect_uri=LOOPBACK)
    page = browser.get(location(browser, redirect_uri=LOOPBACK))
    assert told(browser.fill(page, action="deny"))["error"] == "access_denied"


def consent_page(world: World, browser: Browser, scope: str = "openid read:orders") -> str:
    world.change("resource_servers", world.add_api()["id"], skip_consent_for_verifiable_first_party_clients=False)
    answer = browser.authorize(audience=API, scope=scope)
    while answer.is_redirect and "/u/consent" not in answer.headers["location"]:
        answer = browser.get(answer.headers["location"])
        if answer.status_code == 200:
            answer = browser.fill(answer, password=PASSWORD)
    return str(answer.headers["location"])


def test_consent_is_asked_once_and_again_for_more(world: World, browser: Browser) -> None:
    page = browser.get(consent_page(world, browser))
    assert "read:orders" in page.text
    assert "code" in told(browser.walk(page))
    assert "code=" in location(browser, audience=API, scope="openid read:orders")
    assert "/u/consent" in location(browser, audience=API, scope="openid write:orders")
    assert told(browser.authorize(audience=API, scope="write:orders", prompt="none"))["error"] == "consent_required"


def test_a_refused_consent_is_told_to_the_application(world: World, browser: Browser) -> None:
    page = browser.get(consent_page(world, browser))
    assert told(browser.fill(page, action="deny"))["error"] == "access_denied"


def test_consent_can_be_forced(world: World, browser: Browser) -> None:
    browser.login()
    assert "/u/consent" in location(browser, audience=API, prompt="consent")
    assert world.tenant.store.count("user_grants") == 0


def test_a_third_party_always_needs_consent(world: World, browser: Browser) -> None:
    world.change("clients", "web", is_first_party=False)
    assert "code" in browser.login(scope="openid")
    assert world.tenant.store.count("user_grants") == 1


def test_a_login_cannot_be_finished_in_another_browser(world: World, browser: Browser) -> None:
    page = browser.get(location(browser))
    other = world.browser()
    other.get(location(other))
    answer = other.post("/u/login", data={**hidden(page.text), "username": "ada@users.test", "password": PASSWORD})
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_a_blocked_user_gets_no_code(world: World, browser: Browser) -> None:
    world.add_user(blocked=True)
    assert told(browser.walk(browser.authorize()))["error_description"] == "user is blocked"


def test_session_cookies_are_hidden_from_scripts_and_secure_on_https_only(world: World) -> None:
    for base, secure in (("https://tenant.test", True), ("http://localhost:4400", False)):
        world.base = base
        browser = world.browser()
        page = browser.get(location(browser))
        cookies = browser.fill(page, password=PASSWORD).headers.get_list("set-cookie")
        sessions = [one for one in cookies if one.startswith("auth0=")]
        assert len(sessions) == 1
        assert "HttpOnly" in sessions[0]
        assert ("Secure" in sessions[0], "SameSite=none" in sessions[0]) == (secure, secure)
