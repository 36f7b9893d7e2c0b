"""Logging out, in Auth0's way and in that of OpenID Connect."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.emulator.oauth.world import API, ISSUER, Browser, World, told

BYE = "https://app.test/bye"


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client(allowed_logout_urls=[BYE, "https://app.test/other"])
    made.add_api()
    made.change("settings", "tenant", allowed_logout_urls=["https://tenant.test/bye"])
    return made


def is_logged_in(browser: Browser) -> bool:
    return "code" in told(browser.authorize(prompt="none"))


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ({"client_id": "web", "returnTo": BYE}, BYE),
        ({"client_id": "web", "returnTo": f"{BYE}?a=1#b"}, f"{BYE}?a=1#b"),
        ({"client_id": "web"}, BYE),
        ({"returnTo": "https://tenant.test/bye"}, "https://tenant.test/bye"),
    ],
)
def test_a_logout_goes_where_it_may_and_ends_the_session(browser: Browser, sent: dict[str, str], target: str) -> None:
    browser.login()
    answer = browser.get("/v2/logout", params=sent)
    assert (answer.status_code, answer.headers["location"]) == (302, target)
    assert not is_logged_in(browser)


@pytest.mark.parametrize(
    "sent",
    [
        {"client_id": "web", "returnTo": "https://evil.test"},
        {"client_id": "web", "returnTo": f"{BYE.upper()}"},
        {"client_id": "nobody", "returnTo": BYE},
        {"returnTo": BYE},
    ],
)
def test_a_logout_to_elsewhere_is_a_page_and_keeps_the_session(browser: Browser, sent: dict[str, str]) -> None:
    browser.login()
    answer = browser.get("/v2/logout", params=sent)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert is_logged_in(browser)


def test_a_session_is_dead_even_if_its_cookie_was_kept(browser: Browser) -> None:
    browser.login()
    kept = dict(browser.cookies)
    browser.get("/v2/logout")
    browser.cookies.update(kept)
    assert not is_logged_in(browser)


def test_an_id_token_makes_the_question_superfluous(world: World, browser: Browser) -> None:
    hint = browser.tokens(scope="openid")["id_token"]
    world.pass_time(100_000)  # it has expired; the session has not
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "s&1"}
    answer = browser.get("/oidc/logout", params=sent)
    assert answer.headers["location"] == f"{BYE}?state=s%261"
    assert not is_logged_in(browser)


def test_an_hs256_id_token_is_a_hint_too(world: World, browser: Browser) -> None:
    world.change("clients", "web", jwt_configuration={"alg": "HS256"})
    hint = browser.tokens(scope="openid")["id_token"]
    assert browser.post("/oidc/logout", data={"id_token_hint": hint, "post_logout_redirect_uri": BYE}).status_code == 302


def test_without_a_hint_the_user_is_asked(browser: Browser) -> None:
    browser.login()
    page = browser.get("/oidc/logout", params={"client_id": "web", "post_logout_redirect_uri": BYE})
    assert page.status_code == 200
    assert is_logged_in(browser)
    stays = browser.fill(page, action="deny")
    assert (stays.status_code, is_logged_in(browser)) == (200, True)
    page = browser.get("/oidc/logout", params={"client_id": "web", "post_logout_redirect_uri": BYE})
    assert browser.fill(page, action="accept").headers["location"] == BYE
    assert not is_logged_in(browser)


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "other"},
        {"post_logout_redirect_uri": "https://evil.test"},
        {"id_token_hint": "x"},
        {"logout_hint": "another session"},
    ],
)
def test_hints_that_contradict_are_an_error(world: World, browser: Browser, change: dict[str, str]) -> None:
    world.add_client("other", allowed_logout_urls=[BYE])
    hint = browser.tokens(scope="openid")["id_token"]
    answer = browser.get("/oidc/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": BYE, **change})
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert is_logged_in(browser)


def test_refresh_tokens_outlive_a_logout(browser: Browser) -> None:
    token = browser.tokens(audience=API, scope="openid offline_access")["refresh_token"]
    browser.get("/v2/logout")
    assert browser.refresh(token).status_code == 200


def test_a_question_can_be_answered_once_and_in_time(world: World, browser: Browser) -> None:
    browser.login()
    page = browser.get("/oidc/logout", params={"client_id": "web"})
    world.pass_time(601)
    assert browser.fill(page, action="accept").status_code == 400
    page = browser.get("/oidc/logout", params={"client_id": "web"})
    assert browser.fill(page, action="accept").headers["location"] == BYE
    assert browser.fill(page, action="accept").status_code == 400


def test_a_token_of_another_signer_is_no_hint(world: World, browser: Browser) -> None:
    world.change("clients", "web", jwt_configuration={"alg": "HS256"})
    hint = browser.tokens(scope="openid")["id_token"]
    world.change("clients", "web", client_secret="another secret of the same length")
    assert browser.get("/oidc/logout", params={"id_token_hint": hint}).status_code == 400


@pytest.mark.parametrize("target", [f"{BYE}?a=1", f"{BYE}#b", BYE.replace("/bye", "/b\nye"), BYE.replace("/bye", "/by e")])
def test_the_standard_logout_goes_to_the_letter_of_what_is_listed(browser: Browser, target: str) -> None:
    hint = browser.tokens(scope="openid")["id_token"]
    answer = browser.get("/oidc/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": target})
    assert (answer.status_code, is_logged_in(browser)) == (400, True)


def test_a_listed_url_may_have_a_query(world: World, browser: Browser) -> None:
    world.change("clients", "web", allowed_logout_urls=[f"{BYE}?a=1"])
    hint = browser.tokens(scope="openid")["id_token"]
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": f"{BYE}?a=1", "state": "s"}
    assert browser.get("/oidc/logout", params=sent).headers["location"] == f"{BYE}?a=1&state=s"


def test_without_a_url_the_standard_logout_goes_to_the_first_of_the_application(browser: Browser) -> None:
    hint = browser.tokens(scope="openid")["id_token"]
    assert browser.get("/oidc/logout", params={"id_token_hint": hint, "client_id": "web"}).headers["location"] == BYE


def test_an_id_token_of_an_earlier_session_asks_the_user(browser: Browser) -> None:
    hint = browser.tokens(scope="openid")["id_token"]
    browser.login(prompt="login")
    assert browser.get("/oidc/logout", params={"id_token_hint": hint}).status_code == 200
    assert is_logged_in(browser)


def test_an_id_token_from_a_refresh_asks_nobody(browser: Browser) -> None:
    token = browser.tokens(audience=API, scope="openid offline_access")["refresh_token"]
    hint = browser.refresh(token).json()["id_token"]
    assert browser.get("/oidc/logout", params={"id_token_hint": hint}).status_code == 302
    assert not is_logged_in(browser)


def test_a_tenant_may_ask_nobody(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", sessions={"oidc_logout_prompt_enabled": False})
    browser.login()
    assert browser.get("/oidc/logout").text == "OK"
    assert not is_logged_in(browser)


@pytest.mark.parametrize("claims", [{"sid": ["x"]}, {"sub": {"x": 1}}])
def test_a_hint_with_strange_claims_asks_the_user(browser: Browser, claims: dict[str, Any]) -> None:
    browser.login(scope="openid")
    key = OctKey.import_key("secret-of-web-long-enough-for-hmac")
    hint = jwt.encode({"alg": "HS256"}, {"iss": ISSUER, "aud": "web", **claims}, key)
    assert browser.get("/oidc/logout", params={"id_token_hint": hint}).status_code == 200


@pytest.mark.parametrize("listed", ["https://[", "https://[*", "https://*.[::1"])
def test_a_listed_url_that_is_none_allows_nothing(world: World, browser: Browser, listed: str) -> None:
    world.change("clients", "web", allowed_logout_urls=[listed, BYE])
    assert browser.get("/v2/logout", params={"client_id": "web", "returnTo": "https://evil.test"}).status_code == 400
    assert browser.get("/v2/logout", params={"client_id": "web", "returnTo": BYE}).status_code == 302
