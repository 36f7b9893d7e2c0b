"""openid-client, certified by the OpenID Foundation, with its own validation of ID tokens."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.testing import LoginFailed, Tenant
from tests.clients.node import Node

API = "https://api.shop.example/orders"
CALLBACK = "https://shop.example/callback"
SCRIPT = "openid_client.mjs"


def application(tenant: Tenant, **fields: Any) -> dict[str, Any]:
    """Return a new regular web application, and make its API and its user."""
    tenant.api(API, scopes=["read:orders"])
    tenant.user("ada@example.com", name="Ada")
    web = {"app_type": "regular_web", "token_endpoint_auth_method": "client_secret_post", "callbacks": [CALLBACK]}
    rotating = {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0}
    return tenant.application("Web", **{**web, "refresh_token": rotating, "allowed_logout_urls": [CALLBACK], **fields})


def told(tenant: Tenant, client: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "issuer": tenant.issuer,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "audience": API,
        "redirect_uri": CALLBACK,
        "scope": "openid profile email offline_access read:orders",
        **more,
    }


@pytest.mark.parametrize("pushed", [False, True], ids=["plain", "pushed"])
def test_a_login_by_code_and_pkce_passes_every_check_of_the_client(tenant: Tenant, node: Node, *, pushed: bool) -> None:
    client = application(tenant)
    with node.talking(SCRIPT, told(tenant, client, flow="code", pushed=pushed)) as script:
        script.say({"callback": tenant.visit(script.hear()["url"], user="ada@example.com", redirect_uri=CALLBACK)})
        seen = script.hear()
    assert seen["claims"]["iss"] == tenant.issuer
    assert seen["claims"]["name"] == seen["profile"]["name"] == "Ada"
    assert seen["renewed"]["sub"] == seen["claims"]["sub"] == seen["profile"]["sub"]
    assert set(seen["scope"].split()) == {"openid", "profile", "email", "read:orders", "offline_access"}
    assert seen["rotated"]
    assert (seen["again"], seen["revoked"]) == ("invalid_grant", "invalid_grant")
    assert seen["ended"].startswith(f"{tenant.url}/oidc/logout?")


def test_client_credentials_bring_a_token_for_what_was_granted(tenant: Tenant, node: Node) -> None:
    client = application(tenant, app_type="non_interactive", grant_types=["client_credentials"])
    tenant.grant("Web", API, scope=["read:orders"])
    with node.talking(SCRIPT, told(tenant, client, flow="machine")) as script:
        seen = script.hear()
    assert (seen["token_type"], seen["scope"], seen["expires_in"]) == ("bearer", "read:orders", 86400)
    assert seen["refused"] == [403, "access_denied"]


NOTICED = {
    "change_state": 'unexpected "state" response parameter value',
    "id_token_wrong_issuer": 'unexpected JWT "iss"',
    "id_token_wrong_audience": 'unexpected JWT "aud"',
    "omit_nonce": 'JWT "nonce"',
    "unsigned_tokens": 'unexpected JWT "alg"',
    "broken_signature": "JWT signature verification failed",
    "userinfo_of_somebody_else": 'body "sub"',
}


@pytest.mark.parametrize("wrong", NOTICED)
def test_the_client_notices_what_the_tenant_is_told_to_do_wrong(tenant: Tenant, node: Node, wrong: str) -> None:
    client = application(tenant)
    with node.talking(SCRIPT, told(tenant, client, flow="code")) as script:
        link = script.hear()["url"]
        tenant.misbehave(wrong)
        script.say({"callback": tenant.visit(link, user="ada@example.com")})
        seen = script.hear()
    assert NOTICED[wrong] in seen["message"], seen


def test_a_wrong_password_never_reaches_the_client(tenant: Tenant, node: Node) -> None:
    client = application(tenant)
    with node.talking(SCRIPT, told(tenant, client, flow="code")) as script, pytest.raises(LoginFailed, match="Wrong email"):
        tenant.visit(script.hear()["url"], user="ada@example.com", password="not hers")
