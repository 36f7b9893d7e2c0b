"""Metadata and keys."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from tenantry.emulator import Emulator
from tenantry.emulator.oauth import keys
from tenantry.emulator.tenant import Tenant
from tests.emulator.oauth.world import API, BASE, ISSUER, Browser, World


def test_the_metadata_names_endpoints_that_exist(browser: Browser) -> None:
    known = browser.get("/.well-known/openid-configuration").json()
    assert known["issuer"] == ISSUER
    for name, value in known.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            answers = {browser.send(method, value.removeprefix(BASE)).status_code for method in ("GET", "POST")}
            assert answers != {404}, name
    assert "none" not in str(known["id_token_signing_alg_values_supported"])
    assert "S256" in known["code_challenge_methods_supported"]
    assert browser.get("/.well-known/oauth-authorization-server").json() == known


def test_the_logout_endpoint_is_told_unless_the_tenant_says_no(world: World, browser: Browser) -> None:
    assert browser.get("/.well-known/openid-configuration").json()["end_session_endpoint"] == f"{ISSUER}oidc/logout"
    world.change("settings", "tenant", oidc_logout={"rp_logout_end_session_endpoint_discovery": False})
    assert "end_session_endpoint" not in browser.get("/.well-known/openid-configuration").json()


def test_two_keys_are_published_without_their_secrets(browser: Browser) -> None:
    published = browser.get("/.well-known/jwks.json").json()["keys"]
    assert len({key["kid"] for key in published}) == 2
    for key in published:
        assert (key["kty"], key["use"], key["alg"], key["e"]) == ("RSA", "sig", "RS256", "AQAB")
        assert not set(key) & {"d", "p", "q", "dp", "dq", "qi"}
        certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
        public = certificate.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        assert public.key_size == 2048
        assert int.from_bytes(base64.urlsafe_b64decode(key["n"] + "==")) == public.public_numbers().n
        assert RSAKey.import_key(key).kid == key["kid"]


def test_tokens_from_before_a_rotation_still_verify(world: World, browser: Browser) -> None:
    before = browser.tokens(audience=API)["access_token"]
    following = next(key["kid"] for key in world.tenant.store.all("keys") if key["next"])
    assert keys.rotate(world.tenant)["kid"] == following
    assert browser.claims(before)["aud"] == API
    assert browser.claims(browser.tokens(audience=API)["access_token"])["aud"] == API
    assert len(browser.get("/.well-known/jwks.json").json()["keys"]) == 3


def test_the_current_key_comes_first(world: World, browser: Browser) -> None:
    for _ in range(3):
        keys.rotate(world.tenant)
        assert browser.get("/.well-known/jwks.json").json()["keys"][0]["kid"] == keys.current(world.tenant)["kid"]


def test_a_key_that_is_published_no_more_is_believed_no_more(world: World, browser: Browser) -> None:
    token = {"authorization": f"Bearer {browser.tokens(audience=API, scope='openid')['access_token']}"}
    statuses = []
    for _ in range(2):
        keys.rotate(world.tenant)
        statuses.append(browser.get("/userinfo", headers=token).status_code)
    assert statuses == [200, 401]


def test_the_keys_hide_their_algorithm_where_the_tenant_wants_it(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", flags={"remove_alg_from_jwks": True})
    assert all("alg" not in key for key in browser.get("/.well-known/jwks.json").json()["keys"])


def test_tenants_do_not_share_keys_but_a_reset_keeps_them() -> None:
    one, other = Tenant("tests", seeds=(keys.seed,)), Tenant("other", seeds=(keys.seed,))
    for tenant in (one, other):
        keys.seed(tenant)
    known = keys.current(one)["kid"]
    assert keys.current(other)["kid"] != known
    one.store.clear()
    keys.seed(one)
    assert keys.current(one)["kid"] == known


@pytest.mark.parametrize("public_url", [None, BASE])
def test_a_verified_custom_domain_is_the_issuer_of_what_it_is_asked_for(public_url: str | None) -> None:
    world = World(Tenant("tests", public_url=public_url, seeds=(keys.seed,)))
    world.add_client()
    domain = {"custom_domain_id": "cd_1", "domain": "login.acme.test", "status": "ready"}
    world.tenant.store.put("custom_domains", "cd_1", domain)
    custom = Browser(world.app, "https://login.acme.test")
    assert custom.get("/.well-known/openid-configuration").json()["issuer"] == "https://login.acme.test/"
    tokens = custom.tokens(scope="openid")
    assert custom.claims(tokens["id_token"])["iss"] == "https://login.acme.test/"
    answer = custom.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 200
    assert world.browser().get("/.well-known/openid-configuration").json()["issuer"] == f"{BASE}/"


def test_a_custom_domain_that_is_not_verified_does_not_change_the_issuer() -> None:
    world = World(Tenant("tests", public_url=BASE, seeds=(keys.seed,)))
    domain = {"custom_domain_id": "cd_1", "domain": "login.acme.test", "status": "pending_verification"}
    world.tenant.store.put("custom_domains", "cd_1", domain)
    custom = Browser(world.app, "https://login.acme.test")
    assert custom.get("/.well-known/openid-configuration").json()["issuer"] == f"{BASE}/"


def test_the_management_api_keeps_its_identifier_on_a_custom_domain() -> None:
    with Emulator("tests", public_url=BASE) as emulator:
        domain = {"custom_domain_id": "cd_1", "domain": "login.acme.test", "status": "ready"}
        emulator.tenant.store.put("custom_domains", "cd_1", domain)
        custom = Browser(emulator.app, "https://login.acme.test")
        sent = {"client_id": emulator.management_client_id, "client_secret": emulator.management_client_secret}
        answer = custom.token(grant_type="client_credentials", audience=f"{BASE}/api/v2/", **sent)
        token = answer.json()["access_token"]
        claims = custom.claims(token)
        assert (claims["iss"], claims["aud"]) == ("https://login.acme.test/", f"{BASE}/api/v2/")
        assert custom.get("/api/v2/clients", headers={"Authorization": f"Bearer {token}"}).status_code == 200
