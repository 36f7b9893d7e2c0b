"""Flows without a callback: passwords, devices and exchanged tokens."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tenantry.model.call import Call
from tenantry.model.smoke import SmokeConfig
from tenantry.smoke import Outcome, applicable, exit_code
from tests.declared import declare
from tests.smoke.inside import Sections
from tests.smoke.matrix.direct_scenes import SWAP
from tests.smoke.world import CUSTOMERS, ORDERS, SPA, WEB, World, failed, ids_of, line

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


@pytest.mark.parametrize(
    ("change", "line"), [({"app_type": "spa"}, "app_type: native"), ({"oidc_conformant": False}, "oidc_conformant: true")]
)
def test_a_device_needs_a_conformant_native_application(change: dict[str, Any], line: str) -> None:
    plan = applicable(SmokeConfig(), declare(**{**SECTIONS, "applications": {"screen": {**SCREEN, **change}}}), emulated=True)
    assert [one.line for one in plan.skipped] == [f"applications.screen: {line}"]


def test_a_password_without_a_default_directory_is_no_flow_and_must_be_refused() -> None:
    sections = {**SECTIONS, "tenant_settings": {"": {"default_directory": ""}}}
    plan = applicable(SmokeConfig(), declare(**sections), emulated=True)
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


def test_a_declared_exchange_asks_for_the_token_to_exchange() -> None:
    plan = applicable(SmokeConfig(), declare(**SWAP.sections), emulated=True)
    (left_out,) = plan.skipped
    assert left_out.line.startswith(
        "smoke: {flows: {bridge-exchange: {flow: token_exchange, application: bridge, subject_token:"
    )


def test_an_exchange_is_proved_and_a_token_that_the_action_refuses_is_none() -> None:
    world = World(SWAP.sections)
    report = world.proves(SWAP.config, level="full")
    assert {"TEX-01", "TEX-02", "TEX-04", "ACT-03", "RSP-05"} <= ids_of(report, Outcome.PASSED)
    assert exit_code(report) == 0
    flow = {**SWAP.flows["swap"], "subject_token": "another-token"}
    refused = world.proves({"flows": {"swap": flow}})
    assert "TEX-01" in ids_of(refused, Outcome.FAILED)
    assert exit_code(refused) == 3
    assert "another-token" not in repr(refused)
    assert "partner-token" not in repr(report)


def test_who_is_not_declared_to_exchange_is_refused(world: World) -> None:
    assert "TEX-03" in ids_of(world.proves(), Outcome.PASSED)
    switched_on = {"token_exchange": {"allow_any_profile_of_type": ["custom_authentication"]}}
    declared = {**SECTIONS, "applications": {"teller": {**TELLER, **switched_on}}}
    plan = applicable(SmokeConfig(), declare(**declared), emulated=True)
    assert "TEX-03" not in {one.id for one, _ in plan.asked}
