"""Deployed Actions run at logins, refreshes and exchanges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenantry.emulator.oauth import sandbox, sandbox_worker
from tests.emulator.oauth.deployed import deploy, login, machine
from tests.emulator.oauth.world import API, ISSUER, Browser, World, told

NAMESPACE = "https://example.com"
pytest.importorskip("py_mini_racer", reason="mini-racer has no wheel for this platform")


def test_claims_are_in_both_tokens_in_userinfo_and_after_a_refresh(world: World, browser: Browser) -> None:
    body = "api.idToken.setCustomClaim(event.secrets.NS + '/plan', event.user.app_metadata.plan);"
    body += "api.accessToken.setCustomClaim(event.secrets.NS + '/roles', event.authorization.roles);"
    deploy(world, login(body), _secrets={"NS": NAMESPACE})
    user_id = world.add_user(app_metadata={"plan": "gold"})
    world.tenant.store.put("roles", "rol_1", {"id": "rol_1", "name": "clerk"})
    world.tenant.store.put("user_roles", user_id, {"roles": ["rol_1"]})
    tokens = browser.tokens(audience=API, scope="openid offline_access")
    for given in (tokens, browser.refresh(tokens["refresh_token"]).json()):
        assert browser.claims(given["id_token"])[f"{NAMESPACE}/plan"] == "gold"
        assert browser.claims(given["access_token"])[f"{NAMESPACE}/roles"] == ["clerk"]
        assert told_by_userinfo(browser, given["access_token"])[f"{NAMESPACE}/plan"] == "gold"
    opaque = browser.tokens(scope="openid")["access_token"]
    assert told_by_userinfo(browser, opaque)[f"{NAMESPACE}/plan"] == "gold"


def told_by_userinfo(browser: Browser, token: str) -> dict[str, Any]:
    return dict(browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).json())


@pytest.mark.parametrize("audience", ["", API])
def test_userinfo_tells_what_the_id_token_tells(world: World, browser: Browser, audience: str) -> None:
    names = "['plan', 'https://x/plan', 'email', 'sub']"
    deploy(world, login(f"for (const n of {names}) api.idToken.setCustomClaim(n, 'x');"))
    tokens = browser.tokens(audience=audience, scope="openid")
    answer = told_by_userinfo(browser, tokens["access_token"])
    assert answer == {"plan": "x", "https://x/plan": "x", "sub": browser.claims(tokens["id_token"])["sub"]}


def test_reserved_claims_cannot_be_set_and_profile_claims_only_with_their_scope(world: World, browser: Browser) -> None:
    names = ["iss", "sub", "aud", "gty", "nonce", "roles", "groups", "permissions", "email"]
    deploy(world, login(f"for (const n of {names}) api.idToken.setCustomClaim(n, 'x');"))
    claims = browser.claims(browser.tokens(scope="openid")["id_token"])
    assert "x" not in claims.values()
    assert not {"gty", "nonce", "roles", "groups", "permissions", "email"} & set(claims)


@pytest.mark.parametrize(("audience", "kept"), [(API, {"plan", "https://x/plan"}), (f"{ISSUER}api/v2/", {"https://x/plan"})])
def test_a_token_for_auth0s_own_api_has_no_private_claims(
    world: World, browser: Browser, audience: str, kept: set[str]
) -> None:
    world.add_api(world.tenant.management_identifier, is_system=True)
    deploy(world, login("for (const n of ['plan', 'https://x/plan']) api.accessToken.setCustomClaim(n, 'gold');"))
    claims = browser.claims(browser.tokens(scope="openid", audience=audience)["access_token"])
    assert {name for name, value in claims.items() if value == "gold"} == kept


def test_an_action_sees_what_the_application_sent_to_authorize(world: World, browser: Browser) -> None:
    deploy(world, login("api.idToken.setCustomClaim('https://x/query', event.request.query);"))
    query = browser.claims(browser.tokens(scope="openid", **{"ext-campaign": "spring"})["id_token"])["https://x/query"]
    assert (query["ext-campaign"], query["client_id"]) == ("spring", "web")


def test_actions_run_in_order_and_see_what_the_ones_before_changed(world: World, browser: Browser) -> None:
    first = login("api.user.setAppMetadata('n', 1); api.user.setUserMetadata('m', 2);")
    second = login(
        "api.idToken.setCustomClaim('https://x/n', event.user.app_metadata.n + event.user.user_metadata.m);"
        "api.user.setAppMetadata('n', null);"
    )
    deploy(world, first, second)
    assert browser.claims(browser.tokens(scope="openid")["id_token"])["https://x/n"] == 3
    user = world.tenant.store.all("users")[0]
    assert (user["app_metadata"], user["user_metadata"]) == ({}, {"m": 2})


@pytest.mark.parametrize("way", ["", "return ", "await ", "return await "])
def test_an_action_may_deny_access(world: World, browser: Browser, way: str) -> None:
    deploy(world, login(f"if (event.client.name === 'Web') {way}api.access.deny('Not on Sundays');"))
    answer = told(browser.walk(browser.authorize()))
    assert (answer["error"], answer["error_description"]) == ("access_denied", "Not on Sundays")


def test_scopes_can_be_added_and_removed(world: World, browser: Browser) -> None:
    deploy(world, login("api.accessToken.addScope('write:orders'); api.accessToken.removeScope('read:orders');"))
    assert browser.tokens(audience=API, scope="openid read:orders")["scope"] == "openid write:orders"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (login("throw new Error('no luck');"), "no luck"),
        (login("api.redirect.sendUserTo('https://x');"), "api.redirect.sendUserTo is not imitated"),
        ("exports.onExecutePostLogin = async (event, api => {}", "SyntaxError"),
        ("const lodash = require('lodash');", "Cannot find module 'lodash'"),
        ("exports.other = 1;", "onExecutePostLogin is not a function"),
    ],
)
def test_a_failing_action_fails_the_login_and_says_why(world: World, browser: Browser, source: str, text: str) -> None:
    deploy(world, source)
    answer = told(browser.walk(browser.authorize()))
    assert answer["error"] == "server_error"
    assert "'Action 0' failed" in answer["error_description"]
    assert text in answer["error_description"]
    assert "code" not in answer


@pytest.mark.parametrize("body", ["while (true) {}", "await null; while (true) {}", "await new Promise(() => {});"])
def test_an_action_that_does_not_end_is_stopped_and_the_next_one_runs(
    world: World, browser: Browser, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.run("exports.f = () => {}", "f", {}, ())
    monkeypatch.setattr(sandbox, "TIME_LIMIT_S", 0.5)
    deploy(world, login(body))
    assert "did not end within 0.5 seconds" in told(browser.walk(browser.authorize()))["error_description"]
    monkeypatch.undo()
    deploy(world, login("console.log('fine', 1);"))
    assert "code" in browser.login()


def test_an_action_that_eats_memory_is_stopped() -> None:
    greedy = "exports.f = () => { const a = []; while (true) a.push(new Array(1e5).fill(1)); }"
    assert sandbox.run(greedy, "f", {}, ()).error


def test_actions_do_not_see_each_other_nor_the_machine() -> None:
    sandbox.run("globalThis.leak = 1; exports.f = () => {}", "f", {}, ())
    probe = "exports.f = () => { console.log(typeof leak, typeof process, typeof fetch, typeof Deno); }"
    assert sandbox.run(probe, "f", {}, ()).printed == [{"level": "log", "text": "undefined undefined undefined undefined"}]


def test_what_actions_print_is_kept(world: World, browser: Browser) -> None:
    deploy(world, login("console.log('seen', event.user.email, {a: 1});"))
    browser.login()
    (entry,) = world.tenant.store.all("action_logs")
    assert (entry["action"], entry["trigger"]) == ("Action 0", "post-login")
    assert entry["printed"] == [{"level": "log", "text": 'seen ada@users.test {"a":1}'}]


def test_an_action_that_is_bound_but_not_deployed_does_not_run(world: World, browser: Browser) -> None:
    deploy(world, login("throw new Error('never');"))
    world.tenant.store.put("actions", "act_0", {"id": "act_0", "name": "Action 0"})
    assert "code" in browser.login()


def test_machine_tokens_pass_their_own_trigger(world: World, browser: Browser) -> None:
    world.add_grant()
    ask = {"grant_type": "client_credentials", "client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac"}
    deploy(world, machine("api.accessToken.setCustomClaim('https://x/c', event.client.name);"), trigger="credentials-exchange")
    claims = browser.claims(browser.token(audience=API, **ask).json()["access_token"])
    assert claims["https://x/c"] == "Web"
    deploy(world, machine("api.access.deny('invalid_scope', 'Not you');"), trigger="credentials-exchange")
    answer = browser.token(audience=API, **ask)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope", "error_description": "Not you"})


def test_the_worker_answers_in_the_form_the_sandbox_reads() -> None:
    prelude = Path(sandbox_worker.__file__).with_name("sandbox.js").read_text()
    wanted = {
        "source": "exports.f = (e, api) => { api.a.b(e.x, undefined); }",
        "handler": "f",
        "event": {"x": 1},
        "commands": ["a.b"],
    }
    done = sandbox_worker.answer(prelude, wanted)
    assert done == {"commands": [{"name": "a.b", "values": [1, None]}], "printed": [], "error": None}
    assert sandbox_worker.answer("throw 1", wanted)["error"]


def test_a_dead_engine_is_told_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WORKER", Path("/nonexistent.py"))
    sandbox._engine.stop()
    assert sandbox.run("exports.f = () => {}", "f", {}, ()).error == "the JavaScript engine died"
    monkeypatch.undo()
    assert sandbox.run("exports.f = () => {}", "f", {}, ()).error is None


def test_an_action_sees_the_organization_and_the_api(world: World, browser: Browser) -> None:
    world.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    world.tenant.store.put("organization_members", "org_1", {"members": [world.add_user()]})
    world.change("clients", "web", organization_usage="allow")
    deploy(
        world, login("api.idToken.setCustomClaim('https://x/o', [event.organization.name, event.resource_server.identifier]);")
    )
    claims = browser.claims(browser.tokens(organization="org_1", audience=API, scope="openid")["id_token"])
    assert claims["https://x/o"] == ["acme", API]


def test_what_an_action_says_is_written_as_javascript_writes_it(world: World, browser: Browser) -> None:
    deploy(world, login("api.idToken.setCustomClaim('https://x/c', 'a\\ud800b');"))
    assert browser.claims(browser.tokens(scope="openid")["id_token"])["https://x/c"] == "a\ufffdb"
    deploy(world, login("api.access.deny('no \\ud800');"))
    assert told(browser.walk(browser.authorize(prompt="login")))["error_description"] == "no \ufffd"
