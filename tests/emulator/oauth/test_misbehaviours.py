"""Each way of being wrong can be seen from outside, and is not there unless it is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from joserfc.errors import JoseError

from tenantry.emulator.oauth.jose import half_hash, unverified_claims, unverified_header
from tenantry.emulator.oauth.misbehaviours import MISBEHAVIOURS, activate, active
from tests.emulator.oauth.world import API, CALLBACK, CHALLENGE, ISSUER, PASSWORD, Browser, World, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
ROTATING = {"rotation_type": "rotating", "expiration_type": "expiring", "token_lifetime": 100, "idle_token_lifetime": 90}
HYBRID = ["authorization_code", "implicit", "refresh_token", "client_credentials", "password"]
OTHER = "https://app.test/other"


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client(grant_types=HYBRID, callbacks=[CALLBACK, OTHER], allowed_logout_urls=[CALLBACK], refresh_token=ROTATING)
    made.add_client("other", refresh_token=ROTATING)
    made.add_api()
    made.add_grant()
    return made


def access(browser: Browser, **asked: str) -> dict[str, Any]:
    return unverified_claims(browser.tokens(**{"audience": API, "scope": "openid read:orders", **asked})["access_token"])


def identity(browser: Browser, **asked: str) -> dict[str, Any]:
    return unverified_claims(browser.tokens(**{"scope": "openid", **asked})["id_token"])


def exchanged(browser: Browser, asked: dict[str, str] | None = None, client_id: str = "web", **sent: str) -> bool:
    return browser.exchange(browser.login(**(asked or {}))["code"], client_id, **sent).status_code == 200


def refresh_token(browser: Browser) -> str:
    return str(browser.tokens(audience=API, scope="openid offline_access read:orders")["refresh_token"])


def refreshes(browser: Browser, token: str, client_id: str = "web") -> bool:
    return browser.refresh(token, client_id).status_code == 200


def verifies(browser: Browser, token: str) -> bool:
    try:
        browser.claims(token)
    except (JoseError, ValueError):
        return False
    return True


def logs_in(browser: Browser, password: str = PASSWORD, **asked: str) -> bool:
    answer = browser.walk(browser.authorize(**asked)) if password == PASSWORD else browser.authorize(**asked)
    if password != PASSWORD:
        answer = browser.fill(browser.get(answer.headers["location"]), password=password)
        answer = browser.walk(answer) if answer.is_redirect else answer
    return answer.is_redirect and "code" in told(answer)


def reuses_code(_: World, browser: Browser) -> bool:
    code = browser.login()["code"]
    browser.exchange(code)
    return browser.exchange(code).status_code == 200


def rotates_not(_: World, browser: Browser) -> bool:
    token = refresh_token(browser)
    return bool(browser.refresh(token).json()["refresh_token"] == token)


def late_code(world: World, browser: Browser) -> bool:
    code = browser.login()["code"]
    world.pass_time(601)
    return browser.exchange(code).status_code == 200


def late_refresh(world: World, browser: Browser) -> bool:
    token = refresh_token(browser)
    world.pass_time(101)
    return refreshes(browser, token)


def refresh_after_revocation(_: World, browser: Browser) -> bool:
    token = refresh_token(browser)
    browser.post("/oauth/revoke", data={**secret(), "token": token})
    return refreshes(browser, token)


def secret(client_id: str = "web") -> dict[str, str]:
    return {"client_id": client_id, "client_secret": f"secret-of-{client_id}-long-enough-for-hmac"}


def reuses_rotated(_: World, browser: Browser) -> bool:
    token = refresh_token(browser)
    browser.refresh(token)
    return refreshes(browser, token)


def family_survives(_: World, browser: Browser) -> bool:
    token = refresh_token(browser)
    newest = browser.refresh(token).json()["refresh_token"]
    browser.refresh(token)
    return refreshes(browser, newest)


def machine_token(browser: Browser, **sent: str) -> int:
    return browser.token(**{"grant_type": "client_credentials", **secret(), "audience": API, **sent}).status_code


def blocked(world: World, browser: Browser) -> bool:
    world.add_user(blocked=True)
    return logs_in(browser)


def closed_api(world: World, browser: Browser) -> bool:
    world.add_api(subject_type_authorization={"user": {"policy": "deny_all"}})
    return "error" not in told(browser.walk(browser.authorize(audience=API)))


def foreign_connection(world: World, browser: Browser) -> bool:
    world.tenant.store.put("connection_clients", "con_users", {"clients": []})
    answer = browser.get(browser.authorize().headers["location"])
    return browser.fill(answer, password=PASSWORD).is_redirect


def undeclared_grant(world: World, browser: Browser) -> bool:
    world.change("clients", "web", grant_types=["authorization_code"])
    return machine_token(browser) == 200


def foreign_organization(world: World, browser: Browser) -> bool:
    world.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    world.change("clients", "web", organization_usage="allow")
    return logs_in(browser, organization="org_1")


def answered_without_login(browser: Browser, **asked: str) -> bool:
    browser.login()
    return bool(browser.authorize(**asked).headers["location"].startswith(CALLBACK))


def unentitled_scope(world: World, browser: Browser) -> bool:
    world.add_api(enforce_policies=True)
    return "read:orders" in str(access(browser).get("scope"))


def logged_in_after_logout(_: World, browser: Browser) -> bool:
    browser.login()
    browser.get("/v2/logout")
    return "code" in told(browser.authorize(prompt="none"))


def unconsented(world: World, browser: Browser) -> bool:
    world.add_api(skip_consent_for_verifiable_first_party_clients=False)
    browser.login()
    return "/u/consent" not in browser.authorize(audience=API, scope="read:orders").headers["location"]


def forged_userinfo(_: World, browser: Browser) -> bool:
    token = browser.tokens(audience=API, scope="openid")["access_token"]
    head, body, _signature = token.split(".")
    answer = browser.get("/userinfo", headers={"Authorization": f"Bearer {head}.{body}.AAAA"})
    return answer.status_code == 200


def other_userinfo(_: World, browser: Browser) -> bool:
    body = browser.tokens(scope="openid")
    told_subject = browser.get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"}).json()["sub"]
    return bool(told_subject != unverified_claims(body["id_token"])["sub"])


def front(browser: Browser, response_type: str, name: str) -> tuple[Any, dict[str, str]]:
    got = browser.login(response_type=response_type, nonce="n", scope="openid")
    return unverified_claims(got["id_token"])[name], got


def wrong_half_hash(browser: Browser, response_type: str, claim: str, of: str) -> bool:
    value, got = front(browser, response_type, claim)
    return bool(value != half_hash(got[of]))


def refreshed(browser: Browser, **sent: str) -> dict[str, Any]:
    return dict(browser.refresh(refresh_token(browser), **sent).json())


def wrong_after_refresh(world: World, browser: Browser) -> bool:
    return bool(unverified_claims(refreshed(browser)["access_token"])["sub"] != world.add_user())


def lifetime(claims: dict[str, Any]) -> int:
    return int(claims["exp"] - claims["iat"])


def discovery(browser: Browser) -> dict[str, Any]:
    return dict(browser.get("/.well-known/openid-configuration").json())


def wrong_expiry(_: World, browser: Browser) -> bool:
    body = browser.tokens(audience=API)
    return bool(body["expires_in"] != lifetime(unverified_claims(body["access_token"])))


def logout_anywhere(_: World, browser: Browser) -> bool:
    return browser.get("/v2/logout", params={"client_id": "web", "returnTo": "https://evil.test"}).is_redirect


PROOFS: dict[str, Callable[[World, Browser], bool]] = {
    "accept_any_password": lambda _, browser: logs_in(browser, "wrong"),
    "accept_challenge_as_verifier": lambda _, browser: exchanged(browser, S256, code_verifier=CHALLENGE),
    "accept_code_of_other_client": lambda _, browser: exchanged(browser, client_id="other"),
    "accept_expired_code": late_code,
    "accept_expired_refresh_token": late_refresh,
    "accept_missing_secret": lambda _, browser: exchanged(browser, client_secret=""),
    "accept_missing_verifier": lambda _, browser: exchanged(browser, S256),
    "accept_refresh_token_of_other_client": lambda _, browser: refreshes(browser, refresh_token(browser), "other"),
    "accept_revoked_refresh_token": refresh_after_revocation,
    "accept_wrong_secret": lambda _, browser: exchanged(browser, client_secret="wrong"),
    "accept_wrong_verifier": lambda _, browser: exchanged(browser, S256, code_verifier="w" * 43),
    "access_token_already_expired": lambda _, browser: lifetime(access(browser)) < 0,
    "access_token_lives_too_long": lambda _, browser: lifetime(access(browser)) > 86400,
    "advertise_none": lambda _, browser: "none" in discovery(browser)["id_token_signing_alg_values_supported"],
    "broken_signature": lambda _, browser: not verifies(browser, browser.tokens(audience=API)["access_token"]),
    "cacheable_token_response": lambda _, browser: (
        "no-store" not in browser.exchange(browser.login()["code"]).headers.get("cache-control", "")
    ),
    "change_state": lambda _, browser: browser.login()["state"] != "app-state",
    "discovery_issuer_without_slash": lambda _, browser: discovery(browser)["issuer"] != ISSUER,
    "drop_state": lambda _, browser: "state" not in browser.login(),
    "grant_undeclared_scopes": lambda _, browser: "tenantry:probe" in str(access(browser, scope="tenantry:probe").get("scope")),
    "id_token_lives_too_long": lambda _, browser: lifetime(identity(browser)) > 36000,
    "id_token_without_openid": lambda _, browser: "id_token" in browser.tokens(scope="email"),
    "id_token_wrong_audience": lambda _, browser: identity(browser)["aud"] != "web",
    "id_token_wrong_issuer": lambda _, browser: identity(browser)["iss"] != ISSUER,
    "id_token_wrong_subject": lambda world, browser: identity(browser)["sub"] != world.add_user(),
    "ignore_access_policies": closed_api,
    "ignore_blocked_users": blocked,
    "ignore_client_grants": lambda _, browser: machine_token(browser, **secret("other")) == 200,
    "ignore_enabled_connections": foreign_connection,
    "ignore_grant_types": undeclared_grant,
    "ignore_logout_urls": logout_anywhere,
    "ignore_max_age": lambda _, browser: answered_without_login(browser, max_age="0"),
    "ignore_organization_membership": foreign_organization,
    "ignore_prompt_login": lambda _, browser: answered_without_login(browser, prompt="login"),
    "ignore_redirect_uri": lambda _, browser: browser.authorize(redirect_uri="https://evil.test").is_redirect,
    "ignore_redirect_uri_at_exchange": lambda _, browser: exchanged(browser, redirect_uri=OTHER),
    "ignore_roles": unentitled_scope,
    "issuer_without_slash": lambda _, browser: not access(browser)["iss"].endswith("/"),
    "jwks_without_current_key": lambda _, browser: not verifies(browser, browser.tokens(audience=API)["access_token"]),
    "keep_family_after_reuse": family_survives,
    "logout_keeps_session": logged_in_after_logout,
    "never_rotate": rotates_not,
    "omit_id_token": lambda _, browser: "id_token" not in browser.tokens(scope="openid"),
    "omit_nonce": lambda _, browser: "nonce" not in identity(browser, nonce="n"),
    "omit_refresh_token": lambda _, browser: "refresh_token" not in browser.tokens(audience=API, scope="offline_access"),
    "profile_without_scope": lambda _, browser: "email" in identity(browser),
    "refresh_token_without_offline_access": lambda _, browser: "refresh_token" in browser.tokens(audience=API),
    "reuse_authorization_code": reuses_code,
    "reuse_rotated_refresh_token": reuses_rotated,
    "revoke_does_nothing": refresh_after_revocation,
    "skip_consent": unconsented,
    "unknown_kid": lambda _, browser: unverified_header(browser.tokens(audience=API)["access_token"])["kid"] == "unknown-key",
    "unsigned_tokens": lambda _, browser: unverified_header(browser.tokens(audience=API)["access_token"])["alg"] == "none",
    "userinfo_accepts_any_token": forged_userinfo,
    "userinfo_of_somebody_else": other_userinfo,
    "widen_scope_on_refresh": lambda _, browser: (
        "write:orders" in refreshed(browser, scope="read:orders write:orders")["scope"]
    ),
    "wrong_at_hash": lambda _, browser: wrong_half_hash(browser, "id_token token", "at_hash", "access_token"),
    "wrong_audience": lambda _, browser: API not in access(browser)["aud"],
    "wrong_c_hash": lambda _, browser: wrong_half_hash(browser, "code id_token", "c_hash", "code"),
    "wrong_expires_in": wrong_expiry,
    "wrong_issuer": lambda _, browser: access(browser)["iss"].rstrip("/") != ISSUER.rstrip("/"),
    "wrong_nonce": lambda _, browser: identity(browser, nonce="n")["nonce"] != "n",
    "wrong_subject": lambda world, browser: access(browser)["sub"] != world.add_user(),
    "wrong_subject_after_refresh": wrong_after_refresh,
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_misbehaviour_is_seen_only_when_it_is_switched_on(name: str, world: World) -> None:
    proof = PROOFS[name]
    assert proof(world, world.browser()) is False


@pytest.mark.parametrize("name", PROOFS)
def test_a_misbehaviour_that_is_switched_on_is_seen(name: str, world: World) -> None:
    world.misbehave(name)
    assert PROOFS[name](world, world.browser()) is True


def test_every_proof_is_of_a_misbehaviour() -> None:
    """The others are proved by the token contract, which must notice every one of them: tests/smoke/matrix."""
    assert PROOFS.keys() <= MISBEHAVIOURS.keys()


def test_unknown_names_are_listed_and_nothing_is_switched_on(world: World) -> None:
    with pytest.raises(ValueError, match="unknown misbehaviours: nonsense, rubbish"):
        activate(world.tenant, ["wrong_nonce", "rubbish", "nonsense"])
    assert active(world.tenant) == []


def test_a_fresh_tenant_behaves(world: World) -> None:
    world.misbehave("wrong_nonce", "wrong_nonce", "drop_state")
    assert active(world.tenant) == ["drop_state", "wrong_nonce"]
    world.tenant.reset()
    assert active(world.tenant) == []
