"""Devices without a keyboard."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.oauth.world import API, PASSWORD, Browser, World

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client(
        "tv", app_type="native", token_endpoint_auth_method="none", grant_types=[GRANT, "refresh_token"], callbacks=[]
    )
    made.add_api()
    return made


def begun(browser: Browser, scope: str = "openid offline_access read:orders") -> dict[str, Any]:
    sent = {"client_id": "tv", "audience": API, "scope": scope}
    answer = browser.post("/oauth/device/code", data=sent)
    assert answer.status_code == 200
    return dict(answer.json())


def poll(browser: Browser, device: dict[str, Any]) -> httpx.Response:
    return browser.token(grant_type=GRANT, client_id="tv", device_code=device["device_code"])


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def decided(browser: Browser, device: dict[str, Any], action: str) -> httpx.Response:
    page = browser.get(device["verification_uri_complete"].removeprefix(browser.base))
    assert device["user_code"] in page.text
    answer = browser.fill(page, action=action)
    for _ in range(6):
        if answer.is_redirect:
            answer = browser.get(answer.headers["location"])
        elif "<form" in answer.text:
            answer = browser.fill(answer, password=PASSWORD)
        else:
            return answer
    raise AssertionError("the page does not end")


def test_the_codes_and_how_to_use_them(browser: Browser) -> None:
    device = begun(browser)
    assert (device["expires_in"], device["interval"]) == (900, 5)
    assert device["verification_uri"] == f"{browser.base}/activate"
    assert len(device["user_code"]) == 9


def test_a_device_waits_then_gets_its_tokens_once(world: World, browser: Browser) -> None:
    device = begun(browser)
    assert error(poll(browser, device)) == (403, "authorization_pending")
    assert error(poll(browser, device)) == (429, "slow_down")
    world.pass_time(5)
    assert error(poll(browser, device)) == (403, "authorization_pending")
    assert "Device connected" in decided(world.browser(), device, "accept").text
    body = poll(browser, device).json()
    assert API in browser.claims(body["access_token"])["aud"]
    assert body["scope"] == "openid offline_access read:orders"
    assert browser.refresh(body["refresh_token"], "tv", client_secret="").status_code == 200
    assert error(poll(browser, device)) == (403, "invalid_grant")


def test_a_device_that_does_not_ask_to_stay_gets_no_refresh_token(world: World, browser: Browser) -> None:
    device = begun(browser, "openid read:orders")
    decided(world.browser(), device, "accept")
    assert "refresh_token" not in poll(browser, device).json()


def test_a_user_may_refuse(world: World, browser: Browser) -> None:
    device = begun(browser)
    decided(world.browser(), device, "deny")
    assert error(poll(browser, device)) == (403, "access_denied")


def test_an_expired_code_is_told_once(world: World, browser: Browser) -> None:
    device = begun(browser)
    world.pass_time(900)
    assert error(poll(browser, device)) == (403, "expired_token")
    assert error(poll(browser, device)) == (403, "invalid_grant")
    assert browser.get(f"/activate?user_code={device['user_code']}").status_code == 400


def test_a_made_up_code_is_refused(browser: Browser) -> None:
    assert error(poll(browser, {"device_code": "made-up"})) == (403, "invalid_grant")
    assert browser.post("/activate", data={"user_code": "AAAA-AAAA"}).status_code == 400


@pytest.mark.parametrize("change", [{"grant_types": []}, {"oidc_conformant": False}, {"app_type": "regular_web"}])
def test_only_conformant_native_clients_with_the_grant_may_begin(
    world: World, browser: Browser, change: dict[str, Any]
) -> None:
    world.change("clients", "tv", **change)
    assert error(browser.post("/oauth/device/code", data={"client_id": "tv"})) == (403, "unauthorized_client")


def test_another_site_cannot_confirm_for_the_user(world: World, browser: Browser) -> None:
    device = begun(browser)
    answer = world.browser().post(
        "/activate/confirm", data={"user_code": device["user_code"], "action": "accept", "state": "x"}
    )
    assert answer.status_code == 400
    assert error(poll(browser, device)) == (403, "authorization_pending")


def test_refusing_the_consent_refuses_the_device(world: World, browser: Browser) -> None:
    world.add_api(skip_consent_for_verifiable_first_party_clients=False)
    device = begun(browser)
    user = world.browser()
    answer = user.fill(user.get(device["verification_uri_complete"].removeprefix(browser.base)), action="accept")
    while "/u/consent" not in answer.headers.get("location", ""):
        answer = user.get(answer.headers["location"]) if answer.is_redirect else user.fill(answer, password=PASSWORD)
    told = user.fill(user.get(answer.headers["location"]), action="deny")
    assert told.headers["location"] == "/device/denied"
    assert error(poll(browser, device)) == (403, "access_denied")


def test_a_user_who_may_not_log_in_cannot_connect_a_device(world: World, browser: Browser) -> None:
    world.add_user(blocked=True)
    device = begun(browser)
    decided(world.browser(), device, "accept")
    answer = poll(browser, device)
    assert (answer.status_code, answer.json()["error_description"]) == (403, "user is blocked")


def test_a_device_may_not_ask_for_an_unknown_api(browser: Browser) -> None:
    answer = browser.post("/oauth/device/code", data={"client_id": "tv", "audience": "https://nobody.test"})
    assert error(answer) == (403, "access_denied")


def test_a_device_may_not_ask_for_an_api_that_lets_no_user_of_it_in(world: World, browser: Browser) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": "deny_all"}})
    answer = browser.post("/oauth/device/code", data={"client_id": "tv", "audience": API})
    assert error(answer) == (403, "unauthorized_client")


def test_a_device_may_name_the_api_as_a_resource_where_the_tenant_allows_it(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", resource_parameter_profile="compatibility")
    sent = {"client_id": "tv", "resource": API, "scope": "read:orders"}
    device = browser.post("/oauth/device/code", data=sent).json()
    decided(browser, device, "accept")
    assert browser.claims(poll(browser, device).json()["access_token"])["aud"] == API


def test_a_device_whose_user_is_gone_gets_nothing(world: World, browser: Browser) -> None:
    device = begun(browser)
    decided(browser, device, "accept")
    for user_id in world.tenant.store.keys("users"):
        world.tenant.store.delete("users", user_id)
    assert error(poll(browser, device)) == (403, "invalid_grant")


def test_old_device_codes_are_forgotten(world: World, browser: Browser) -> None:
    begun(browser)
    world.pass_time(900 + 3600 + 1)
    begun(browser)
    assert world.tenant.store.count("devices") == 1
