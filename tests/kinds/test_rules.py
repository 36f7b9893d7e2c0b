"""Rules hold on declared fields alone and on live overlaid with declared; they say nothing about what is absent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tenantry.desired import load
from tenantry.kinds import KINDS
from tenantry.model.values import Exclude, Include
from tests.laws.tenant import fresh_tenant

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SECRET = (
    "the tenant refuses the device code grant of an application that authenticates; it needs `token_endpoint_auth_method: none`"
)
TOKEN = {"rotation_type": "rotating", "expiration_type": "expiring"}

CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("applications", {"refresh_token": {"rotation_type": "rotating"}}, []),
    (
        "applications",
        {"jwt_configuration": {"alg": "HS256"}, "client_authentication_methods": {"private_key_jwt": {"credentials": []}}},
        ["an application that authenticates by key has no secret to sign with; use RS256"],
    ),
    (
        "applications",
        {"grant_types": ["urn:openid:params:grant-type:ciba"]},
        ["the CIBA grant needs `async_approval_notification_channels`"],
    ),
    (
        "applications",
        {"grant_types": ["urn:openid:params:grant-type:ciba"], "async_approval_notification_channels": ["email"]},
        [],
    ),
    (
        "applications",
        {"oidc_logout": {"backchannel_logout_urls": ["https://a.example", "https://b.example"]}},
        ["Auth0 takes only one address although it is a list"],
    ),
    (
        "applications",
        {"app_type": "resource_server", "refresh_token": {"rotation_type": "non-rotating"}},
        ["an application with `app_type: resource_server` refuses it on write"],
    ),
    ("applications", {"grant_types": ["refresh_token", "http://auth0.com/oauth/grant-type/mfa-otp"]}, []),
    ("applications", {"grant_types": ["urn:auth0:params:oauth:grant-type:token-exchange:federated"]}, []),
    (
        "applications",
        {"grant_types": ["authorisation_code", "magic"]},
        [
            "`authorisation_code` is no grant that is known here; did you mean `authorization_code`?",
            "`magic` is no grant that is known here",
        ],
    ),
    ("applications", {"oidc_logout": {"backchannel_logout_initiators": {"mode": "all"}}}, []),
    (
        "applications",
        {"oidc_logout": {"backchannel_logout_initiators": {"mode": "all", "selected_initiators": ["rp-logout"]}}},
        ["with `mode: all` no events are selected; leave them out"],
    ),
    ("applications", {"grant_types": [DEVICE_CODE]}, []),
    ("applications", {"grant_types": [DEVICE_CODE], "token_endpoint_auth_method": "none", "oidc_conformant": True}, []),
    (
        "applications",
        {"grant_types": Include(include=[DEVICE_CODE]), "token_endpoint_auth_method": "client_secret_post"},
        [SECRET],
    ),
    ("applications", {"grant_types": [DEVICE_CODE], "client_authentication_methods": {"private_key_jwt": {}}}, [SECRET]),
    (
        "applications",
        {"grant_types": [DEVICE_CODE], "oidc_conformant": False},
        ["the device code grant needs `oidc_conformant: true`"],
    ),
    ("applications", {"refresh_token": TOKEN}, []),
    (
        "applications",
        {"refresh_token": TOKEN | {"expiration_type": "non-expiring"}},
        ["rotating refresh tokens must be `expiring`"],
    ),
    (
        "applications",
        {"refresh_token": TOKEN | {"token_lifetime": 60, "idle_token_lifetime": 61}},
        ["the idle lifetime, 61 seconds, is longer than the absolute lifetime, 60 seconds"],
    ),
    ("applications", {"refresh_token": TOKEN | {"token_lifetime": 60, "idle_token_lifetime": 60}}, []),
    (
        "applications",
        {"refresh_token": TOKEN | {"token_lifetime": 60, "idle_token_lifetime": 61, "infinite_token_lifetime": True}},
        [],
    ),
    (
        "applications",
        {"refresh_token": TOKEN, "oidc_conformant": False},
        ["rotating refresh tokens need `oidc_conformant: true`"],
    ),
    (
        "applications",
        {"refresh_token": TOKEN, "grant_types": ["authorization_code"]},
        ["rotating refresh tokens need the `refresh_token` grant"],
    ),
    ("applications", {"oidc_logout": {"backchannel_logout_urls": []}, "oidc_backchannel_logout": None}, []),
    (
        "applications",
        {"oidc_logout": {"a": 1}, "oidc_backchannel_logout": {"a": 1}},
        ["this is the old name of `oidc_logout`; declare only one of them"],
    ),
    (
        "applications",
        {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
        ["the tenant refuses the client_credentials grant of an application that authenticates with `none`; take one away"],
    ),
    (
        "applications",
        {"token_endpoint_auth_method": "none", "grant_types": Include(include=["client_credentials"])},
        ["the tenant refuses the client_credentials grant of an application that authenticates with `none`; take one away"],
    ),
    ("applications", {"token_endpoint_auth_method": "none", "grant_types": Exclude(exclude=["client_credentials"])}, []),
    (
        "applications",
        {"token_endpoint_auth_method": "none", "jwt_configuration": {"alg": "HS256"}},
        ["a public application keeps no secret, so nobody can verify its HS256 ID tokens; use RS256"],
    ),
    (
        "applications",
        {"is_first_party": False, "grant_types": ["implicit"], "callbacks": ["https://*.example.com"]},
        [
            "a third party's application should not use the `implicit` grant",
            "a third party's callbacks should hold no wildcard",
        ],
    ),
    (
        "applications",
        {"is_first_party": False, "organization_usage": "allow", "organization_require_behavior": "no_prompt"},
        ["only first-party applications log in with organizations; set it to null"] * 2,
    ),
    (
        "applications",
        {"app_type": "native", "resource_server_identifier": "orders"},
        ["only an application with `app_type: resource_server` is linked to an API"],
    ),
    (
        "apis",
        {"token_lifetime": 60, "token_lifetime_for_web": 61},
        ["61 seconds is more than `token_lifetime`, 60; change both together"],
    ),
    ("apis", {"token_lifetime_for_web": 61}, []),
    (
        "apis",
        {"token_dialect": "access_token_authz", "enforce_policies": False},
        ["tokens carry permissions only with `enforce_policies: true`"],
    ),
    ("client_grants", {"client_id": "a", "audience": "b", "allow_all_scopes": True, "scope": []}, []),
    (
        "client_grants",
        {"client_id": "a", "audience": "b", "allow_all_scopes": True, "scope": ["x"]},
        ["`allow_all_scopes` already grants every scope; leave out `scope`"],
    ),
    (
        "client_grants",
        {"audience": "b"},
        ["a grant is for an application (`client_id`) or a default (`default_for`); give one of them"],
    ),
    (
        "client_grants",
        {"client_id": "a", "default_for": "third_party_clients", "audience": "b"},
        ["a grant is for an application (`client_id`) or a default (`default_for`); give one of them"],
    ),
    (
        "connections",
        {"options": {"attributes": {"email": {"identifier": {"active": False}}}}},
        ["at least one attribute must identify users: set `identifier.active: true`"],
    ),
    (
        "connections",
        {"options": {"attributes": {"email": {"identifier": {"active": True}, "unique": False}}, "requires_username": True}},
        ["an e-mail address that identifies users must be unique"],
    ),
    (
        "connections",
        {"options": {"authentication_methods": {"password": {"signup_behavior": "block", "api_behavior": "required"}}}},
        ["`signup_behavior: block` needs `api_behavior: optional`"],
    ),
    (
        "connections",
        {"options": {"validation": {"username": {"min": 9, "max": 8}}}},
        ["the fewest characters, 9, are more than the most, 8"],
    ),
    ("connections", {"strategy": "samlp", "options": {"signingCert": "x", "signInEndpoint": "https://a.example"}}, []),
    ("connections", {"strategy": "samlp", "options": {"thumbprints": ["ab"]}}, []),
    ("connections", {"strategy": "adfs", "options": {"thumbprints": ["ab"], "cert": "x"}}, []),
    (
        "connections",
        {"strategy": "pingfederate", "options": {"cert": "x"}},
        ["the tenant takes it from the provider's certificate; declare `signingCert` and leave it out"],
    ),
    (
        "connections",
        {"strategy": "samlp", "options": {"signingCert": "x", "thumbprints": ["ab"]}},
        ["the tenant takes it from the provider's certificate; declare `signingCert` and leave it out"],
    ),
    (
        "connections",
        {"strategy": "oidc", "options": {"sign_in_endpoint": "x", "clientId": "x", "userid_attribute": "oid", "own-thing": 1}},
        [
            "no option is called `sign_in_endpoint`; did you mean `signInEndpoint`?",
            "no option is called `clientId`; did you mean `client_id`?",
        ],
    ),
    (
        "connections",
        {"strategy": "github", "options": {"repo": "yes", "read_org": True, "email": True, "gist": None}},
        ["`repo` is either true or false"],
    ),
    (
        "connections",
        {"strategy": "oidc", "options": {"upstream_params": {"a": {"value": "x"}, "b": {"value": "x", "alias": "prompt"}}}},
        ["give either `value` or `alias`"],
    ),
    ("tenant_settings", {"session_lifetime": 2, "session_lifetime_in_minutes": 120}, []),
    ("tenant_settings", {"session_lifetime": 1, "session_lifetime_in_minutes": 120, "idle_session_lifetime": 72}, []),
    (
        "tenant_settings",
        {"session_lifetime": 1, "idle_session_lifetime_in_minutes": 61},
        ["sessions that may idle for longer than they may live (`session_lifetime`) make no sense"],
    ),
    (
        "actions",
        {"code": "api.idToken.setCustomClaim('roles', 1); api.accessToken.setCustomClaim(\"https://a/x\", 1)"},
        [
            (
                "`roles` is a claim that no action can set: the tenant drops it; use a name of your own, such as "
                "`https://example.com/roles`"
            )
        ],
    ),
]


@pytest.mark.parametrize(("section", "fields", "sentences"), CASES)
def test_a_rule_tells_what_is_broken_and_nothing_else(section: str, fields: dict[str, Any], sentences: list[str]) -> None:
    breaches = [breach for rule in KINDS[section].rules for breach in rule(fields)]
    assert [breach.message for breach in breaches] == sentences
    for breach in breaches:
        assert breach.path[0] in KINDS[section].shape.members


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_rules_are_silent_about_nothing(kind: Any) -> None:
    assert [breach for rule in kind.rules for breach in rule({})] == []


def test_a_flag_that_the_tenant_keeps_for_itself_is_warned_of_when_it_would_change(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for value, sentences in (("true", []), ("false", ["this tenant may refuse `enable_sso: false`"])):
                file = tmp_path / "tenant.yaml"
                text = f"tenant: {{emulator: laws}}\ntenant_settings: {{friendly_name: a, flags: {{enable_sso: {value}}}}}\n"
                file.write_text(text, encoding="utf-8")
                [loaded] = load([file], environ={})
                notes = (await tenant.plan(loaded.state)).notes
                told = [note.sentence for note in notes if "enable_sso" in note.sentence]
                assert [sentence.rpartition(": its flag")[0] for sentence in told] == sentences

    asyncio.run(work())
