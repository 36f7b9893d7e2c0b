"""No request makes the server fail, and nothing that has expired is kept for ever."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantry.emulator import login, oauth
from tenantry.emulator.oauth import logs
from tenantry.emulator.oauth.client_assertions import ASSERTION_TYPE
from tenantry.emulator.oauth.grants import GRANTS
from tenantry.emulator.oauth.misbehaviours import MISBEHAVIOURS
from tests.emulator.oauth.world import API, CALLBACK, PASSWORD, Browser, World, told

if TYPE_CHECKING:
    from starlette.routing import Route

NASTY = [
    "",
    "http://[",
    "\ud800",
    "\0",
    "é" * 50,
    "9" * 5000,
    "*",
    "a.b.c",
    "../..",
    "{{7*7}}",
    "org_",
    "hKFo2SA",
    "openid",
    "none",
]
NAMES = [
    *("response_type", "client_id", "client_secret", "redirect_uri", "scope", "audience", "state", "nonce", "response_mode"),
    *(
        "prompt",
        "max_age",
        "organization",
        "connection",
        "code_challenge",
        "code_challenge_method",
        "request_uri",
        "grant_type",
    ),
    *("code", "code_verifier", "refresh_token", "username", "password", "realm", "device_code", "client_assertion", "token"),
    *("client_assertion_type", "id_token_hint", "returnTo", "post_logout_redirect_uri", "user_code", "action", "email"),
]
GOOD = {
    "response_type": "code",
    "client_id": "web",
    "client_secret": "secret-of-web-long-enough-for-hmac",
    "redirect_uri": CALLBACK,
    "audience": API,
    "connection": "Users",
}
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))


def world_with_everything() -> World:
    made = World()
    made.add_client(callbacks=[CALLBACK, "https://*.app.test/x"], grant_types=list(GRANTS))
    made.add_api()
    return made


def paths() -> list[tuple[str, str]]:
    world = World()
    routes: list[Route] = [*oauth.routes(world.tenant), *login.routes(world.tenant)]  # type: ignore[list-item]  # all are Routes
    return sorted((method, route.path) for route in routes for method in (route.methods or ()) if method != "HEAD")


@pytest.mark.parametrize(("method", "path"), paths())
@settings(max_examples=12, deadline=None, derandomize=True)
@given(sent=st.dictionaries(st.sampled_from(NAMES), values, max_size=5), as_json=st.booleans(), header=values)
def test_no_request_makes_it_fail(method: str, path: str, *, sent: dict[str, str], as_json: bool, header: str) -> None:
    browser = world_with_everything().browser()
    asked: dict[str, Any] = {**GOOD, **sent}
    if method == "GET":
        options: dict[str, Any] = {"params": {name: value.encode(errors="replace") for name, value in asked.items()}}
    elif as_json:
        options = {"json": asked} if "\ud800" not in asked.values() else {"content": b'{"code": "\\ud800"}'}
        options["headers"] = {"content-type": "application/json"}
    else:
        options = {"data": {name: value.encode(errors="replace") for name, value in asked.items()}}
    ascii_header = header.encode("ascii", "replace").replace(b"\0", b"")
    options.setdefault("headers", {})["authorization"] = b"Bearer " + ascii_header.replace(b"\n", b"").replace(b"\r", b"")
    assert browser.send(method, path, **options).status_code < 500


def test_a_half_of_a_surrogate_pair_is_no_code(browser: Browser) -> None:
    content = b'{"grant_type": "authorization_code", "client_id": "web", "code": "\\ud800"}'
    assert browser.post("/oauth/token", content=content, headers={"content-type": "application/json"}).status_code == 400


def test_json_that_is_nested_without_end_is_refused(browser: Browser) -> None:
    content = b"[" * 100_000
    assert browser.post("/oauth/token", content=content, headers={"content-type": "application/json"}).status_code == 400


def test_what_expired_long_ago_is_forgotten(world: World, browser: Browser) -> None:
    for _ in range(5):
        browser.tokens(scope="openid", prompt="login")
    world.pass_time(86400 + 3600 + 1)
    for _ in range(5):
        browser.tokens(scope="openid", prompt="login")
    counts = {name: world.tenant.store.count(name) for name in ("codes", "transactions", "opaque_tokens", "sessions")}
    assert counts == {"codes": 5, "transactions": 0, "opaque_tokens": 5, "sessions": 1}


def test_the_log_drops_its_oldest_entries(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", 3)
    for _ in range(4):
        browser.login()
    assert world.tenant.store.count("logs") == 3
    assert len({entry["log_id"] for entry in world.tenant.store.all("logs")}) == 3


@pytest.mark.parametrize("grant_type", GRANTS)
def test_no_misbehaviour_needs_what_was_not_sent(grant_type: str) -> None:
    world = world_with_everything()
    sent = {"grant_type": grant_type, "client_id": "web", "client_secret": GOOD["client_secret"]}
    for name in MISBEHAVIOURS:
        world.misbehave(name)
        assert world.browser().token(**sent).status_code < 500, name


@pytest.mark.parametrize("kid", [["x"], {"x": 1}, 5, None])
@pytest.mark.parametrize("alg", ["RS256", "HS256", ["RS256"], None])
def test_a_token_with_a_strange_header_is_refused(browser: Browser, kid: object, alg: object) -> None:
    parts = ({"alg": alg, "kid": kid}, {"iss": "web", "aud": "web"})
    token = ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + ".AAAA"
    assert browser.get("/userinfo", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert browser.get("/oidc/logout", params={"id_token_hint": token}).status_code == 400
    assertion = {"client_assertion": token, "client_assertion_type": ASSERTION_TYPE}
    assert browser.token(grant_type="client_credentials", **assertion).status_code == 401


def test_the_token_endpoint_gives_nothing_to_other_methods(world: World, browser: Browser) -> None:
    world.add_grant()
    sent = {"grant_type": "client_credentials", "audience": API, "client_id": "web", "client_secret": GOOD["client_secret"]}
    for method in ("GET", "HEAD"):
        answer = browser.send(method, "/oauth/token", data=sent)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert browser.send("PUT", "/oauth/token", data=sent).status_code == 405


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_login_ends_with_an_error_page_when_its_application_is_gone(world: World, browser: Browser, steps: int) -> None:
    answer = browser.authorize(scope="openid")
    for step in range(steps):
        answer = browser.get(answer.headers["location"]) if step == 0 else browser.fill(answer, password=PASSWORD)
    world.tenant.store.delete("clients", "web")
    last = browser.fill(answer, password=PASSWORD) if steps == 1 else browser.get(answer.headers["location"])
    assert (last.status_code, "location" in last.headers) == (400, False)


@pytest.mark.parametrize("listed", ["https://[", "https://[*", "https://*.[::1", "*", ""])
def test_a_listed_callback_that_is_no_url_allows_nothing(world: World, browser: Browser, listed: str) -> None:
    world.change("clients", "web", callbacks=[listed, CALLBACK])
    assert browser.authorize(redirect_uri="https://evil.test/").status_code == 403
    assert browser.authorize().status_code == 302


@pytest.mark.parametrize("hidden", ["\n", "\t", "\r", " ", "\0", "\x7f"])
def test_a_callback_with_a_character_that_parsers_pass_over_is_another_one(world: World, browser: Browser, hidden: str) -> None:
    world.change("clients", "web", callbacks=["https://*.app.test/x"])
    assert browser.authorize(redirect_uri="https://a.app.test/x").status_code == 302
    assert browser.authorize(redirect_uri=f"https://a.app{hidden}.test/x").status_code == 403


def forget(world: World, collection: str) -> None:
    for key in world.tenant.store.keys(collection):
        world.tenant.store.delete(collection, key)


def test_a_code_whose_user_is_gone_is_worth_nothing(world: World, browser: Browser) -> None:
    code = browser.login(scope="openid")["code"]
    forget(world, "users")
    answer = browser.exchange(code)
    assert (answer.status_code, answer.json()["error"]) == (403, "invalid_grant")


def test_no_token_for_another_purpose_takes_the_place_of_one_for_an_api_that_is_gone(world: World, browser: Browser) -> None:
    world.change("clients", "web", refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0})
    asked = {"audience": API, "scope": "openid offline_access"}
    code, token = browser.login(**asked)["code"], browser.tokens(**asked)["refresh_token"]
    forget(world, "resource_servers")
    for answer in (browser.exchange(code), browser.refresh(token)):
        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")
    world.add_api()
    assert browser.refresh(token).status_code == 200  # the refusal did not spend it


def test_an_api_that_goes_during_a_login_is_told_to_the_application(world: World, browser: Browser) -> None:
    world.change("clients", "web", grant_types=["implicit"])
    page = browser.get(browser.authorize(response_type="token", audience=API).headers["location"])
    forget(world, "resource_servers")
    answer = browser.walk(browser.fill(page, password=PASSWORD))
    assert told(answer)["error"] == "access_denied"
