"""Token exchange: a profile's Action judges the subject token and names the user."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tenantry.emulator import Emulator
from tests.emulator.oauth.deployed import deploy, login
from tests.emulator.oauth.world import API, EMAIL, Browser, World

pytest.importorskip("py_mini_racer", reason="mini-racer has no wheel for this platform")
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:acme:legacy-session"
NEW = "{creationBehavior: 'create_if_not_exists', updateBehavior: 'none'}"


@pytest.fixture
def world(world: World) -> World:
    world.change("clients", "web", token_exchange={"allow_any_profile_of_type": ["custom_authentication"]})
    profile = {"id": "tep_1", "subject_token_type": TYPE, "action_id": "act_cte", "type": "custom_authentication"}
    world.tenant.store.put("token_exchange_profiles", "tep_1", profile)
    return world


def judge(world: World, body: str, **more: Any) -> None:
    source = f"exports.onExecuteCustomTokenExchange = async (event, api) => {{ {body} }};"
    world.tenant.store.put("actions", "act_cte", {"id": "act_cte", "name": "Judge", "_deployed": "ver_cte"})
    world.tenant.store.put("action_versions", "ver_cte", {"id": "ver_cte", "code": source, **more})


def ask(browser: Browser, **more: str) -> httpx.Response:
    known = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "subject_token": "ada"}
    return browser.token(**{"grant_type": GRANT, "subject_token_type": TYPE, **known, **more})


def log_types(world: World) -> list[str]:
    return [entry["type"] for entry in world.tenant.store.all("logs")]


def test_the_user_whom_the_action_names_gets_tokens(world: World, browser: Browser) -> None:
    user_id = world.add_user()
    judge(
        world,
        "api.user.setAppMetadata('seen', event.transaction.subject_token); api.authentication.setUserById(event.secrets.ADA);",
    )
    world.change("action_versions", "ver_cte", _secrets={"ADA": user_id})
    answer = ask(browser, audience=API, scope="openid read:orders offline_access")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    claims = browser.claims(body["access_token"])
    assert (claims["sub"], claims["scope"]) == (user_id, "openid read:orders offline_access")
    assert browser.claims(body["id_token"])["sub"] == user_id
    assert browser.refresh(body["refresh_token"]).status_code == 200
    user = world.tenant.store.get("users", user_id)
    assert user
    assert user["app_metadata"] == {"seen": "ada"}
    assert log_types(world)[0] == "secte"


def test_a_user_is_made_once_and_found_again(world: World, browser: Browser) -> None:
    judge(world, f"api.authentication.setUserByConnection('Users', {{user_id: 'ext-7', email: 'Eve@Users.test'}}, {NEW});")
    first, again = ask(browser, scope="openid"), ask(browser, scope="openid")
    assert [browser.claims(each.json()["id_token"])["sub"] for each in (first, again)] == ["auth0|ext-7"] * 2
    user = world.tenant.store.get("users", "auth0|ext-7")
    assert user
    assert (user["email"], user["email_verified"], user["logins_count"]) == ("eve@users.test", False, 2)


def test_an_update_changes_the_profile_but_not_the_address(world: World, browser: Browser) -> None:
    world.add_user()
    local = world.tenant.store.all("users")[0]["identities"][0]["user_id"]
    options = "{creationBehavior: 'none', updateBehavior: 'replace'}"
    judge(
        world,
        f"api.authentication.setUserByConnection('Users', {{user_id: '{local}', name: 'Ada', email: '{EMAIL}'}}, {options});",
    )
    assert ask(browser).status_code == 200
    assert world.tenant.store.all("users")[0]["name"] == "Ada"
    judge(world, f"api.authentication.setUserByConnection('Users', {{user_id: '{local}', email: 'x@y.test'}}, {options});")
    assert "email cannot be changed" in ask(browser).json()["error_description"]


@pytest.mark.parametrize(
    ("body", "told", "text"),
    [
        ("api.access.deny('no_luck', 'Not today');", (400, "no_luck"), "Not today"),
        ("api.authentication.setUserById('x'); api.access.deny('no_luck', 'Not today');", (400, "no_luck"), "Not today"),
        ("api.access.rejectInvalidSubjectToken('forged');", (400, "invalid_request"), "forged"),
        ("api.authentication.setUserById('auth0|nobody');", (400, "invalid_request"), "does not exist"),
        ("", (403, "server_error"), "it must call one of"),
        ("throw new Error('boom');", (403, "server_error"), "boom"),
        ("api.authentication.setUserById(7);", (403, "server_error"), "unsuitable arguments"),
        ("api.access.deny();", (403, "server_error"), "unsuitable arguments"),
        ("api.authentication.setActor({sub: 'x'});", (403, "server_error"), "not imitated"),
        (
            "api.authentication.setUserByConnection('Nope', {user_id: 'x'}, {});",
            (400, "invalid_request"),
            "Nope does not exist",
        ),
        ("api.authentication.setUserByConnection('Users', {}, {});", (400, "invalid_request"), "user_id"),
        ("api.authentication.setUserByConnection('Users', {user_id: 'x'}, {});", (400, "invalid_request"), "creationBehavior"),
        (
            f"api.authentication.setUserByConnection('Users', {{user_id: 'x', email: '{EMAIL}'}}, {NEW});",
            (400, "invalid_request"),
            "already exists",
        ),
    ],
)
def test_what_the_action_refuses_or_cannot_do_is_told(
    world: World, browser: Browser, body: str, told: tuple[int, str], text: str
) -> None:
    judge(world, body)
    answer = ask(browser)
    assert (answer.status_code, answer.json()["error"]) == told
    assert text in answer.json()["error_description"]
    assert log_types(world) == ["fecte"]


@pytest.mark.parametrize(
    ("change", "sent", "told"),
    [
        ({"token_exchange": None}, {}, (403, "unauthorized_client")),
        ({"is_first_party": False}, {}, (403, "unauthorized_client")),
        ({"oidc_conformant": False}, {}, (403, "unauthorized_client")),
        ({}, {"subject_token_type": "urn:acme:other"}, (400, "invalid_request")),
        ({}, {"subject_token": ""}, (400, "invalid_request")),
        ({}, {"client_secret": "wrong"}, (401, "access_denied")),
        ({}, {"audience": "https://nowhere.test"}, (403, "access_denied")),
        ({}, {"organization": "org_nowhere000000000"}, (400, "invalid_request")),
    ],
)
def test_who_may_not_exchange_is_refused(
    world: World, browser: Browser, change: dict[str, Any], sent: dict[str, str], told: tuple[int, str]
) -> None:
    user_id = world.add_user()
    judge(world, f"api.authentication.setUserById('{user_id}');")
    world.change("clients", "web", **change)
    answer = ask(browser, **sent)
    assert (answer.status_code, answer.json()["error"]) == told, answer.text


def test_nobody_can_consent_on_the_way(world: World, browser: Browser) -> None:
    user_id = world.add_user()
    judge(world, f"api.authentication.setUserById('{user_id}');")
    world.add_api(skip_consent_for_verifiable_first_party_clients=False)
    assert ask(browser, audience=API, scope="read:orders").json()["error"] == "consent_required"


def test_a_blocked_user_and_one_outside_the_organization_get_nothing(world: World, browser: Browser) -> None:
    user_id = world.add_user()
    judge(world, f"api.authentication.setUserById('{user_id}'); api.authentication.setOrganization('org_1');")
    world.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    assert "not part of the org_1" in ask(browser).json()["error_description"]
    world.tenant.store.put("organization_members", "org_1", {"members": [user_id]})
    assert browser.claims(ask(browser, scope="openid").json()["id_token"])["org_id"] == "org_1"
    world.change("users", user_id, blocked=True)
    assert ask(browser).json()["error_description"] == "user is blocked"


def test_login_actions_run_after_it_and_see_the_protocol(world: World, browser: Browser) -> None:
    user_id = world.add_user()
    judge(world, f"api.authentication.setUserById('{user_id}');")
    deploy(world, login("api.idToken.setCustomClaim('https://x/p', event.transaction.protocol);"))
    assert browser.claims(ask(browser, scope="openid").json()["id_token"])["https://x/p"] == "oauth2-token-exchange"


def test_it_works_with_what_the_management_api_made() -> None:
    with Emulator("exchange") as emulator:
        browser = Browser(emulator.app, "https://localhost")
        own = {"client_id": emulator.management_client_id, "client_secret": emulator.management_client_secret}
        token = browser.token(grant_type="client_credentials", audience="https://localhost/api/v2/", **own).json()[
            "access_token"
        ]

        def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = browser.post(f"/api/v2{path}", json=body, headers={"Authorization": f"Bearer {token}"})
            assert answer.is_success, answer.text
            made: dict[str, Any] = answer.json()
            return made

        person = {"connection": "Username-Password-Authentication", "email": "ada@x.test", "password": "Correct-horse-1"}
        user = post("/users", person)
        triggers = [{"id": "custom-token-exchange", "version": "v1"}]
        call = "api.authentication.setUserById(event.transaction.subject_token);"
        code = f"exports.onExecuteCustomTokenExchange = async (event, api) => {{ {call} }};"
        action = post("/actions/actions", {"name": "Judge", "supported_triggers": triggers, "code": code})
        post(f"/actions/actions/{action['id']}/deploy", {})
        profile = {"name": "Legacy", "subject_token_type": TYPE, "action_id": action["id"], "type": "custom_authentication"}
        post("/token-exchange-profiles", profile)
        switch = {"allow_any_profile_of_type": ["custom_authentication"]}
        web = {"name": "Web", "app_type": "regular_web", "oidc_conformant": True, "token_exchange": switch}
        client = post("/clients", {**web, "jwt_configuration": {"alg": "RS256"}})
        known = {name: client[name] for name in ("client_id", "client_secret")}
        answer = ask(browser, subject_token=user["user_id"], scope="openid", **known)
        assert answer.status_code == 200, answer.text
        assert browser.claims(answer.json()["id_token"])["sub"] == user["user_id"]
