"""Real tenants that are right and look odd: what is known too little of is not judged, and what is allowed is no failure."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from joserfc import jws

from tenantry.model.secret import Secret
from tenantry.model.smoke import SmokeConfig
from tenantry.model.values import Include
from tenantry.smoke import Applicable, Configuration, Outcome, applicable
from tenantry.smoke.client import Credentials, signing_alg
from tenantry.smoke.contract import Verdict
from tenantry.smoke.contract.claims import email_of
from tenantry.smoke.contract.machine import opens_clients
from tenantry.smoke.contract.refresh import grant_is_said
from tenantry.smoke.contract.session import silence_is_enough
from tenantry.smoke.flows.planning import plan_flows
from tenantry.smoke.login.browser import Hop
from tenantry.smoke.login.forms import Page
from tenantry.smoke.login.walk import Walk
from tenantry.smoke.reply import Reply
from tests.declared import declare
from tests.smoke.inside import Sections
from tests.smoke.matrix.scene import KEY, OTHER_KEY, PUBLIC
from tests.smoke.matrix.scenes import SCENES
from tests.smoke.world import ACCOUNTANT, COMPANY, CUSTOMERS, MACHINE, SPA, World, failed, ids_of

BACK = "https://app.example/callback"
HERE = SimpleNamespace(is_foreign=False)
LISTED = {"flows": {"one": {"flow": "authorization_code_pkce", "application": "storefront", "api": "orders", "user": "tester"}}}
TESTER = {"users": {"tester": {"connection": "customers", "ephemeral": True}}}


def storefront(**changes: Any) -> Sections:
    """Return the company with another storefront; None leaves a member out."""
    fields = {name: value for name, value in {**SPA, **changes}.items() if value is not None}
    return {**COMPANY, "applications": {**COMPANY["applications"], "storefront": fields}}


def asked(sections: Sections, *, emulated: bool = False) -> set[str]:
    """Return the ids of what a run would ask of one flow."""
    config = SmokeConfig.model_validate({**LISTED, **TESTER})
    plan: Applicable = applicable(config, declare(**sections), emulated=emulated, level="full")
    return {one.id for one, _ in plan.asked}


ROTATING = {"rotation_type": "rotating", "expiration_type": "expiring"}


def test_a_leeway_that_is_not_declared_is_not_known_of_a_real_tenant() -> None:
    reused = {"ROT-04", "ROT-05", "ROT-07", "ROT-08"}
    assert reused.isdisjoint(asked(storefront(refresh_token=ROTATING)))
    assert reused <= asked(storefront(refresh_token=ROTATING), emulated=True)
    assert reused <= asked(storefront(refresh_token={**ROTATING, "leeway": 0}))


def test_a_callback_by_http_that_nobody_mentions_may_be_registered() -> None:
    assert "AUZ-06" in asked(storefront())
    assert "AUZ-06" not in asked(storefront(callbacks=Include(include=SPA["callbacks"])))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"token_endpoint_auth_method": None}, "how it authenticates is not declared; say `token_endpoint_auth_method`"),
        (
            {"token_endpoint_auth_method": None, "client_authentication_methods": {"tls_client_auth": {"credentials": []}}},
            "it authenticates by tls_client_auth, and a run has no certificate to show",
        ),
    ],
)
def test_who_cannot_prove_who_they_are_is_blocked_and_fails_nothing(changes: dict[str, Any], said: str) -> None:
    report = World().proves({**LISTED, **TESTER}, level="smoke", declared=storefront(**changes))
    assert not failed(report)
    assert said in {one.observed for one in report.findings if one.outcome is Outcome.BLOCKED}


def test_a_key_that_is_none_is_blocked_and_never_shown() -> None:
    scene = SCENES["keys"]
    for key in ("no key", OTHER_KEY.replace("A", "B")):
        config = {**scene.config, "applications": {"ledger": {"private_key": Secret.of("LEDGER_KEY", key)}}}
        report = World(scene.sections).proves(config, level="smoke")
        assert not failed(report)
        assert any("smoke.applications.ledger.private_key is no private RSA key" in one.observed for one in report.findings)


def test_an_assertion_is_signed_by_the_algorithm_of_the_declared_key() -> None:
    assert signing_alg(KEY, [(None, "RS384"), ("no key", "RS384"), (PUBLIC, "PS256")]) == "PS256"
    assert signing_alg(KEY, [(PUBLIC, None)]) == "RS256"
    assert signing_alg(OTHER_KEY, [(PUBLIC, "PS256")]) == "RS256"
    assertion = Credentials("me", "private_key_jwt", private_key=KEY, alg="PS256").assertion(audience="you", now=0)
    assert jws.extract_compact(assertion.encode()).headers()["alg"] == "PS256"


def test_only_plain_rsa_keys_sign_assertions() -> None:
    encrypted = rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    )
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (encrypted, other):
        with pytest.raises(ValueError, match="it is"):
            signing_alg(pem.decode(), [])


def third_party(**grants: dict[str, Any]) -> Configuration:
    """Return a configuration with somebody else's machine, and these grants."""
    applications = {"partner": {**MACHINE, "is_first_party": False}, "own": MACHINE}
    return Configuration(declare(**{**COMPANY, "applications": applications, "client_grants": grants}))


def test_what_is_granted_to_all_third_parties_is_granted_to_each() -> None:
    default = {"default_for": "third_party_clients", "audience": "orders", "scope": ["read:orders"]}
    everybody = third_party(
        everybody=default, users={**default, "subject_type": "user"}, guests={**default, "subject_type": "anonymous_user"}
    )
    partner, own, orders = everybody.applications["partner"], everybody.applications["own"], everybody.apis["orders"]
    assert [grant.handle for grant in everybody.machine_grants(partner)] == ["everybody"]
    assert everybody.machine_grants(own) == []
    found = everybody.user_grant(partner, orders)
    assert found is not None
    assert found.handle == "users"
    assert everybody.user_grant(own, orders) is None


def test_a_grant_of_its_own_takes_the_place_of_everybodys() -> None:
    default = {"default_for": "third_party_clients", "audience": "orders", "scope": ["read:orders"]}
    mine = {"client_id": "partner", "audience": "orders", "scope": []}
    configuration = third_party(everybody=default, mine=mine)
    assert [grant.handle for grant in configuration.machine_grants(configuration.applications["partner"])] == ["mine"]


@pytest.mark.parametrize(
    ("grant", "scope", "opens"),
    [
        ({"scope": ["read:clients"]}, None, True),
        ({"scope": ["read:client_keys", "read:users"]}, None, True),
        ({"scope": ["read:users"]}, None, False),
        ({"scope": ["read:clients", "read:users"]}, ["read:users"], False),
        ({"allow_all_scopes": True}, None, True),
        ({"scope": Include(include=["read:users"])}, None, None),
        ({}, None, None),
    ],
)
def test_which_tokens_open_the_applications_is_declared(
    grant: dict[str, Any], scope: list[str] | None, *, opens: bool | None
) -> None:
    flow = {"flow": "client_credentials", "application": "reporting", "api": "management-api", "scope": scope}
    grants = {"inside": {"client_id": "reporting", "audience": "management-api", **grant}}
    configuration = Configuration(declare(**{**COMPANY, "client_grants": grants}))
    (planned,) = plan_flows(configuration, SmokeConfig.model_validate({"flows": {"inside": flow}})).to_prove
    assert opens_clients(planned) is opens


def test_an_error_page_of_the_tenants_own_refuses_a_logout_too() -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v2/logout" and response.is_client_error:
            return httpx.Response(
                302, headers={"location": "https://shop.example/error?error=invalid_request"}, request=request
            )
        return response

    report = World().proves(ACCOUNTANT, level="contract", tamper=tamper)
    assert not failed(report)
    assert "OUT-02" in ids_of(report, Outcome.PASSED)


def test_pages_that_are_declared_to_be_framed_may_be_framed() -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.startswith("/u/login"):
            for name in ("x-frame-options", "content-security-policy"):
                response.headers.pop(name, None)
        return response

    assert "LGN-08" in ids_of(World().proves(ACCOUNTANT, level="read", tamper=tamper), Outcome.FAILED)
    framed = {**COMPANY, "tenant_settings": {"": {"flags": {"disable_clickjack_protection_headers": True}}}}
    assert "LGN-08" in ids_of(World().proves(ACCOUNTANT, level="read", tamper=tamper, declared=framed), Outcome.PASSED)


def outcome_of(assertion: Any, flow: Any) -> Outcome:
    """Return what an assertion makes of something that looks like a flow."""
    verdict: Verdict = asyncio.run(assertion.check(flow))
    return verdict.outcome


def session_of(error: str, path: str) -> Outcome:
    """Return what is made of a silent request's error, after a login that went over a page."""
    page, login = (
        Page(path, 200),
        Reply("GET", "https://acme.example", 302, httpx.Headers({"location": f"{BACK}?error={error}"}), ""),
    )

    async def done() -> Any:
        return SimpleNamespace(walk=Walk([Hop(login, page)]))

    async def look(**_: Any) -> Hop:
        return Hop(login)

    flow = SimpleNamespace(login=done, look=look, browser=None, flow=SimpleNamespace(redirect_uri=BACK), tenant=HERE)
    return outcome_of(silence_is_enough, flow)


@pytest.mark.parametrize(
    ("error", "path", "outcome"),
    [
        ("interaction_required", "/u/mfa-otp-challenge", Outcome.SKIPPED),
        ("interaction_required", "/u/login", Outcome.FAILED),
        ("login_required", "/u/mfa-otp-challenge", Outcome.FAILED),
    ],
)
def test_who_gives_a_second_factor_each_time_cannot_be_silent(error: str, path: str, outcome: Outcome) -> None:
    assert session_of(error, path) is outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("refresh_token", Outcome.PASSED),
        (["refresh_token", "password"], Outcome.PASSED),
        (["password"], Outcome.FAILED),
        ([], Outcome.FAILED),
        (None, Outcome.FAILED),
    ],
)
def test_a_refreshed_token_may_name_the_first_grant_too(said: Any, outcome: Outcome) -> None:
    async def refreshed() -> Any:
        return SimpleNamespace(access=None)

    flow = SimpleNamespace(refreshed=refreshed, claim=lambda *_: said)
    assert outcome_of(grant_is_said, flow) is outcome


def test_an_address_that_nobody_declared_is_not_missed() -> None:
    assert email_of({}, None).outcome is Outcome.SKIPPED
    assert email_of({}, "ada@example.com").outcome is Outcome.FAILED
    assert email_of({"email": "bob@example.com", "email_verified": True}, None).outcome is Outcome.PASSED
    assert email_of({"email": "bob@example.com"}, None).outcome is Outcome.FAILED


def test_users_of_other_connections_have_the_profile_that_they_come_with() -> None:
    def asked_of(strategy: str) -> set[str]:
        users = {"tester": {"connection": "customers", "email": "ada@example.com", "password": "x"}}
        connections = {"customers": {**CUSTOMERS, "strategy": strategy}}
        config = SmokeConfig.model_validate({**LISTED, "users": users})
        return {
            one.id for one, _ in applicable(config, declare(**{**COMPANY, "connections": connections}), emulated=False).asked
        }

    assert "IDT-21" in asked_of("auth0")
    assert "IDT-21" not in asked_of("okta")


@pytest.mark.parametrize("error", ["requires_verification", "too_many_attempts"])
def test_attack_protection_breaks_no_promise_of_a_password_grant(error: str) -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        is_password = request.url.path == "/oauth/token" and b"password-realm" in request.content and response.is_success
        return httpx.Response(429, json={"error": error}, request=request) if is_password else response

    scene = SCENES["direct"]
    flows = {name: flow for name, flow in scene.flows.items() if flow["flow"] == "password_realm"}
    report = World(scene.sections).proves({**scene.config, "flows": flows}, level="smoke", tamper=tamper)
    assert flows
    assert not failed(report)
    assert "PWD-02" in ids_of(report, Outcome.BLOCKED)


def test_a_policy_of_the_refresh_token_may_add_scopes_of_the_api_that_was_logged_in_to() -> None:
    policy = {"audience": "https://api.example/orders", "scope": ["write:orders"]}
    company = storefront(refresh_token={**SPA["refresh_token"], "policies": [policy]})
    open_api = {**COMPANY["apis"]["orders"], "skip_consent_for_verifiable_first_party_clients": True}
    declared = {**company, "apis": {**COMPANY["apis"], "orders": open_api}}
    flow = {**LISTED["flows"]["one"], "scope": ["openid", "offline_access", "read:orders"]}
    report = World(declared).proves({"flows": {"one": flow}, **TESTER}, level="full", declared=declared)
    assert {"RFT-04", "RFT-06"} <= ids_of(report, Outcome.PASSED)
    assert failed(report) == []
