"""Pushed authorization requests."""

from __future__ import annotations

from typing import Any

from tests.emulator.oauth.world import CALLBACK, Browser, World, told


def push(browser: Browser, **more: str) -> Any:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "response_type": "code"}
    return browser.post("/oauth/par", data={**sent, "redirect_uri": CALLBACK, "state": "pushed", **more})


def test_a_pushed_request_is_used_once(browser: Browser) -> None:
    answer = push(browser)
    assert (answer.status_code, answer.json()["expires_in"]) == (201, 30)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    asked = {"client_id": "web", "request_uri": answer.json()["request_uri"]}
    assert told(browser.walk(browser.get("/authorize", params=asked)))["state"] == "pushed"
    assert browser.get("/authorize", params=asked).status_code == 400


def test_a_pushed_request_expires_and_belongs_to_its_client(world: World, browser: Browser) -> None:
    world.add_client("other")
    uri = push(browser).json()["request_uri"]
    assert browser.get("/authorize", params={"client_id": "other", "request_uri": uri}).status_code == 400
    world.pass_time(31)
    assert browser.get("/authorize", params={"client_id": "web", "request_uri": uri}).status_code == 400


def test_mistakes_are_told_when_pushing(browser: Browser) -> None:
    assert push(browser, redirect_uri="https://evil.test").json()["error"] == "invalid_request"
    assert push(browser, audience="https://nobody.test").json()["error"] == "access_denied"
    assert push(browser, client_secret="wrong").status_code == 401
    assert push(browser, request_uri="x").status_code == 400
    assert push(browser, nonce="x" * 10_000).status_code == 400


def test_public_clients_cannot_push(world: World, browser: Browser) -> None:
    world.change("clients", "web", token_endpoint_auth_method="none")
    assert push(browser, client_secret="").status_code == 401


def test_a_client_that_must_push_cannot_ask_otherwise(world: World, browser: Browser) -> None:
    world.change("clients", "web", require_pushed_authorization_requests=True)
    assert told(browser.authorize())["error"] == "invalid_request"
    assert told(browser.authorize(_pushed="yes"))["error"] == "invalid_request"
    uri = push(browser).json()["request_uri"]
    assert "/u/login" in browser.get("/authorize", params={"client_id": "web", "request_uri": uri}).headers["location"]
