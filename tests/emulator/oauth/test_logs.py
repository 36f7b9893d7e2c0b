"""Every login, exchange and refusal leaves an entry of a documented type that names who it was."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tenantry.emulator.oauth import logs
from tenantry.emulator.page import EVENTS
from tests.emulator.oauth.world import API, CALLBACK, EMAIL, Browser, World

SECRET = "secret-of-web-long-enough-for-hmac"
CLIENT = {"client_id": "web", "client_secret": SECRET}


def entries(world: World) -> list[dict[str, Any]]:
    return world.tenant.store.all("logs")


def last(world: World) -> dict[str, Any]:
    return entries(world)[-1]


def types(world: World) -> list[str]:
    return [entry["type"] for entry in entries(world)]


def test_a_login_an_exchange_and_a_refresh_name_user_application_and_connection(world: World, browser: Browser) -> None:
    tokens = browser.tokens(audience=API, scope="openid read:orders offline_access")
    browser.refresh(tokens["refresh_token"])
    assert types(world) == ["s", "seacft", "sertft"]
    for entry in entries(world):
        named = {name: entry.get(name) for name in ("user_name", "client_name", "client_id", "connection", "connection_id")}
        assert named == {
            "user_name": EMAIL,
            "client_name": "Web",
            "client_id": "web",
            "connection": "Users",
            "connection_id": "con_users",
        }
        assert (entry["strategy"], entry["strategy_type"]) == ("auth0", "database")
    assert last(world)["audience"] == API


@pytest.mark.parametrize(("email", "event"), [(EMAIL, "fp"), ("nobody@users.test", "fu")])
def test_a_wrong_password_is_told_from_an_unknown_user(world: World, browser: Browser, email: str, event: str) -> None:
    browser.walk(browser.authorize(), email=email, password="wrong")
    assert types(world)[0] == event
    assert {entry["user_name"] for entry in entries(world)} == {email}


def test_a_refused_exchange_names_the_application_that_asked(world: World, browser: Browser) -> None:
    basic = base64.b64encode(f"web:{SECRET}".encode()).decode()
    browser.post(
        "/oauth/token",
        data={"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert (last(world)["type"], last(world)["client_id"]) == ("feacft", "web")
    browser.token(grant_type="client_credentials", audience=API, **CLIENT)
    assert last(world)["type"] == "feccft"
    world.add_grant()
    browser.token(grant_type="client_credentials", audience=API, **CLIENT)
    assert (last(world)["type"], last(world)["client_name"]) == ("seccft", "Web")
    assert "user_id" not in last(world)


def test_a_token_that_comes_back_leaves_one_entry(world: World, browser: Browser) -> None:
    world.change("clients", "web", refresh_token={"rotation_type": "rotating", "leeway": 0})
    token = browser.tokens(scope="openid offline_access")["refresh_token"]
    browser.refresh(token)
    before = len(entries(world))
    browser.refresh(token)
    assert types(world)[before:] == ["ferrt"]


def test_sign_ups_password_changes_pushes_and_logouts_are_written_down(world: World, browser: Browser) -> None:
    sent = {"client_id": "web", "connection": "Users", "email": "new@users.test"}
    browser.post("/dbconnections/signup", json={**sent, "password": "a password"})
    browser.post("/dbconnections/signup", json={**sent, "password": "a password"})
    browser.post("/dbconnections/change_password", json=sent)
    browser.post("/oauth/par", data={**CLIENT, "client_secret": "wrong"})
    assert types(world) == ["ss", "fs", "scpr", "fpar"]
    assert {entry.get("user_name") for entry in entries(world)[:3]} == {"new@users.test"}
    browser.login()
    browser.get("/v2/logout?returnTo=https://elsewhere.test/")
    assert last(world)["type"] == "flo"
    browser.get("/v2/logout?client_id=web")
    assert (last(world)["type"], last(world)["user_name"]) == ("slo", EMAIL)
    before = len(entries(world))
    browser.get("/v2/logout")
    assert len(entries(world)) == before


def test_the_status_page_has_a_word_for_every_type_that_is_written() -> None:
    alone = [value for name, value in vars(logs).items() if name.isupper() and isinstance(value, str)]
    assert {*alone, *(code for pair in logs.EXCHANGES.values() for code in pair)} <= set(EVENTS)


def test_no_secret_gets_into_the_log(world: World, browser: Browser) -> None:
    browser.tokens(scope="openid offline_access")
    browser.token(grant_type="client_credentials", audience=API, **CLIENT)
    assert SECRET not in str(entries(world))
    assert "correct horse" not in str(entries(world))
