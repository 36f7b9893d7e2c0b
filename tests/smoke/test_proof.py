"""Whole runs against an emulated tenant: no false alarm, and nothing secret in a report."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from tenantry.emulator import Emulator
from tenantry.model.call import Call
from tenantry.model.secret import Secret
from tenantry.model.smoke import Level
from tenantry.smoke import Outcome, Report, exit_code
from tenantry.smoke.contract.assertion import LEVELS
from tenantry.smoke.lending.borrow import NewUser
from tests.smoke.inside import Sections
from tests.smoke.world import ACCOUNTANT, COMPANY, EXAMPLE, MACHINE, SPA, WALK, WEB, World, failed, ids_of, proven


def observed(report: Report, id_: str) -> str:
    (finding,) = (one for one in report.findings if one.id == id_)
    assert finding.outcome is Outcome.PASSED
    return finding.observed


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_right_company_is_proved_at_every_level(level: Level) -> None:
    report = World().proves(ACCOUNTANT, level=level)
    assert not failed(report)
    assert report.closing_line == "5 of 5 declared flows proved"


def test_reading_obtains_no_token() -> None:
    world = World()
    report = world.proves(ACCOUNTANT, level="read")
    assert not failed(report)
    assert (report.usage.tokens, report.usage.m2m_tokens, report.usage.logins) == (0, 0, 0)
    assert exit_code(report) == 0
    assert "tenantry.yaml" not in str(report)
    assert all(one.declared_at and one.declared_at.startswith("tenant.yaml:") for one in report.findings if one.flow)


def test_the_first_steps_are_walked_to_the_letter() -> None:
    report = World(EXAMPLE).proves(WALK, level="smoke")
    assert proven(report)
    assert observed(report, "COD-01") == "200 with access_token, id_token, refresh_token"
    assert observed(report, "RSP-05") == "86400 s"
    assert observed(report, "ACT-07") == "https://example.com and https://smoke.emulator.localhost/userinfo"
    moved = observed(report, "RFT-02")
    assert re.fullmatch(r"access token: iat \+([12]) s, exp \+\1 s; ID token: iat \+\1 s, exp \+\1 s", moved)
    assert observed(report, "RFT-04") == "email offline_access openid profile"


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:4400", "http://localhost:4400", "https://localhost:4443"])
def test_a_served_tenant_is_proved_over_http_and_https(base_url: str) -> None:
    world = World(EXAMPLE, emulator=Emulator("served", public_url=base_url))
    assert proven(world.proves(WALK))


def test_identifier_first_logins_are_walked() -> None:
    world = World(EXAMPLE)
    world.does(Call("PATCH", ("prompts",), {"identifier_first": True}))
    report = world.proves(WALK)
    assert proven(report)


def test_users_with_names_log_in_by_them() -> None:
    users = {**EXAMPLE["connections"]["users"], "options": {"requires_username": True}}
    assert proven(World({**EXAMPLE, "connections": {"users": users}}).proves(WALK, level="smoke"))


LEGACY: Sections = {
    "applications": {"veteran": {**WEB, "name": "Veteran", "oidc_conformant": False}},
    "connections": {"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["veteran"]}},
}


@pytest.mark.parametrize("device", [{"device": "my-device-name"}, {}])
def test_legacy_rules_are_proved(device: dict[str, str]) -> None:
    scope = ["openid", "email", "offline_access"]
    flow = {"flow": "authorization_code", "application": "veteran", "scope": scope, "authorize": device}
    report = World(LEGACY).proves({"flows": {"veteran": flow}})
    assert proven(report)
    assert {"LEG-03", "LEG-04", "LEG-05"} <= ids_of(report, Outcome.PASSED)
    assert ("RFT-01" in ids_of(report, Outcome.PASSED)) == bool(device)


def test_organizations_are_proved() -> None:
    sections: Sections = {
        **COMPANY,
        "applications": {"storefront": {**SPA, "organization_usage": "require"}},
        "client_grants": {},
        "connections": {"customers": {**COMPANY["connections"]["customers"], "enabled_clients": ["storefront"]}},
        "organizations": {"acme": {"name": "acme", "connections": {"customers": {"assign_membership_on_login": False}}}},
    }
    report = World(sections).proves(ACCOUNTANT, level="full")
    assert proven(report)
    assert {"AUZ-22", "AUZ-24", "IDT-22", "ACT-22"} <= ids_of(report, Outcome.PASSED)


def new_keys() -> tuple[str, str]:
    """Return a private and a public key."""
    key = RSAKey.generate_key(2048, private=True)
    return key.as_pem(private=True).decode(), key.as_pem(private=False).decode()


def test_an_application_with_a_key_of_its_own_is_proved() -> None:
    private, public = new_keys()
    walk = {key: value for key, value in EXAMPLE["applications"]["walk"].items() if key != "token_endpoint_auth_method"}
    credentials = [{"credential_type": "public_key", "pem": public, "name": "k"}]
    walk["client_authentication_methods"] = {"private_key_jwt": {"credentials": credentials}}
    walk["app_type"] = "regular_web"
    world = World({**EXAMPLE, "applications": {"walk": walk}})
    report = world.proves({**WALK, "applications": {"walk": {"private_key": Secret.of("WALK_KEY", private)}}})
    assert proven(report)
    assert {"CLI-07", "CLI-09"} <= ids_of(report, Outcome.PASSED)
    assert exit_code(world.proves(WALK)) == 6


def test_pushed_requests_are_proved() -> None:
    walk = {**EXAMPLE["applications"]["walk"], "require_pushed_authorization_requests": True}
    world = World({**EXAMPLE, "applications": {"walk": walk}})
    world.does(Call("PATCH", ("tenants", "settings"), {"pushed_authorization_requests_supported": True}))
    report = world.proves(WALK)
    assert proven(report)
    assert {"AUZ-25", "AUZ-26"} <= ids_of(report, Outcome.PASSED)


@pytest.mark.parametrize(
    "fields",
    [
        {"token_dialect": "rfc9068_profile"},
        {"token_dialect": "rfc9068_profile_authz", "enforce_policies": True, "scopes": [{"value": "read:x"}]},
        {"signing_alg": "PS256"},
        {"token_dialect": "access_token"},
    ],
)
def test_every_form_of_access_token_is_proved(fields: dict[str, Any]) -> None:
    api = {**EXAMPLE["apis"]["example"], **fields}
    assert proven(World({**EXAMPLE, "apis": {"example": api}}).proves(WALK))


def test_an_answer_that_nobody_thought_of_does_not_end_the_run() -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("jwks.json"):
            keys = [{**key, "x5c": ["?"]} for key in response.json()["keys"]]
            return httpx.Response(200, json={"keys": keys})
        return response

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    (finding,) = (one for one in report.findings if one.id == "DSC-08")
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "could not be judged" in finding.observed


def test_machines_are_proved() -> None:
    grants = {
        "orders": {"client_id": "reporting", "audience": "orders", "scope": ["read:orders", "write:orders"]},
        "inside": {"client_id": "reporting", "audience": "management-api", "scope": ["read:clients"]},
        "nothing": {"client_id": "idle", "audience": "orders", "scope": []},
    }
    machines = {"reporting": COMPANY["applications"]["reporting"], "idle": {**MACHINE, "name": "Idle"}}
    report = World({"applications": machines, "apis": COMPANY["apis"], "client_grants": grants}).proves()
    assert proven(report)
    assert report.proved.of == 3
    assert {"M2M-02", "M2M-03", "M2M-04", "M2M-05", "M2M-06", "M2M-10", "USR-05"} <= ids_of(report, Outcome.PASSED)


def test_a_default_api_is_proved() -> None:
    sections: Sections = {**EXAMPLE, "tenant_settings": {"": {"default_audience": "https://example.com"}}}
    world = World(sections)
    world.does(Call("PATCH", ("tenants", "settings"), {"default_audience": "https://example.com"}))
    flow = {key: value for key, value in WALK["flows"]["walk"].items() if key != "api"}
    report = world.proves({**WALK, "flows": {"walk": flow}})
    assert proven(report)
    assert {"OPQ-05", "OPQ-02", "ACT-07"} <= ids_of(report, Outcome.PASSED)


def test_an_existing_user_proves_a_real_tenant_and_leaves_no_refresh_token() -> None:
    world = World(EXAMPLE)
    world.proves(WALK, level="read")
    password = "Correct-horse-7-battery"
    world.borrows(lambda lending: lending.create_user(NewUser("users", "ada@example.com", Secret.of("p", password))))
    ada = {"connection": "users", "email": "ada@example.com", "password": Secret.of("ADA", password)}
    config = {"users": {"walker": ada}, "flows": WALK["flows"]}
    report = world.proves(config, emulated=False)
    assert proven(report)
    assert report.level == "smoke"
    assert "ada@example.com" not in str(report.findings)
    alive = [one for one in world.emulator.tenant.store.all("refresh_tokens") if not one.get("revoked")]
    assert alive == []


def test_what_is_harsh_spares_existing_users() -> None:
    world = World(
        {**EXAMPLE, "applications": {"walk": {**EXAMPLE["applications"]["walk"], "refresh_token": SPA["refresh_token"]}}}
    )
    world.proves(WALK, level="read")
    password = "Correct-horse-7-battery"
    world.borrows(lambda lending: lending.create_user(NewUser("users", "ada@example.com", Secret.of("p", password))))
    ada = {"connection": "users", "email": "ada@example.com", "password": Secret.of("ADA", password)}
    report = world.proves({"users": {"walker": ada}, "flows": WALK["flows"]}, emulated=False, level="full")
    assert {"ROT-04", "ROT-05", "LGN-04"} <= ids_of(report, Outcome.SKIPPED)
    assert not failed(report)


def test_a_secret_that_is_not_at_hand_blocks() -> None:
    config = {"users": {"walker": {"connection": "users", "email": "a@example.com", "password": Secret("GONE", lambda: None)}}}
    report = World(EXAMPLE).proves({**WALK, **config}, level="smoke")
    assert exit_code(report) == 6
    assert any("password of a@example.com is not set here" in one.observed for one in report.findings)


def test_what_was_not_applied_blocks() -> None:
    world = World(EXAMPLE)
    world.proves(WALK, level="read")
    world.ids = {address: id_ for address, id_ in world.ids.items() if address.section != "applications"}
    report = world.proves(WALK, level="smoke")
    assert exit_code(report) == 6
    why = "walk is not in the tenant: apply first"
    assert [one.observed for one in report.findings if one.outcome is Outcome.BLOCKED] == [why]
    assert {one.observed for one in report.findings if one.id == "LGN-03"} == {f"not reached: {why}"}
    assert report.usage.logins == 0


def test_a_budget_is_kept() -> None:
    report = World(EXAMPLE).proves({**WALK, "budget": {"tokens": 3}})
    assert report.usage.tokens == 3
    assert any("smoke.budget.tokens" in one.observed for one in report.findings)
    assert exit_code(report) == 6


def test_expectations_are_held_against_both_tokens() -> None:
    flow = {**WALK["flows"]["walk"], "expect": {"access_token": {"claims": {"gty": "x"}}, "id_token": {"absent": ["sid"]}}}
    report = World(EXAMPLE).proves({**WALK, "flows": {"walk": flow}}, level="smoke")
    texts = [one.observed for one in report.findings if one.id in {"EXP-01", "EXP-02"}]
    assert texts == ["access token: gty is 'absent'", "ID token: sid is there"]
    assert exit_code(report) == 3


def test_no_token_nor_code_nor_secret_is_in_a_report() -> None:
    """Everything that went over the wire and looks like a secret is looked for in everything the report says."""
    seen: set[str] = set()

    def listen(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        for text in (request.url.query.decode(), request.content.decode(), str(response.headers.get("location", ""))):
            pairs = [pair.partition("=") for pair in text.replace("?", "&").split("&")]
            named = {"code", "client_secret", "password", "code_verifier", "state", "nonce", "refresh_token", "token"}
            seen.update(httpx.QueryParams(f"x={value}")["x"] for name, _, value in pairs if name in named and len(value) > 8)
        if response.headers.get("content-type", "").startswith("application/json"):
            body = json.loads(response.content)
            seen.update(str(body[name]) for name in ("access_token", "id_token", "refresh_token") if name in body)
        return response

    report = World().proves(ACCOUNTANT, tamper=listen)
    assert len(seen) > 300
    said = str(report)
    assert [value for value in seen - {"tenantry-probe"} if value in said] == []
