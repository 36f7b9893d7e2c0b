"""Tokens for applications themselves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.oauth.world import API, Browser, World

SECRET = "secret-of-web-long-enough-for-hmac"


def ask(browser: Browser, **sent: str) -> httpx.Response:
    known = {"grant_type": "client_credentials", "client_id": "web", "client_secret": SECRET, "audience": API}
    return browser.token(**{**known, **sent})


def test_an_application_gets_what_its_grant_gives(world: World, browser: Browser) -> None:
    world.add_grant(scope=["read:orders", "write:orders"])
    body = ask(browser).json()
    claims = browser.claims(body["access_token"])
    assert sorted(body) == ["access_token", "expires_in", "scope", "token_type"]
    assert (claims["sub"], claims["azp"], claims["aud"], claims["gty"]) == ("web@clients", "web", API, "client-credentials")
    assert claims["scope"] == "read:orders write:orders"
    assert ask(browser, scope="write:orders").json()["scope"] == "write:orders"


def test_a_grant_without_scopes_gives_a_token_without_scope(world: World, browser: Browser) -> None:
    world.add_grant(scope=[])
    body = ask(browser).json()
    assert "scope" not in body
    assert "scope" not in browser.claims(body["access_token"])


def test_all_scopes_may_be_granted(world: World, browser: Browser) -> None:
    world.add_grant(scope=None, allow_all_scopes=True)
    assert ask(browser).json()["scope"] == "read:orders write:orders"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"audience": ""}, "Non-global clients are not allowed access to APIv1"),
        ({"audience": "https://nobody.test"}, "Service not enabled within domain: https://nobody.test"),
        ({"scope": "read:orders write:orders"}, "Client has not been granted scopes: write:orders"),
    ],
)
def test_refusals_are_the_real_servers(world: World, browser: Browser, sent: dict[str, str], text: str) -> None:
    world.add_grant()
    answer = ask(browser, **sent)
    assert answer.status_code == 403
    assert answer.json() == {"error": "access_denied", "error_description": text}


@pytest.mark.parametrize("grant", [None, {"subject_type": "user"}, {"audience": "https://other.test"}])
def test_without_a_grant_of_its_own_there_is_no_token(world: World, browser: Browser, grant: dict[str, Any] | None) -> None:
    if grant:
        world.add_grant(**grant)
    assert ask(browser).json()["error_description"].startswith(f'Client is not authorized to access "{API}"')


def test_an_api_may_refuse_every_application(world: World, browser: Browser) -> None:
    world.add_grant()
    world.add_api(subject_type_authorization={"client": {"policy": "deny_all"}})
    assert ask(browser).json()["error"] == "access_denied"


def test_organizations_of_a_grant(world: World, browser: Browser) -> None:
    put = world.tenant.store.put
    put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    world.add_grant()
    assert ask(browser, organization="org_1").status_code == 403
    world.tenant.store.clear()
    world = World()
    world.add_client()
    world.add_api()
    world.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    world.add_grant(organization_usage="require")
    browser = world.browser()
    assert ask(browser).status_code == 400
    assert ask(browser, organization="org_1").status_code == 403
    world.tenant.store.put("organization_client_grants", "org_1", {"grants": ["cgr_web"]})
    assert browser.claims(ask(browser, organization="org_1").json()["access_token"])["org_id"] == "org_1"
    assert ask(browser, organization="org_2").status_code == 403


def test_the_default_audience_stands_in(world: World, browser: Browser) -> None:
    world.add_grant()
    world.change("settings", "tenant", default_audience=API)
    assert browser.claims(ask(browser, audience="").json()["access_token"])["aud"] == API
