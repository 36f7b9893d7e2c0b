"""Tokens without a login, sign-up without a page, and tokens for the Management API."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request

from tenantry.emulator.oauth import minting, tokens
from tenantry.emulator.oauth.bearer import Distrusted
from tenantry.emulator.oauth.errors import OAuthError
from tests.emulator.oauth.world import API, Browser, World


def request(token: str = "") -> Request:
    headers = [(b"host", b"tenant.test"), (b"authorization", f"Bearer {token}".encode())]
    return Request(
        {"type": "http", "method": "GET", "scheme": "https", "path": "/", "headers": headers, "server": ("tenant.test", 443)}
    )


def test_a_token_can_be_had_for_an_application_or_its_user(world: World, browser: Browser) -> None:
    body = minting.mint(world.tenant, request(), {"application": "Web", "api": "Orders"})
    claims = browser.claims(body["access_token"])
    assert (claims["sub"], claims["scope"], body["expires_in"]) == ("web@clients", "read:orders write:orders", 86400)
    wanted = {"application": "web", "api": API, "user": "ada@users.test", "scope": "read:orders", "claims": {"https://x": 1}}
    claims = browser.claims(minting.mint(world.tenant, request(), {**wanted, "expires_in": 5})["access_token"])
    assert (claims["sub"], claims["scope"], claims["https://x"]) == (world.add_user(), "read:orders", 1)
    assert claims["exp"] - claims["iat"] == 5


@pytest.mark.parametrize("wrong", [{"application": "nobody"}, {"api": "nothing"}, {"user": "nobody"}])
def test_what_is_not_found_is_named(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(OAuthError, match=next(iter(wrong.values()))):
        minting.mint(world.tenant, request(), {"application": "web", "api": API, **wrong})


def test_only_tokens_for_the_management_api_open_it(world: World, browser: Browser) -> None:
    world.add_api(world.tenant.management_identifier, scopes=[{"value": "read:clients"}])
    world.add_grant(audience=world.tenant.management_identifier, scope=["read:clients"])
    sent = {"grant_type": "client_credentials", "client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac"}
    token = browser.token(audience="https://tenant.test/api/v2/", **sent).json()["access_token"]
    claims = tokens.verify_management(world.tenant, request(token))
    assert claims
    assert (claims["scope"], claims["azp"]) == ("read:clients", "web")
    other = minting.mint(world.tenant, request(), {"application": "web", "api": API})["access_token"]
    for shown, reason in (
        (other, "Bad audience: https://tenant.test/api/v2/"),
        (f"{token[:-4]}AAAA", "Invalid signature received for JSON Web Token validation"),
        ("a.b.c", "Invalid signature received for JSON Web Token validation"),
    ):
        with pytest.raises(Distrusted, match=f"^{reason}$"):
            tokens.verify_management(world.tenant, request(shown))
    world.pass_time(86400)
    with pytest.raises(Distrusted, match="Expired token received"):
        tokens.verify_management(world.tenant, request(token))


def test_users_sign_up_and_ask_for_passwords_without_a_page(world: World, browser: Browser) -> None:
    sent = {"client_id": "web", "connection": "Users", "email": "new@users.test", "password": "long enough"}
    answer = browser.post("/dbconnections/signup", json={**sent, "user_metadata": {"colour": "red"}})
    assert (answer.status_code, answer.json()["email"], answer.json()["user_metadata"]) == (
        200,
        "new@users.test",
        {"colour": "red"},
    )
    assert browser.post("/dbconnections/signup", json=sent).json()["code"] == "invalid_signup"
    assert browser.post("/dbconnections/signup", json={**sent, "connection": "Nothing"}).status_code == 400
    told = browser.post("/dbconnections/change_password", json=sent)
    assert (told.status_code, told.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert [mail["to"] for mail in world.tenant.store.all("outbox")] == ["new@users.test"]
    world.change("connections", "con_users", options={"disable_signup": True})
    assert browser.post("/dbconnections/signup", json={**sent, "email": "b@users.test"}).status_code == 400


def test_a_sign_up_may_tell_more_of_the_user(world: World, browser: Browser) -> None:
    sent = {"connection": "Users", "email": "eve@users.test", "password": "a password", "client_id": "web"}
    profile = {"given_name": "Eve", "family_name": "Moss", "name": "Eve Moss", "nickname": "eve", "picture": "https://x.test/e"}
    answer = browser.post("/dbconnections/signup", json={**sent, **profile, "role": "admin", "blocked": True}).json()
    (user,) = world.tenant.store.find("users", "email", "eve@users.test")
    assert {name: answer[name] for name in profile} == {name: user[name] for name in profile} == profile
    assert not {"role", "blocked"} & set(user)


def test_a_name_that_two_applications_share_is_not_guessed(world: World) -> None:
    world.add_client("other", name="Web")
    with pytest.raises(OAuthError, match="2 clients have the name 'Web'"):
        minting.mint(world.tenant, request(), {"application": "Web", "api": API})


def test_a_refused_password_is_told_with_the_rules_that_it_breaks(world: World, browser: Browser) -> None:
    dictionary = {"enable": True, "dictionary": ["Acme-2026"]}
    world.change("connections", "con_users", options={"passwordPolicy": "good", "password_dictionary": dictionary})
    sent = {"client_id": "web", "connection": "Users", "email": "new@users.test"}
    weak = browser.post("/dbconnections/signup", json={**sent, "password": "acme-acme"}).json()
    assert (weak["name"], weak["message"], weak["statusCode"]) == ("PasswordStrengthError", "Password is too weak", 400)
    assert [(rule["code"], rule["verified"]) for rule in weak["description"]["rules"]] == [
        ("lengthAtLeast", True),
        ("containsAtLeast", False),
    ]
    assert weak["policy"].startswith("* At least 8 characters in length\n* Contain at least 3 of the following 4 types")
    assert weak["policy"].endswith("\n * numbers (i.e. 0-9)\n * special characters (e.g. !@#$%^&*)")
    common = browser.post("/dbconnections/signup", json={**sent, "password": "acme-2026"}).json()
    assert (common["name"], common["description"]) == ("PasswordDictionaryError", "Password is too common")


def test_a_weak_password_and_broken_metadata_are_told_or_left_out(world: World, browser: Browser) -> None:
    world.change("connections", "con_users", options={"passwordPolicy": "good", "requires_username": True})
    sent = {"client_id": "web", "connection": "Users", "email": "new@users.test", "password": "short"}
    assert browser.post("/dbconnections/signup", json={**sent, "username": "new"}).json()["code"] == "invalid_password"
    strong = {**sent, "password": "Long enough"}
    assert browser.post("/dbconnections/signup", json=strong).json()["description"] == "Please enter a username."
    answer = browser.post("/dbconnections/signup", data={**strong, "username": "New", "user_metadata": "{"})
    assert (answer.status_code, "user_metadata" in answer.json()) == (200, False)
    assert (answer.json()["username"], answer.headers["content-type"]) == ("new", "application/json; charset=utf-8")
    assert world.tenant.store.find("users", "username", "new")
    assert browser.post("/dbconnections/change_password", json={"connection": "Users"}).status_code == 400
