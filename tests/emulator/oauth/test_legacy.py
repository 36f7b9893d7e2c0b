"""The pipeline from before OpenID Connect conformance, beside the conformant one."""

from __future__ import annotations

import pytest

from tests.emulator.oauth.world import API, CALLBACK, Browser, World

SCOPE = "openid email favorite_color offline_access"


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client(oidc_conformant=False)
    made.add_api()
    made.add_user(user_metadata={"favorite_color": "blue"})
    return made


def test_any_attribute_is_a_scope_and_a_claim(browser: Browser) -> None:
    claims = browser.claims(browser.tokens(scope=SCOPE)["id_token"])
    assert (claims["favorite_color"], claims["email"]) == ("blue", "ada@users.test")


def test_the_access_token_is_opaque(browser: Browser) -> None:
    token = browser.tokens(scope=SCOPE)["access_token"]
    assert "." not in token
    assert browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).json()["email"] == "ada@users.test"


def test_a_refresh_token_needs_a_device(browser: Browser) -> None:
    assert "refresh_token" not in browser.tokens(scope=SCOPE)
    assert "refresh_token" in browser.tokens(scope=SCOPE, device="my-device-name")


def test_an_audience_switches_to_the_conformant_pipeline(browser: Browser) -> None:
    body = browser.tokens(scope=SCOPE, audience=API)
    assert "refresh_token" in body
    assert API in browser.claims(body["access_token"])["aud"]
    assert "favorite_color" not in browser.claims(body["id_token"])


def test_a_conformant_client_gets_neither_the_claim_nor_the_scope(world: World, browser: Browser) -> None:
    world.change("clients", "web", oidc_conformant=True)
    body = browser.tokens(scope=SCOPE, device="my-device-name")
    assert "favorite_color" not in body["scope"]
    assert "favorite_color" not in browser.claims(body["id_token"])
    assert "refresh_token" in body


def test_the_callback_and_the_exchange_are_the_same(world: World, browser: Browser) -> None:
    for conformant in (True, False):
        world.change("clients", "web", oidc_conformant=conformant)
        answer = browser.walk(browser.authorize(scope="openid"))
        assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
        assert answer.headers["location"].endswith("&state=app-state")
