"""Refresh tokens: issuing, rotation, leeway, reuse, lifetimes, scopes, revocation."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.emulator.oauth import refresh_tokens
from tests.emulator.oauth.world import API, ISSUER, Browser, World

OTHER = "https://other.test"
USERINFO = f"{ISSUER}userinfo"
ROTATING = {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0}
REFUSED = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}


def issued(browser: Browser, **asked: str) -> str:
    return str(browser.tokens(**{"audience": API, "scope": "openid offline_access read:orders", **asked})["refresh_token"])


def rotated(browser: Browser, token: str) -> str:
    answer = browser.refresh(token)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


def dead(browser: Browser, token: str) -> bool:
    answer = browser.refresh(token)
    assert answer.status_code in {200, 403}
    return answer.status_code == 403 and bool(answer.json() == REFUSED)


def settings(world: World, **changes: Any) -> None:
    world.change("clients", "web", refresh_token={**ROTATING, **changes})


def test_without_offline_access_there_is_no_refresh_token(browser: Browser) -> None:
    assert "refresh_token" not in browser.tokens(audience=API, scope="openid read:orders")


@pytest.mark.parametrize("how", ["api", "client"])
def test_an_api_or_a_client_that_does_not_allow_it_gets_none_and_no_error(world: World, browser: Browser, how: str) -> None:
    if how == "api":
        world.add_api(allow_offline_access=False)
    else:
        world.change("clients", "web", grant_types=["authorization_code"])
    body = browser.tokens(audience=API, scope="openid offline_access")
    assert "refresh_token" not in body
    assert body["scope"] == "openid"


def test_a_token_that_does_not_rotate_is_used_again_and_again(browser: Browser) -> None:
    token = issued(browser)
    assert rotated(browser, token) == token
    assert rotated(browser, token) == token


def test_a_rotating_token_is_replaced_by_each_exchange(world: World, browser: Browser) -> None:
    settings(world)
    first = issued(browser)
    second = rotated(browser, first)
    assert len({first, second, rotated(browser, second)}) == 3


def test_a_reused_token_takes_its_family_with_it_but_no_other(world: World, browser: Browser) -> None:
    settings(world)
    other = issued(browser)
    first = issued(browser)
    second = rotated(browser, first)
    world.pass_time(1)
    assert dead(browser, first)
    assert dead(browser, second)
    assert not dead(browser, other)
    assert "ferrt" in {entry["type"] for entry in world.tenant.store.all("logs")}


def test_within_the_leeway_the_previous_token_still_works(world: World, browser: Browser) -> None:
    settings(world, leeway=30)
    first = issued(browser)
    second = rotated(browser, first)
    world.pass_time(20)
    third = rotated(browser, first)
    assert len({first, second, third}) == 3
    assert not dead(browser, second)


def test_after_the_leeway_the_previous_token_kills_the_family(world: World, browser: Browser) -> None:
    settings(world, leeway=30)
    first = issued(browser)
    second = rotated(browser, first)
    world.pass_time(32)
    assert dead(browser, first)
    assert dead(browser, second)


def test_a_repeated_use_does_not_extend_the_leeway(world: World, browser: Browser) -> None:
    settings(world, leeway=30)
    first = issued(browser)
    rotated(browser, first)
    world.pass_time(20)
    rotated(browser, first)
    world.pass_time(20)
    assert dead(browser, first)


def test_the_token_before_the_previous_one_is_never_within_the_leeway(world: World, browser: Browser) -> None:
    settings(world, leeway=30)
    first = issued(browser)
    third = rotated(browser, rotated(browser, first))
    assert dead(browser, first)
    assert dead(browser, third)


def test_rotation_does_not_move_the_absolute_end(world: World, browser: Browser) -> None:
    settings(world, token_lifetime=100, idle_token_lifetime=80)
    token = issued(browser)
    for _ in range(3):
        world.pass_time(30)
        token = rotated(browser, token)
    world.pass_time(11)
    assert dead(browser, token)


def test_an_idle_token_dies_and_use_keeps_it_alive(world: World, browser: Browser) -> None:
    settings(world, rotation_type="non-rotating", token_lifetime=1000, idle_token_lifetime=60)
    token = issued(browser)
    for _ in range(3):
        world.pass_time(50)
        assert not dead(browser, token)
    world.pass_time(61)
    assert dead(browser, token)


def test_infinite_lifetimes_are_infinite(world: World, browser: Browser) -> None:
    settings(world, infinite_token_lifetime=True, infinite_idle_token_lifetime=True, token_lifetime=60, idle_token_lifetime=60)
    token = issued(browser)
    world.pass_time(10**9)
    assert not dead(browser, token)


def test_scopes_can_be_narrowed_but_never_widened(browser: Browser) -> None:
    token = issued(browser)
    assert browser.refresh(token).json()["scope"] == "openid offline_access read:orders"
    assert browser.refresh(token, scope="read:orders").json()["scope"] == "read:orders"
    assert "write:orders" not in browser.refresh(token, scope="read:orders write:orders").json()["scope"].split()
    assert browser.refresh(token).json()["scope"] == "openid offline_access read:orders"


def refreshed(browser: Browser, token: str, **asked: str) -> tuple[set[str], str]:
    """Return the audience and the scope of a refreshed token."""
    claims = browser.claims(browser.refresh(token, **asked).json()["access_token"])
    audience = claims["aud"]
    return {audience} if isinstance(audience, str) else set(audience), claims["scope"]


def allow(world: World, audience: str, *added: str) -> None:
    settings = {"rotation_type": "non-rotating", "policies": [{"audience": audience, "scope": list(added)}]}
    world.change("clients", "web", refresh_token=settings)


def test_another_audience_is_ignored_without_a_policy_and_given_with_one(world: World, browser: Browser) -> None:
    world.add_api(OTHER)
    token = issued(browser)
    assert refreshed(browser, token, audience=OTHER)[0] == {API, USERINFO}
    allow(world, OTHER, "write:orders")
    assert refreshed(browser, token, audience=OTHER) == ({OTHER, USERINFO}, "openid offline_access write:orders")
    assert refreshed(browser, token, audience=OTHER, scope="write:orders read:orders") == ({OTHER}, "write:orders")
    assert refreshed(browser, token) == ({API, USERINFO}, "openid offline_access read:orders")


def test_a_policy_for_the_same_api_adds_scopes(world: World, browser: Browser) -> None:
    token = issued(browser)
    allow(world, API, "write:orders", "undeclared")
    everything = "openid offline_access read:orders write:orders"
    assert refreshed(browser, token)[1] == refreshed(browser, token, audience=API)[1] == everything
    assert refreshed(browser, token, scope="write:orders") == ({API}, "write:orders")


@pytest.mark.parametrize(
    "closed",
    [
        {"skip_consent_for_verifiable_first_party_clients": False},
        {"subject_type_authorization": {"user": {"policy": "require_client_grant"}}},
    ],
)
def test_a_policy_opens_no_api_that_the_user_or_the_tenant_would_have_to_open(
    world: World, browser: Browser, closed: dict[str, Any]
) -> None:
    world.add_api(OTHER, **closed)
    allow(world, OTHER, "write:orders")
    assert refreshed(browser, issued(browser), audience=OTHER)[0] == {API, USERINFO}


def test_a_policy_gives_no_permission_that_the_user_lacks(world: World, browser: Browser) -> None:
    world.add_api(OTHER, enforce_policies=True)
    allow(world, OTHER, "write:orders")
    assert refreshed(browser, issued(browser), audience=OTHER)[1] == "openid offline_access"


def test_a_refreshed_token_says_so(browser: Browser) -> None:
    assert browser.claims(browser.refresh(issued(browser)).json()["access_token"])["gty"] == "refresh_token"


def test_a_token_refreshed_after_a_password_tells_of_both_however_often(world: World, browser: Browser) -> None:
    settings(world)
    proof = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac"}
    person = {"username": "ada@users.test", "password": "correct horse"}
    asked = {"audience": API, "scope": "openid offline_access"}
    token = browser.token(grant_type="password", **proof, **person, **asked).json()["refresh_token"]
    for _ in range(2):
        body = browser.refresh(token).json()
        assert browser.claims(body["access_token"])["gty"] == ["refresh_token", "password"]
        token = body["refresh_token"]


def test_a_token_of_another_client_is_refused_and_survives(world: World, browser: Browser) -> None:
    world.add_client("other")
    token = issued(browser)
    assert browser.refresh(token, "other").json() == REFUSED
    assert not dead(browser, token)


def test_the_secret_is_needed_unless_the_client_is_public(world: World, browser: Browser) -> None:
    token = issued(browser)
    assert browser.refresh(token, client_secret="").status_code == 401
    world.change("clients", "web", token_endpoint_auth_method="none")
    assert browser.refresh(token, client_secret="").status_code == 200


def test_a_user_who_is_gone_or_blocked_gets_nothing(world: World, browser: Browser) -> None:
    settings(world)
    token = issued(browser)
    user_id = world.add_user(blocked=True)
    assert browser.refresh(token).json()["error"] == "unauthorized"
    world.tenant.store.delete("users", user_id)
    assert "doesn't exist anymore" in browser.refresh(token).json()["error_description"]
    world.add_user()
    assert not dead(browser, token), "a refused exchange does not use up the token"


def test_a_client_without_the_grant_is_told(world: World, browser: Browser) -> None:
    token = issued(browser)
    world.change("clients", "web", grant_types=["authorization_code"])
    assert browser.refresh(token).json()["error"] == "unauthorized_client"


def test_the_two_hundred_and_first_login_costs_the_oldest_token(browser: Browser) -> None:
    oldest, next_oldest = issued(browser), issued(browser)
    for _ in range(199):
        issued(browser)
    assert dead(browser, oldest)
    assert not dead(browser, next_oldest)


def revoke(browser: Browser, token: str, client_id: str = "web", **more: str) -> tuple[int, bytes]:
    sent = {"client_id": client_id, "client_secret": f"secret-of-{client_id}-long-enough-for-hmac", "token": token, **more}
    answer = browser.post("/oauth/revoke", data=sent)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.content


def test_a_revoked_token_is_dead_and_revoking_again_is_no_mistake(browser: Browser) -> None:
    token = issued(browser)
    assert revoke(browser, token) == (200, b"")
    assert dead(browser, token)
    assert revoke(browser, token) == (200, b"")
    assert revoke(browser, "made-up") == (200, b"")


def test_revoking_one_of_a_rotated_family_kills_the_newest(world: World, browser: Browser) -> None:
    settings(world)
    first = issued(browser)
    second = rotated(browser, first)
    revoke(browser, first)
    assert dead(browser, second)


def test_only_its_own_client_can_revoke_a_token(world: World, browser: Browser) -> None:
    world.add_client("other")
    token = issued(browser)
    assert revoke(browser, token, "other")[0] == 200
    assert revoke(browser, token, client_secret="wrong")[0] == 401
    assert not dead(browser, token)


@pytest.mark.parametrize("flag", [True, False])
def test_the_tenant_says_whether_the_grant_goes_with_the_token(world: World, browser: Browser, *, flag: bool) -> None:
    world.change("settings", "tenant", flags={"revoke_refresh_token_grant": flag})
    one, other = issued(browser), issued(browser)
    revoke(browser, one)
    assert dead(browser, other) is flag


def test_an_access_token_from_before_stays_valid(world: World, browser: Browser) -> None:
    settings(world)
    body = browser.tokens(audience=API, scope="openid offline_access")
    browser.refresh(body["refresh_token"])
    revoke(browser, body["refresh_token"])
    header = {"Authorization": f"Bearer {body['access_token']}"}
    assert browser.get("/userinfo", headers=header).status_code == 200


def test_with_the_grant_goes_the_consent(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", flags={"revoke_refresh_token_grant": True})
    world.add_api(skip_consent_for_verifiable_first_party_clients=False)
    token = issued(browser)
    assert world.tenant.store.count("user_grants") == 1
    revoke(browser, token)
    assert world.tenant.store.count("user_grants") == 0


def test_a_revocation_without_a_token_is_a_mistake(browser: Browser) -> None:
    assert revoke(browser, "")[0] == 400


def test_the_oldest_token_makes_room_and_those_that_are_over_take_none(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh_tokens, "MOST_PER_USER_AND_CLIENT", 2)
    world.change("clients", "web", refresh_token={**ROTATING, "rotation_type": "non-rotating", "idle_token_lifetime": 100})
    first, idle = issued(browser), issued(browser)
    world.pass_time(60)
    assert not dead(browser, first)
    world.pass_time(60)
    second = issued(browser)
    assert [dead(browser, each) for each in (idle, first, second)] == [True, False, False]
    issued(browser)
    assert [dead(browser, each) for each in (first, second)] == [True, False]
