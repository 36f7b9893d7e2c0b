"""Addresses and usernames are the same in any case, wherever a user comes from and wherever it is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenantry.emulator import Emulator
from tests.emulator.oauth.world import Browser

CONNECTION = "Username-Password-Authentication"
PASSWORD = "Correct-horse-1"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator("case") as made:
        yield made


@pytest.fixture
def browser(emulator: Emulator) -> Browser:
    return Browser(emulator.app, "https://localhost")


@pytest.fixture
def headers(emulator: Emulator, browser: Browser) -> dict[str, str]:
    answer = browser.token(
        grant_type="client_credentials",
        audience="https://localhost/api/v2/",
        client_id=emulator.management_client_id,
        client_secret=emulator.management_client_secret,
    )
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def client(browser: Browser, headers: dict[str, str]) -> dict[str, str]:
    realm = "http://auth0.com/oauth/grant-type/password-realm"
    made = browser.post("/api/v2/clients", json={"name": "Web", "grant_types": [realm]}, headers=headers).json()
    connection = browser.get(f"/api/v2/connections?name={CONNECTION}", headers=headers).json()[0]
    wanted = [{"client_id": made["client_id"], "status": True}]
    path = f"/api/v2/connections/{connection['id']}/clients"
    assert browser.send("PATCH", path, json=wanted, headers=headers).status_code == 204
    known = {name: made[name] for name in ("client_id", "client_secret")}
    return {"grant_type": realm, "realm": CONNECTION, "password": PASSWORD, "scope": "openid", **known}


def test_a_user_of_the_management_api_logs_in_in_any_case(
    browser: Browser, headers: dict[str, str], client: dict[str, str]
) -> None:
    body = {"connection": CONNECTION, "email": "Ada@X.test", "password": PASSWORD}
    made = browser.post("/api/v2/users", json=body, headers=headers).json()
    assert made["email"] == "ada@x.test"
    for typed in ("ada@x.test", "ADA@x.TEST"):
        assert browser.token(username=typed, **client).status_code == 200
    path = f"/api/v2/users/{made['user_id']}"
    assert browser.send("PATCH", path, json={"email": "Eve@X.test"}, headers=headers).json()["email"] == "eve@x.test"
    assert browser.token(username="Eve@x.test", **client).status_code == 200
    assert browser.token(username="ada@x.test", **client).status_code == 403


def test_an_address_is_taken_in_any_case(browser: Browser, headers: dict[str, str], client: dict[str, str]) -> None:
    asked = {"connection": CONNECTION, "password": PASSWORD, "client_id": client["client_id"]}
    first = browser.post("/dbconnections/signup", json={**asked, "email": "Ada@X.test"})
    assert first.json()["email"] == "ada@x.test"
    assert browser.post("/dbconnections/signup", json={**asked, "email": "aDA@x.test"}).json()["code"] == "invalid_signup"
    again = browser.post(
        "/api/v2/users", json={"connection": CONNECTION, "email": "ADA@x.test", "password": PASSWORD}, headers=headers
    )
    assert again.status_code == 409
    assert browser.token(username="ADA@X.test", **client).status_code == 200
