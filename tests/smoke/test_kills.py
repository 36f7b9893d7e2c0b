"""Every way in which the emulator can be told to be wrong is noticed, by the assertion that is about it.

The tenant is right otherwise: what fails must fail because of the lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tenantry.emulator.oauth.misbehaviours import MISBEHAVIOURS, activate
from tenantry.model.smoke import Level
from tenantry.smoke import Outcome, exit_code
from tests.smoke.world import COMPANY, LEDGER, MACHINE, ORDERS, SPA, WEB, Sections, World, failed, ids_of

SECTIONS: Sections = {
    "applications": {
        "storefront": {
            **SPA,
            "refresh_token": {**SPA["refresh_token"], "idle_token_lifetime": 60, "infinite_idle_token_lifetime": False},
        },
        "office": {**WEB, "callbacks": ["https://office.example/callback"]},
        "classic": {
            **WEB,
            "name": "Classic",
            "callbacks": ["https://classic.example/callback"],
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600},
            "grant_types": ["authorization_code", "implicit"],
            "organization_usage": "allow",
        },
        "reporting": MACHINE,
    },
    "apis": {
        "orders": ORDERS,
        "ledger": LEDGER,
        "vault": {
            **ORDERS,
            "name": "Vault",
            "identifier": "https://api.example/vault",
            "subject_type_authorization": {"user": {"policy": "deny_all"}, "client": {"policy": "require_client_grant"}},
        },
    },
    "client_grants": COMPANY["client_grants"],
    "connections": {
        "customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront", "office", "classic"]},
        "partners": {"name": "partners", "strategy": "auth0", "enabled_clients": ["office"]},
    },
    "roles": COMPANY["roles"],
    "organizations": {"acme": {"name": "acme", "connections": {"customers": {"assign_membership_on_login": False}}}},
}

USERS = {"accountant": {"connection": "customers", "ephemeral": True, "roles": ["accountant"]}}
FLOWS: dict[str, dict[str, Any]] = {
    "shop": {"flow": "authorization_code_pkce", "application": "storefront", "api": "orders"},
    "work": {"flow": "authorization_code", "application": "office", "api": "orders"},
    "books": {"flow": "authorization_code", "application": "office", "api": "ledger"},
    "classic": {"flow": "authorization_code", "application": "classic", "api": "orders", "organization": "acme"},
    "report": {"flow": "client_credentials", "application": "reporting", "api": "orders"},
}

CAUGHT: dict[str, tuple[str, str]] = {
    "accept_any_password": ("shop", "LGN-04"),
    "accept_challenge_as_verifier": ("shop", "PKC-05"),
    "accept_code_of_other_client": ("shop", "COD-07"),
    "accept_expired_code": ("shop", "COD-11"),
    "accept_expired_refresh_token": ("shop", "RFT-16"),
    "accept_missing_secret": ("work", "CLI-02"),
    "accept_missing_verifier": ("shop", "PKC-04"),
    "accept_refresh_token_of_other_client": ("shop", "RFT-08"),
    "accept_revoked_refresh_token": ("shop", "RVK-02"),
    "accept_wrong_secret": ("work", "CLI-01"),
    "accept_wrong_verifier": ("shop", "PKC-02"),
    "access_token_already_expired": ("shop", "ACT-15"),
    "access_token_lives_too_long": ("shop", "ACT-13"),
    "advertise_none": ("shop", "DSC-10"),
    "broken_signature": ("shop", "IDT-02"),
    "cacheable_token_response": ("shop", "RSP-01"),
    "change_state": ("shop", "AUZ-19"),
    "discovery_issuer_without_slash": ("shop", "DSC-01"),
    "drop_state": ("shop", "AUZ-19"),
    "grant_undeclared_scopes": ("shop", "RSP-16"),
    "id_token_lives_too_long": ("shop", "IDT-09"),
    "id_token_without_openid": ("shop", "RSP-08"),
    "id_token_wrong_audience": ("shop", "IDT-06"),
    "id_token_wrong_issuer": ("shop", "IDT-05"),
    "id_token_wrong_subject": ("shop", "IDT-08"),
    "ignore_access_policies": ("shop", "AUZ-28"),
    "ignore_blocked_users": ("shop", "BLK-01"),
    "ignore_client_grants": ("report", "M2M-03"),
    "ignore_enabled_connections": ("shop", "LGN-05"),
    "ignore_grant_types": ("shop", "CLI-12"),
    "ignore_logout_urls": ("shop", "OUT-02"),
    "ignore_max_age": ("shop", "AUZ-17"),
    "ignore_organization_membership": ("classic", "AUZ-24"),
    "ignore_prompt_login": ("shop", "AUZ-16"),
    "ignore_redirect_uri": ("shop", "AUZ-03"),
    "ignore_redirect_uri_at_exchange": ("shop", "COD-05"),
    "ignore_roles": ("books", "ACT-20"),
    "issuer_without_slash": ("shop", "ACT-06"),
    "jwks_without_current_key": ("shop", "IDT-02"),
    "keep_family_after_reuse": ("shop", "ROT-05"),
    "logout_keeps_session": ("shop", "OUT-03"),
    "never_rotate": ("shop", "ROT-01"),
    "omit_id_token": ("shop", "RSP-07"),
    "omit_nonce": ("shop", "IDT-11"),
    "omit_refresh_token": ("shop", "RSP-10"),
    "profile_without_scope": ("shop", "IDT-20"),
    "refresh_token_without_offline_access": ("shop", "RSP-11"),
    "reuse_authorization_code": ("shop", "COD-02"),
    "reuse_rotated_refresh_token": ("shop", "ROT-04"),
    "revoke_does_nothing": ("shop", "RVK-02"),
    "skip_consent": ("shop", "AUZ-30b"),
    "unknown_kid": ("shop", "IDT-02"),
    "unsigned_tokens": ("shop", "IDT-01"),
    "userinfo_accepts_any_token": ("shop", "USR-04"),
    "userinfo_of_somebody_else": ("shop", "USR-01"),
    "widen_scope_on_refresh": ("shop", "RFT-06"),
    "wrong_at_hash": ("classic", "IDT-13"),
    "wrong_audience": ("shop", "ACT-07"),
    "wrong_c_hash": ("classic", "IDT-15"),
    "wrong_expires_in": ("shop", "RSP-05"),
    "wrong_issuer": ("shop", "ACT-06"),
    "wrong_nonce": ("shop", "IDT-11"),
    "wrong_subject": ("shop", "ACT-11"),
    "wrong_subject_after_refresh": ("shop", "RFT-03"),
}
SLOW_OR_HARSH = {"COD-11", "LGN-04", "LGN-05", "AUZ-24", "BLK-01"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(SECTIONS)


@pytest.fixture
def liar(world: World) -> Iterator[World]:
    yield world
    activate(world.emulator.tenant, [])


def config(flow: str) -> dict[str, Any]:
    user = {} if flow == "report" else {"user": "accountant"}
    return {"users": USERS, "flows": {flow: {**FLOWS[flow], **user}}}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_right_tenant_raises_no_alarm(world: World, flow: str) -> None:
    report = world.proves(config(flow), level="full")
    assert not failed(report)
    assert report.proved.is_complete, [one for one in report.findings if one.outcome not in {Outcome.PASSED, Outcome.INFO}]


@pytest.mark.parametrize("lie", CAUGHT)
def test_every_lie_is_noticed(liar: World, lie: str) -> None:
    flow, assertion = CAUGHT[lie]
    level: Level = "full" if assertion in SLOW_OR_HARSH else "contract"
    if not liar.ids:
        liar.proves(config(flow), level="read")
    activate(liar.emulator.tenant, [lie])
    report = liar.proves(config(flow), level=level)
    assert assertion in ids_of(report, Outcome.FAILED), failed(report)
    assert exit_code(report) == 3


def test_no_lie_is_forgotten() -> None:
    assert set(MISBEHAVIOURS) == set(CAUGHT)
    assert len(CAUGHT) >= 60
