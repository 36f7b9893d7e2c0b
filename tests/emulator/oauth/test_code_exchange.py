"""Exchanging codes, with and without PKCE."""

from __future__ import annotations

import pytest

from tests.emulator.oauth.world import API, CALLBACK, CHALLENGE, VERIFIER, Browser, World

OTHER = "https://app.test/other"
S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def code(browser: Browser, client_id: str = "web", **asked: str) -> str:
    return browser.login(client_id, **asked)["code"]


def test_a_code_works_once_and_its_second_use_revokes_what_it_gave(browser: Browser) -> None:
    used = code(browser, audience=API, scope="offline_access")
    body = browser.exchange(used).json()
    again = browser.exchange(used)
    assert again.status_code == 403
    assert again.json() == {"error": "invalid_grant", "error_description": "Invalid authorization code"}
    assert browser.refresh(body["refresh_token"]).status_code == 403


def test_a_random_code_is_no_code(browser: Browser) -> None:
    assert browser.exchange("made-up").json()["error"] == "invalid_grant"


def test_a_code_dies_after_ten_minutes(world: World, browser: Browser) -> None:
    fresh, late = code(browser), code(browser)
    world.pass_time(590)
    assert browser.exchange(fresh).status_code == 200
    world.pass_time(11)
    assert browser.exchange(late).status_code == 403


def test_a_code_of_one_client_is_refused_to_another(world: World, browser: Browser) -> None:
    world.add_client("other")
    mine = code(browser)
    assert browser.exchange(mine, "other").json()["error"] == "invalid_grant"
    assert browser.exchange(mine).status_code == 200


def test_another_redirect_uri_is_refused_even_if_registered(world: World, browser: Browser) -> None:
    world.change("clients", "web", callbacks=[CALLBACK, OTHER])
    answer = browser.exchange(code(browser), redirect_uri=OTHER)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "urn:tenantry:x"}, 403, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 401, "access_denied"),
        ({"grant_type": "authorization_code", "client_id": "nobody", "code": "x"}, 401, "access_denied"),
        ({"grant_type": "authorization_code", "client_id": "web", "client_secret": "wrong"}, 401, "access_denied"),
    ],
)
def test_what_is_wrong_is_told_in_the_real_servers_words(
    browser: Browser, sent: dict[str, str], status: int, error: str
) -> None:
    answer = browser.token(**sent)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


def test_a_missing_code_is_told(browser: Browser) -> None:
    answer = browser.exchange("")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_repeated_parameter_is_refused(browser: Browser) -> None:
    content = "grant_type=authorization_code&grant_type=authorization_code&client_id=web"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/oauth/token", content=content, headers=kind).status_code == 400


def test_the_endpoint_takes_json_but_no_get(browser: Browser) -> None:
    sent = {"grant_type": "authorization_code", "client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac"}
    assert browser.post("/oauth/token", json={**sent, "code": code(browser)}).status_code == 200
    assert browser.get("/oauth/token", params=sent).status_code == 405
    assert browser.post("/oauth/token", content=b"{", headers={"content-type": "application/json"}).status_code == 400


def test_the_right_verifier_is_accepted(browser: Browser) -> None:
    assert browser.exchange(code(browser, **S256), code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize("verifier", ["w" * 43, CHALLENGE, VERIFIER + "x", "short"])
def test_a_wrong_verifier_is_refused(browser: Browser, verifier: str) -> None:
    answer = browser.exchange(code(browser, **S256), code_verifier=verifier)
    assert answer.status_code == 403
    assert answer.json() == {"error": "invalid_grant", "error_description": "Failed to verify code verifier"}


def test_a_missing_verifier_is_a_bad_request_even_with_the_secret(browser: Browser) -> None:
    answer = browser.exchange(code(browser, **S256))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == "Parameter 'code_verifier' is required"


def test_without_a_method_the_challenge_is_plain(browser: Browser) -> None:
    assert browser.exchange(code(browser, code_challenge=VERIFIER), code_verifier=VERIFIER).status_code == 200
    assert browser.exchange(code(browser, code_challenge=CHALLENGE), code_verifier=VERIFIER).status_code == 403


@pytest.mark.parametrize("method", ["plain", "S256"])
def test_a_challenge_beyond_ascii_fits_no_verifier(browser: Browser, method: str) -> None:
    asked = {"code_challenge": "\u00e9" * 43, "code_challenge_method": method}
    assert browser.exchange(code(browser, **asked), code_verifier=VERIFIER).status_code == 403


def test_the_verifier_does_not_replace_the_secret(browser: Browser) -> None:
    answer = browser.exchange(code(browser, **S256), code_verifier=VERIFIER, client_secret="")
    assert answer.status_code == 401
    assert answer.content == b'{"error":"access_denied","error_description":"Unauthorized"}'


@pytest.mark.parametrize(
    "kind", [{"token_endpoint_auth_method": "none"}, {"token_endpoint_auth_method": None, "app_type": "native"}]
)
def test_a_public_client_never_gets_a_token_without_pkce(world: World, browser: Browser, kind: dict[str, str]) -> None:
    world.change("clients", "web", **kind)
    assert browser.exchange(code(browser), client_secret="").status_code == 400
    assert browser.exchange(code(browser), client_secret="", code_verifier=VERIFIER).status_code == 403
    assert browser.exchange(code(browser, **S256), client_secret="", code_verifier=VERIFIER).status_code == 200


def test_a_verifier_that_nobody_asked_for_is_ignored_if_the_client_is_proved(browser: Browser) -> None:
    assert browser.exchange(code(browser), code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize("content", [b"[1]", b"\xff", b"x" * 1_000_001])
def test_a_body_that_cannot_be_read_is_refused(browser: Browser, content: bytes) -> None:
    answer = browser.post("/oauth/token", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
