"""The walk of a published tutorial: a single-page application with its secret, code, refresh token, new tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.oauth.world import ISSUER, Browser, World

if TYPE_CHECKING:
    import httpx

SITE = "https://example.com"
SCOPE = "openid profile email offline_access"


@pytest.fixture
def world() -> World:
    made = World()
    rotation = {"rotation_type": "rotating", "expiration_type": "expiring", "token_lifetime": 2592000}
    made.add_client(
        "spa",
        app_type="spa",
        callbacks=[SITE],
        grant_types=["authorization_code", "implicit", "refresh_token"],
        refresh_token=rotation,
    )
    made.add_api(SITE, scopes=[])
    return made


@pytest.fixture(params=["client_secret_post", "none", None])
def browser(world: World, request: pytest.FixtureRequest) -> Browser:
    world.change("clients", "spa", token_endpoint_auth_method=request.param)
    return world.browser()


def first(browser: Browser) -> httpx.Response:
    got = browser.login("spa", redirect_uri=SITE, audience=SITE, scope=SCOPE, state="")
    return browser.exchange(got["code"], "spa", redirect_uri="")


def test_the_code_is_exchanged_with_the_secret_and_nothing_else(browser: Browser) -> None:
    answer = first(browser)
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"]
    assert (body["scope"], body["expires_in"], body["token_type"]) == (SCOPE, 86400, "Bearer")
    assert body["refresh_token"].startswith("v1.M")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["content-type"] == "application/json"


def test_the_access_token_is_for_the_api_and_for_userinfo(browser: Browser) -> None:
    claims = browser.claims(first(browser).json()["access_token"])
    assert claims["aud"] == [SITE, f"{ISSUER}userinfo"]
    assert (claims["iss"], claims["azp"], claims["scope"]) == (ISSUER, "spa", SCOPE)
    assert claims["exp"] - claims["iat"] == 86400
    assert sorted(claims) == ["aud", "azp", "exp", "iat", "iss", "scope", "sub"]


def test_the_id_token_tells_profile_and_session(browser: Browser) -> None:
    claims = browser.claims(first(browser).json()["id_token"])
    assert (claims["aud"], claims["email"], claims["email_verified"]) == ("spa", "ada@users.test", True)
    assert claims["exp"] - claims["iat"] == 36000
    assert {"nickname", "name", "picture", "updated_at", "sid"} <= set(claims)


def test_a_refresh_gives_later_tokens_and_a_new_refresh_token(world: World, browser: Browser) -> None:
    body = first(browser).json()
    world.pass_time(173)
    again = browser.refresh(body["refresh_token"], "spa").json()
    assert again["refresh_token"] != body["refresh_token"]
    assert again["scope"] == SCOPE
    for name in ("access_token", "id_token"):
        before, after = browser.claims(body[name]), browser.claims(again[name])
        assert after["iat"] - before["iat"] == after["exp"] - before["exp"] >= 173
    assert "sid" not in browser.claims(again["id_token"])
    assert unchanged(browser.claims(again["access_token"])) == unchanged(browser.claims(body["access_token"]))


def unchanged(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: claims[name] for name in ("iss", "sub", "aud", "azp", "scope")}
