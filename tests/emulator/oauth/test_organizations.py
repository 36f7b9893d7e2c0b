"""Logging in to an organization."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.oauth.world import API, PASSWORD, Browser, World, told


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client(organization_usage="allow")
    made.add_api()
    made.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme", "display_name": "Acme"})
    return made


def join(world: World) -> str:
    user_id = world.add_user()
    world.tenant.store.put("organization_members", "org_1", {"members": [user_id]})
    return user_id


def test_a_member_gets_tokens_that_name_the_organization(world: World, browser: Browser) -> None:
    join(world)
    body = browser.tokens(organization="org_1", audience=API, scope="openid")
    for name in ("access_token", "id_token"):
        claims = browser.claims(body[name])
        assert (claims["org_id"], "org_name" in claims) == ("org_1", False)
    assert "org_id" not in browser.claims(browser.tokens(scope="openid")["id_token"])


def test_somebody_else_is_refused(browser: Browser) -> None:
    answer = told(browser.walk(browser.authorize(organization="org_1")))
    assert answer["error"] == "access_denied"
    assert "is not part of the org_1 organization" in answer["error_description"]


def test_a_connection_may_make_members(world: World, browser: Browser) -> None:
    setting = {"connection_id": "con_users", "assign_membership_on_login": True}
    world.tenant.store.put("organization_connections", "org_1", {"connections": [setting]})
    assert "code" in browser.login(organization="org_1")
    members: Any = world.tenant.store.get("organization_members", "org_1")
    assert members["members"] == [world.add_user()]


@pytest.mark.parametrize(
    ("usage", "asked", "text"),
    [
        ("require", "", "parameter organization is required for this client"),
        ("allow", "org_2", "parameter organization is invalid: org_2"),
        ("allow", "acme", "authorization request parameter organization must be an organization id"),
        ("deny", "org_1", "parameter organization is not allowed for this client"),
    ],
)
def test_the_client_says_whether_there_is_an_organization(
    world: World, browser: Browser, usage: str, asked: str, text: str
) -> None:
    world.change("clients", "web", organization_usage=usage)
    assert told(browser.authorize(organization=asked)) == {
        "error": "invalid_request",
        "error_description": text,
        "state": "app-state",
    }


def test_names_work_where_the_tenant_allows_them(world: World, browser: Browser) -> None:
    join(world)
    world.change("settings", "tenant", allow_organization_name_in_authentication_api=True)
    claims = browser.claims(browser.tokens(organization="acme", scope="openid")["id_token"])
    assert (claims["org_id"], claims["org_name"]) == ("org_1", "acme")


def test_roles_in_the_organization_count_there_only(world: World, browser: Browser) -> None:
    user_id = join(world)
    world.add_api(enforce_policies=True)
    read = {"resource_server_identifier": API, "permission_name": "read:orders"}
    world.tenant.store.put("role_permissions", "rol_1", {"permissions": [read]})
    world.tenant.store.put("member_roles", f"org_1:{user_id}", {"roles": ["rol_1"]})
    assert browser.tokens(organization="org_1", audience=API, scope="read:orders")["scope"] == "read:orders"
    assert "scope" not in browser.tokens(audience=API, scope="read:orders")


def asks(world: World, browser: Browser, when: str) -> httpx.Response:
    join(world)
    world.change("clients", "web", organization_usage="require", organization_require_behavior=when)
    return browser.authorize(scope="openid")


def test_the_user_may_be_asked_for_the_organization_before_the_login(world: World, browser: Browser) -> None:
    answer = asks(world, browser, "pre_login_prompt")
    assert answer.headers["location"].startswith("/u/organization?state=")
    page = browser.get(answer.headers["location"])
    unknown = browser.fill(page, organizationName="nobody")
    assert (unknown.status_code, 'id="error-element-organizationName"' in unknown.text) == (400, True)
    code = told(browser.walk(browser.fill(page, organizationName="acme")))["code"]
    assert browser.claims(browser.exchange(code).json()["id_token"])["org_id"] == "org_1"


def test_the_user_may_choose_among_their_organizations_after_the_login(world: World, browser: Browser) -> None:
    world.tenant.store.put("organizations", "org_2", {"id": "org_2", "name": "other"})
    answer = asks(world, browser, "post_login_prompt")
    assert answer.headers["location"].startswith("/u/login")
    answer = browser.fill(browser.get(answer.headers["location"]), password=PASSWORD)
    page = browser.get(browser.get(answer.headers["location"]).headers["location"])
    assert page.request.url.path == "/u/organization-picker"
    assert ("Acme" in page.text, "other" in page.text) == (True, False)
    assert browser.fill(page, organization="org_2").status_code == 200, "not one of theirs"
    code = told(browser.walk(browser.fill(page, organization="org_1")))["code"]
    assert browser.claims(browser.exchange(code).json()["id_token"])["org_id"] == "org_1"


def test_nobody_is_asked_silently(world: World, browser: Browser) -> None:
    asks(world, browser, "pre_login_prompt")
    assert told(browser.authorize(prompt="none"))["error"] == "interaction_required"
