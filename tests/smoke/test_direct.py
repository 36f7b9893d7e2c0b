"""Flows without a callback: passwords, devices and exchanged tokens."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tenantry.model.call import Call
from tenantry.model.smoke import SmokeConfig
from tenantry.smoke import Outcome, applicable, exit_code
from tests.smoke.world import CUSTOMERS, ORDERS, SPA, WEB, Sections, World, declare, failed, ids_of, line

PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TELLER: dict[str, Any] = {
    **WEB,
    "name": "Teller",
    "callbacks": [],
    "grant_types": ["password", PASSWORD_REALM, "refresh_token"],
}
SCREEN: dict[str, Any] = {
    **SPA,
    "name": "Screen",
    "app_type": "native",
    "callbacks": [],
    "allowed_logout_urls": [],
    "grant_types": [DEVICE_CODE, "refresh_token"],
}
SECTIONS: Sections = {
    "applications": {"teller": TELLER, "screen": SCREEN},
    "apis": {"orders": ORDERS},
    "connections": {
        "customers": {**CUSTOMERS, "enabled_clients": ["teller", "screen"]},
        "partners": {**CUSTOMERS, "name": "partners", "enabled_clients": ["screen"]},
    },
    "tenant_settings": {"": {"default_directory": "customers"}},
}


@pytest.fixture(scope="module")
def world() -> World:
    world = World(SECTIONS)
    world.does(Call("PATCH", ("tenants", "settings"), {"default_directory": "customers"}))
    return world


def test_passwords_and_devices_are_proved_because_they_are_declared(world: World) -> None:
    report = world.proves(level="full")
    assert not failed(report)
    assert report.closing_line == "3 of 3 declared flows proved", [
        line(one) for one in report.findings if one.outcome not in {Outcome.PASSED, Outcome.INFO}
    ]
    proven = ids_of(report, Outcome.PASSED)
    assert {"PWD-01", "PWD-02", "PWD-03", "PWD-05", "ACT-17", "RFT-01", "RVK-02"} <= proven
    assert {"DEV-01", "DEV-02", "DEV-03", "DEV-04", "DEV-05", "DEV-06", "IDT-08", "USR-01"} <= proven


def test_a_password_without_a_default_directory_is_no_flow_and_must_be_refused() -> None:
    sections = {**SECTIONS, "tenant_settings": {"": {"default_directory": ""}}}
    plan = applicable(SmokeConfig(), declare(sections), emulated=True)
    assert [one.line for one in plan.skipped] == ["tenant_settings: {default_directory: customers}"]
    alone = {"customers": {**CUSTOMERS, "enabled_clients": ["teller"]}}
    report = World({**sections, "applications": {"teller": TELLER}, "connections": alone}).proves()
    assert not failed(report)
    assert "PWD-04" in ids_of(report, Outcome.PASSED)


def test_a_device_that_is_served_twice_is_noticed(world: World) -> None:
    first: list[httpx.Response] = []

    def twice(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if b"device_code" in request.content and request.url.path == "/oauth/token":
            first.extend([response] if response.is_success else [])
            return first[0] if first else response
        return response

    config = {"flows": {"tv": {"flow": "device_code", "application": "screen", "api": "orders"}}}
    assert "DEV-04" in ids_of(world.proves(config, tamper=twice), Outcome.FAILED)


@pytest.mark.parametrize("config", [{}, {"subject_token": "somebody-elses-token"}])
def test_an_exchange_says_what_it_needs(world: World, config: dict[str, str]) -> None:
    flow = {"flow": "token_exchange", "application": "teller", "api": "orders", **config}
    report = world.proves({"flows": {"swap": flow}})
    assert exit_code(report) == 6
    assert "TEX-01" in ids_of(report, Outcome.BLOCKED)


def exchanging(*, accepts_all: bool) -> Any:
    """Return a tenant that exchanges tokens; the emulated one has no profiles."""
    body = {"access_token": "opaque-token", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}

    def answer(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if b"token-exchange" not in request.content:
            return response
        if b"probe" in request.content and not accepts_all:
            return httpx.Response(400, json={"error": "invalid_request"}, request=request)
        return httpx.Response(200, text=json.dumps({**body, "token_type": "Bearer", "expires_in": 86400}), request=request)

    return answer


def test_an_exchange_is_proved(world: World) -> None:
    token = {"subject_token": "somebody-elses-token", "subject_token_type": "urn:example:legacy", "scope": []}
    config = {"flows": {"swap": {"flow": "token_exchange", "application": "teller", "api": "userinfo", **token}}}
    assert {"TEX-01", "TEX-02"} <= ids_of(world.proves(config, tamper=exchanging(accepts_all=False)), Outcome.PASSED)
    report = world.proves(config, tamper=exchanging(accepts_all=True))
    assert "TEX-02" in ids_of(report, Outcome.FAILED)
    assert "somebody-elses-token" not in repr(report)
