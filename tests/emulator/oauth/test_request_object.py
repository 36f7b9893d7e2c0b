"""Authorization requests that the client signed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from tests.emulator.oauth.keys import KEY, OTHER_KEY, PEM
from tests.emulator.oauth.world import CALLBACK, ISSUER, Browser, World, told


@pytest.fixture
def world(world: World) -> World:
    world.change("clients", "web", signed_request_object={"required": False, "credentials": [{"id": "cred_1"}]})
    world.tenant.store.put("client_credentials", "cred_1", {"id": "cred_1", "client_id": "web", "kid": "k1", "_pem": PEM})
    return world


def signed(world: World, key: RSAKey = KEY, typ: str = "oauth-authz-req+jwt", **changed: Any) -> str:
    now = int(world.tenant.clock.now())
    inside = {"response_type": "code", "redirect_uri": CALLBACK, "state": "inside", "scope": "openid", "max_age": 60}
    claims = {"iss": "web", "client_id": "web", "aud": ISSUER, "iat": now, "exp": now + 60, **inside, **changed}
    known = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "k1", "typ": typ}, known, key, algorithms=["RS256"])


def ask(browser: Browser, request: str, **more: str) -> httpx.Response:
    return browser.get("/authorize", params={"client_id": "web", "request": request, **more})


def test_what_is_inside_wins_and_the_rest_counts_too(world: World, browser: Browser) -> None:
    answer = told(browser.walk(ask(browser, signed(world), state="outside", nonce="n-1")))
    assert answer["state"] == "inside"
    tokens = browser.exchange(answer["code"]).json()
    claims = browser.claims(tokens["id_token"])
    assert claims["nonce"] == "n-1"
    assert "auth_time" in claims  # max_age, a number inside


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other.test/"},
        {"iss": "other"},
        {"client_id": "other"},
        {"exp": 1},
        {"exp": "soon"},
        {"nbf": 4102444800},
        {"typ": "at+jwt"},
        {"key": OTHER_KEY},
    ],
)
def test_a_request_that_is_not_to_be_believed_is_told_to_the_user(
    world: World, browser: Browser, changed: dict[str, Any]
) -> None:
    answer = ask(browser, signed(world, **changed))
    assert answer.status_code == 400
    assert "invalid_request_object" in answer.text


@pytest.mark.parametrize("rubbish", ["x", "a.b.c", "e30.e30.e30"])
def test_rubbish_is_told_to_the_user(browser: Browser, rubbish: str) -> None:
    assert ask(browser, rubbish, response_type="code", redirect_uri=CALLBACK).status_code == 400


def test_a_callback_inside_must_be_registered(world: World, browser: Browser) -> None:
    assert ask(browser, signed(world, redirect_uri="https://evil.test/")).status_code == 403


def test_a_client_that_must_sign_cannot_leave_it(world: World, browser: Browser) -> None:
    world.change("clients", "web", signed_request_object={"required": True, "credentials": [{"id": "cred_1"}]})
    assert told(browser.authorize())["error"] == "invalid_request"
    assert told(browser.authorize(_signed="yes"))["error"] == "invalid_request"
    assert "code" in told(browser.walk(ask(browser, signed(world))))


def test_a_client_without_a_credential_for_it_is_told_so(world: World, browser: Browser) -> None:
    world.change("clients", "web", signed_request_object=None)
    answer = told(browser.authorize(request=signed(world)))
    assert answer["error"] == "request_not_supported"


def test_a_signed_request_can_be_pushed(world: World, browser: Browser) -> None:
    world.change("clients", "web", signed_request_object={"required": True, "credentials": [{"id": "cred_1"}]})
    secret = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac"}
    pushed = browser.post("/oauth/par", data={**secret, "request": signed(world)})
    assert pushed.status_code == 201, pushed.text
    answer = browser.get("/authorize", params={"client_id": "web", "request_uri": pushed.json()["request_uri"]})
    assert told(browser.walk(answer))["state"] == "inside"
    unsigned = {"response_type": "code", "redirect_uri": CALLBACK}
    assert browser.post("/oauth/par", data={**secret, **unsigned}).status_code == 400


def test_a_request_that_nobody_could_write_down_is_refused(browser: Browser) -> None:
    inside = {"iss": "web", "aud": ISSUER, "response_type": "code", "redirect_uri": CALLBACK, "state": "\ud800"}
    token = jws.serialize_compact({"alg": "RS256"}, json.dumps(inside), KEY, algorithms=["RS256"])
    answer = ask(browser, token)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
