"""What a test gets from `tenantry.testing`: a tenant in milliseconds, tokens, logins."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tenantry.model.errors import ConfigErrors
from tenantry.testing import PASSWORD, LoginFailed, Refused, Tenant

API = "https://api.shop.example/orders"


def claims_of(tenant: Tenant, token: str) -> dict[str, Any]:
    """Return the claims of a token that one of the tenant's keys signed."""
    return dict(jwt.decode(token, KeySet.import_key_set({"keys": tenant.jwks["keys"]}), algorithms=["RS256"]).claims)


@pytest.fixture
def shop(tenant: Tenant) -> Tenant:
    tenant.application("Shop")
    tenant.api(API, scopes=["read:orders", "write:orders"])
    tenant.user("ada@example.com")
    return tenant


def test_a_token_without_a_login_says_what_it_was_asked_to_say(shop: Tenant) -> None:
    token = shop.token(
        application="Shop", api=API, user="ada@example.com", scope=["read:orders"], claims={"https://shop.example/tier": "gold"}
    )
    claims = claims_of(shop, token)
    assert (claims["iss"], claims["scope"], claims["https://shop.example/tier"]) == (shop.issuer, "read:orders", "gold")
    assert claims["sub"].startswith("auth0|")
    assert API in claims["aud"]


def test_without_a_user_the_token_is_the_applications_own_and_may_do_everything(shop: Tenant) -> None:
    claims = claims_of(shop, shop.token(application="Shop", api=API))
    assert claims["gty"] == "client-credentials"
    assert claims["scope"] == "read:orders write:orders"


def test_an_expired_token_is_expired(shop: Tenant) -> None:
    assert claims_of(shop, shop.token(application="Shop", api=API, expires_in=-60))["exp"] < time.time()


def test_who_asks_for_what_does_not_exist_is_told(shop: Tenant) -> None:
    with pytest.raises(Refused, match="Nobody"):
        shop.token(application="Nobody", api=API)
    with pytest.raises(Refused, match="none among the resource-servers"):
        shop.login(application="Shop", user="ada@example.com", api="https://other.example")
    with pytest.raises(Refused, match=r"the password of eve@example\.com is not known"):
        shop.login(application="Shop", user="eve@example.com")


def test_a_login_goes_through_the_pages_and_brings_all_three_tokens(shop: Tenant) -> None:
    tokens = shop.login(application="Shop", user="ada@example.com", api=API, scope="openid email read:orders offline_access")
    assert tokens.id_token
    assert tokens.refresh_token
    assert claims_of(shop, tokens.id_token)["email"] == "ada@example.com"
    assert claims_of(shop, tokens.access_token)["scope"] == "openid email read:orders offline_access"
    assert tokens.access_token not in repr(tokens)


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_confidential_application_logs_in_as_it_is_registered(shop: Tenant, method: str) -> None:
    shop.application("Back office", app_type="regular_web", token_endpoint_auth_method=method)
    assert shop.login(application="Back office", user="ada@example.com").id_token


def test_an_application_whose_key_is_not_here_is_told_so(shop: Tenant) -> None:
    made = shop.management.post(
        "clients",
        json={
            "name": "Keys",
            "app_type": "regular_web",
            "callbacks": ["http://localhost:3000/callback"],
            "grant_types": ["authorization_code"],
            "client_authentication_methods": {"private_key_jwt": {"credentials": []}},
        },
    ).json()
    database = shop.management.get("connections").json()[0]["id"]
    shop.management.patch(f"connections/{database}/clients", json=[{"client_id": made["client_id"], "status": True}])
    with pytest.raises(LoginFailed, match="authenticates by private_key_jwt, which `login` does not imitate"):
        shop.login(application="Keys", user="ada@example.com")


def test_a_wrong_password_ends_the_login_and_is_not_shown(shop: Tenant) -> None:
    with pytest.raises(LoginFailed, match="Wrong email or password") as caught:
        shop.login(application="Shop", user="ada@example.com", password="not-hers")
    assert "not-hers" not in str(caught.value)


def test_a_declined_consent_is_what_the_application_is_told(shop: Tenant) -> None:
    shop.application("Stranger", is_first_party=False)
    with pytest.raises(LoginFailed, match="access_denied"):
        shop.login(application="Stranger", user="ada@example.com", api=API, scope="openid read:orders", consents=False)
    assert shop.login(application="Stranger", user="ada@example.com", api=API, scope="openid read:orders").access_token


def test_a_link_of_an_application_is_followed_to_its_callback(shop: Tenant) -> None:
    [web] = [one for one in shop.management.get("clients").json() if one["name"] == "Shop"]
    asked = {"client_id": web["client_id"], "redirect_uri": web["callbacks"][0], "response_type": "code", "state": "mine"}
    link = f"{shop.url}/authorize?{urlencode(asked)}"
    end = urlsplit(shop.visit(link, user="ada@example.com"))
    assert f"{end.scheme}://{end.netloc}{end.path}" == web["callbacks"][0]
    assert parse_qs(end.query)["state"] == ["mine"]
    assert "code" in parse_qs(end.query)
    with pytest.raises(Refused, match="redirect_uri"):
        shop.visit(f"{shop.url}/authorize", user="ada@example.com")


def test_an_application_with_a_grant_gets_a_token_by_its_credentials(shop: Tenant) -> None:
    job = shop.application(
        "Job", app_type="non_interactive", token_endpoint_auth_method="client_secret_post", grant_types=["client_credentials"]
    )
    shop.grant("Job", API, scope=["read:orders"])
    form = {"grant_type": "client_credentials", "audience": API}
    with shop.client() as client:
        sent = {**form, "client_id": job["client_id"], "client_secret": job["client_secret"]}
        answer = client.post("/oauth/token", data=sent).json()
    assert answer["scope"] == "read:orders"


def test_the_clock_ages_what_was_issued(shop: Tenant) -> None:
    shop.clock(3600)
    assert claims_of(shop, shop.token(application="Shop", api=API))["iat"] > time.time() + 3000


def test_misbehaviours_can_be_asked_for_and_called_off(shop: Tenant) -> None:
    shop.misbehave("wrong_audience")
    assert API not in claims_of(shop, shop.token(application="Shop", api=API))["aud"]
    shop.misbehave()
    assert API in claims_of(shop, shop.token(application="Shop", api=API))["aud"]
    with pytest.raises(Refused, match="bad_weather"):
        shop.misbehave("bad_weather")


def test_each_tenant_is_fresh_and_its_ids_are_the_same(shop: Tenant) -> None:
    with Tenant() as other:
        assert other.management.get("users").json() == []
        again = other.application("Shop")
    assert again["client_id"] == shop.management.get("clients", params={"fields": "client_id,name"}).json()[-1]["client_id"]


def test_reset_makes_it_fresh(shop: Tenant) -> None:
    shop.reset()
    assert shop.management.get("users").json() == []


def test_a_fresh_tenant_waits_for_no_keys_once_the_process_has_some(monkeypatch: pytest.MonkeyPatch) -> None:
    Tenant().close()
    monkeypatch.delattr("cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key")
    Tenant().close()


@pytest.mark.parametrize("serve", ["http", "https"])
def test_served_it_can_be_reached_by_anybody_and_says_so_in_its_tokens(serve: Any) -> None:
    with Tenant(serve=serve) as tenant:
        tenant.application("Shop")
        tenant.api(API)
        assert tenant.url.startswith(f"{serve}://")
        assert (tenant.ca is None) == (serve == "http")
        verify = ssl.create_default_context(cafile=tenant.ca) if tenant.ca else True
        discovered = httpx.get(f"{tenant.url}/.well-known/openid-configuration", verify=verify).json()
        assert discovered["issuer"] == tenant.issuer
        assert claims_of(tenant, tenant.token(application="Shop", api=API))["iss"] == tenant.issuer


def test_it_can_be_used_where_a_loop_is_running() -> None:
    async def inside() -> str:
        with Tenant() as tenant:
            tenant.application("Shop")
            tenant.user("ada@example.com")
            return tenant.login(application="Shop", user="ada@example.com").access_token

    assert asyncio.run(inside())


SEED = """\
version: 1
tenant:
  emulator:
    name: shop
    pin: {web: {client_id: pinned-client-id-of-the-web-app-000}}
    users: [{email: ada@example.com, password: "${secret.ADA}", connection: people, roles: [clerk]}]
applications:
  web:
    name: Web
    app_type: spa
    token_endpoint_auth_method: none
    callbacks: [https://shop.example/callback]
    grant_types: [authorization_code, refresh_token]
apis:
  orders:
    name: Orders
    identifier: https://api.shop.example/orders
    enforce_policies: true
    token_dialect: access_token_authz
    skip_consent_for_verifiable_first_party_clients: true
    scopes: [{value: "read:orders"}]
roles:
  clerk: {name: Clerk, permissions: {orders: ["read:orders"]}}
connections:
  people: {name: people, strategy: auth0, enabled_clients: [web]}
"""


def test_a_tenant_file_is_what_it_begins_with(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(SEED)
    with Tenant(file, environ={"ADA": PASSWORD}) as tenant:
        tokens = tenant.login(application="Web", user="ada@example.com", api="Orders", scope="openid read:orders")
        assert claims_of(tenant, tokens.access_token)["permissions"] == ["read:orders"]
        assert claims_of(tenant, tokens.access_token)["azp"] == "pinned-client-id-of-the-web-app-000"
    assert [entry.name for entry in tmp_path.iterdir()] == ["shop.yaml"]


def test_a_wrong_tenant_file_is_refused_with_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(SEED.replace("roles: [clerk]", "roles: [clark]"))
    with pytest.raises(ConfigErrors, match="clark"):
        Tenant(file, environ={"ADA": PASSWORD})
