"""What access tokens, ID tokens and /userinfo say."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import OctKey, RSAKey

from tenantry.emulator.oauth.jose import unverified_header
from tests.emulator.oauth.world import API, CHALLENGE, ISSUER, VERIFIER, Browser, World, told

SIGNING_SECRET = "a signing secret of forty characters long"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"


def access(browser: Browser, **asked: str) -> dict[str, Any]:
    return browser.claims(browser.tokens(**{"audience": API, "scope": "openid read:orders", **asked})["access_token"])


def info(browser: Browser, token: str) -> Any:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("alg", ["RS256", "PS256", "RS512"])
def test_an_api_chooses_how_its_tokens_are_signed(world: World, browser: Browser, alg: str) -> None:
    world.add_api(signing_alg=alg)
    token = browser.tokens(audience=API)["access_token"]
    assert unverified_header(token)["alg"] == alg
    assert browser.claims(token)["aud"] == API


def test_an_hs256_token_is_signed_with_the_apis_secret_and_is_not_for_userinfo(world: World, browser: Browser) -> None:
    world.add_api(signing_alg="HS256", signing_secret=SIGNING_SECRET)
    token = browser.tokens(audience=API, scope="openid read:orders")["access_token"]
    claims = jwt.decode(token, OctKey.import_key(SIGNING_SECRET), algorithms=["HS256"]).claims
    assert claims["aud"] == API
    assert "kid" not in unverified_header(token)
    assert info(browser, token).status_code == 401


def test_without_openid_the_token_is_for_the_api_only(browser: Browser) -> None:
    body = browser.tokens(audience=API, scope="read:orders")
    assert browser.claims(body["access_token"])["aud"] == API
    assert "id_token" not in body
    assert info(browser, body["access_token"]).status_code == 401


@pytest.mark.parametrize("audience", ["", f"{ISSUER}userinfo"])
def test_without_an_api_the_token_is_opaque_and_for_userinfo(browser: Browser, audience: str) -> None:
    body = browser.tokens(audience=audience, scope="openid email")
    assert body["access_token"].count(".") == 0
    assert body["expires_in"] == 86400
    answer = info(browser, body["access_token"])
    assert answer.json() == {"sub": browser.claims(body["id_token"])["sub"], "email": "ada@users.test", "email_verified": True}
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_an_opaque_token_expires(world: World, browser: Browser) -> None:
    token = browser.tokens(scope="openid")["access_token"]
    world.pass_time(86_300)  # less what the test itself may take
    assert info(browser, token).status_code == 200
    world.pass_time(100)
    assert info(browser, token).status_code == 401


@pytest.mark.parametrize("token", ["", "made-up", "e30.e30.e30"])
def test_userinfo_believes_no_other_token(browser: Browser, token: str) -> None:
    assert info(browser, token).status_code == 401
    assert browser.get("/userinfo").status_code == 401


def test_userinfo_says_what_was_wrong_with_a_token_but_not_that_there_was_none(browser: Browser) -> None:
    wrong = info(browser, "nobody issued this")
    told = f'Bearer realm="Users", error="invalid_token", error_description="{wrong.json()["error_description"]}"'
    assert wrong.headers["www-authenticate"] == told
    assert browser.get("/userinfo").headers["www-authenticate"] == 'Bearer realm="Users"'


def test_userinfo_does_not_take_id_tokens_or_tampered_or_expired_tokens(world: World, browser: Browser) -> None:
    body = browser.tokens(audience=API, scope="openid")
    assert info(browser, body["id_token"]).status_code == 401
    assert info(browser, body["access_token"][:-4] + "AAAA").status_code == 401
    assert browser.post("/userinfo", data={"access_token": body["access_token"]}).status_code == 200
    world.pass_time(86400)
    assert info(browser, body["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("dialect", "typ", "has", "lacks"),
    [
        (None, "JWT", {"azp"}, {"client_id", "jti", "permissions"}),
        ("access_token", "JWT", {"azp"}, {"client_id", "jti", "permissions"}),
        ("access_token_authz", "JWT", {"azp", "permissions"}, {"client_id", "jti"}),
        ("rfc9068_profile", "at+jwt", {"client_id", "jti"}, {"azp", "gty", "permissions"}),
        ("rfc9068_profile_authz", "at+jwt", {"client_id", "jti", "permissions"}, {"azp", "gty"}),
    ],
)
def test_the_dialect_decides_about_the_claims(
    world: World, browser: Browser, *, dialect: str | None, typ: str, has: set[str], lacks: set[str]
) -> None:
    world.add_api(token_dialect=dialect, enforce_policies=bool(dialect and dialect.endswith("authz")))
    token = browser.tokens(audience=API)["access_token"]
    claims = browser.claims(token)
    assert unverified_header(token)["typ"] == typ
    assert has <= set(claims)
    assert not lacks & set(claims)


def test_an_api_may_have_its_tokens_encrypted(world: World, browser: Browser) -> None:
    key = RSAKey.generate_key(2048, private=True)
    public = {"alg": "RSA-OAEP-256", "kid": "enc-1", "pem": key.as_pem(private=False).decode()}
    world.add_api(token_encryption={"format": "compact-nested-jwe", "encryption_key": public})
    token = browser.tokens(audience=API, scope="read:orders")["access_token"]
    assert token.count(".") == 4
    opened = jwe.decrypt_compact(token, key, algorithms=["RSA-OAEP-256", "A256GCM"])
    assert (opened.headers()["kid"], opened.headers()["cty"]) == ("enc-1", "JWT")
    assert opened.plaintext
    assert browser.claims(opened.plaintext.decode())["aud"] == API
    world.add_api(token_encryption={"encryption_key": {**public, "alg": "RSA-OAEP-512"}})
    refused = browser.exchange(browser.login(audience=API)["code"])
    assert (refused.status_code, "RSA-OAEP-256 only" in refused.text) == (403, True)


def test_lifetimes_are_the_apis(world: World, browser: Browser) -> None:
    world.add_api(token_lifetime=1234, token_lifetime_for_web=567)
    body = browser.tokens(audience=API)
    claims = browser.claims(body["access_token"])
    assert (body["expires_in"], claims["exp"] - claims["iat"]) == (1234, 1234)


def test_with_rbac_scopes_and_permissions_are_the_users(world: World, browser: Browser) -> None:
    world.add_api(enforce_policies=True, token_dialect="access_token_authz")
    assert "scope" not in access(browser, scope="read:orders")
    put, user_id = world.tenant.store.put, world.add_user()
    read = {"resource_server_identifier": API, "permission_name": "read:orders"}
    elsewhere = {"resource_server_identifier": "https://other.test", "permission_name": "write:orders"}
    put("role_permissions", "rol_1", {"permissions": [read, elsewhere]})
    put("user_roles", user_id, {"roles": ["rol_1"]})
    claims = access(browser, scope="read:orders write:orders")
    assert (claims["scope"], claims["permissions"]) == ("read:orders", ["read:orders"])
    put("user_permissions", user_id, {"permissions": [{**elsewhere, "resource_server_identifier": API}]})
    claims = access(browser, scope="read:orders")
    assert (claims["scope"], claims["permissions"]) == ("read:orders", ["read:orders", "write:orders"])


def test_without_rbac_any_declared_scope_is_granted_and_no_other(browser: Browser) -> None:
    assert access(browser, scope="read:orders write:orders tenantry:probe")["scope"] == "read:orders write:orders"


def test_the_id_token_answers_the_nonce_only_if_there_was_one(browser: Browser) -> None:
    assert browser.claims(browser.tokens(scope="openid", nonce="n-1")["id_token"])["nonce"] == "n-1"
    assert "nonce" not in browser.claims(browser.tokens(scope="openid")["id_token"])


def test_auth_time_is_told_when_it_was_asked_for_and_survives_the_session(world: World, browser: Browser) -> None:
    assert "auth_time" not in browser.claims(browser.tokens(scope="openid")["id_token"])
    first = browser.claims(browser.tokens(scope="openid", prompt="login")["id_token"])
    world.pass_time(50)
    later = browser.claims(browser.tokens(scope="openid", max_age="3600")["id_token"])
    assert later["auth_time"] == first["auth_time"] == later["iat"] - 50 or later["iat"] - later["auth_time"] in {50, 51}
    assert later["sid"] == first["sid"]


@pytest.mark.parametrize(
    ("scope", "has", "lacks"),
    [
        ("openid", {"sub"}, {"email", "email_verified", "name", "nickname"}),
        ("openid email", {"email", "email_verified"}, {"name", "nickname"}),
        ("openid profile", {"name", "nickname", "picture", "updated_at"}, {"email"}),
    ],
)
def test_scopes_let_profile_claims_through(browser: Browser, scope: str, has: set[str], lacks: set[str]) -> None:
    claims = browser.claims(browser.tokens(scope=scope)["id_token"])
    assert has <= set(claims)
    assert not lacks & set(claims)


def test_an_id_token_may_be_signed_with_the_clients_secret(world: World, browser: Browser) -> None:
    world.change("clients", "web", jwt_configuration={"alg": "HS256", "lifetime_in_seconds": 60})
    token = browser.tokens(scope="openid")["id_token"]
    claims = jwt.decode(token, OctKey.import_key("secret-of-web-long-enough-for-hmac"), algorithms=["HS256"]).claims
    assert claims["exp"] - claims["iat"] == 60


@pytest.mark.parametrize(("kind", "alg"), [({}, "HS256"), ({"app_type": "spa", "token_endpoint_auth_method": None}, "RS256")])
def test_an_undeclared_algorithm_is_hs256_for_those_who_keep_a_secret(
    world: World, browser: Browser, kind: dict[str, str], alg: str
) -> None:
    world.change("clients", "web", jwt_configuration={}, **kind)
    assert unverified_header(browser.tokens(scope="openid")["id_token"])["alg"] == alg


def half_hash(value: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


@pytest.fixture
def hybrid(world: World, browser: Browser) -> Browser:
    world.change("clients", "web", grant_types=["authorization_code", "implicit", "refresh_token"])
    return browser


def test_the_implicit_flow_returns_tokens_in_the_fragment(hybrid: Browser) -> None:
    got = hybrid.login(response_type="id_token token", nonce="n", audience=API, scope="openid offline_access read:orders")
    claims, about = hybrid.claims(got["id_token"]), hybrid.claims(got["access_token"])
    assert (claims["nonce"], claims["at_hash"]) == ("n", half_hash(got["access_token"]))
    assert (got["expires_in"], about["exp"] - about["iat"], got["token_type"]) == ("7200", 7200, "Bearer")
    assert (got["state"], got["scope"]) == ("app-state", "openid read:orders")
    assert "refresh_token" not in got
    assert "code" not in got


def test_the_hybrid_flow_binds_the_code_to_the_id_token(hybrid: Browser) -> None:
    got = hybrid.login(response_type="code id_token", nonce="n", scope="openid")
    claims = hybrid.claims(got["id_token"])
    assert claims["c_hash"] == half_hash(got["code"])
    assert hybrid.claims(hybrid.exchange(got["code"]).json()["id_token"])["sub"] == claims["sub"]


def test_tokens_in_the_front_channel_need_a_nonce_and_never_travel_in_the_query(hybrid: Browser) -> None:
    assert told(hybrid.authorize(response_type="id_token"))["error"] == "invalid_request"
    refused = told(hybrid.authorize(response_type="id_token", nonce="n", response_mode="query"))
    assert refused["error"] == "invalid_request"


def test_an_implicit_opaque_token_lives_two_hours(hybrid: Browser) -> None:
    assert hybrid.login(response_type="token", scope="openid")["expires_in"] == "7200"


def test_the_password_grant_gives_all_scopes_when_none_is_asked_for(browser: Browser) -> None:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "username": "ada@users.test"}
    answer = browser.token(grant_type="password", password="correct horse", audience=API, **sent)
    body = answer.json()
    assert body["scope"] == "openid profile email address phone read:orders write:orders"
    assert browser.claims(body["access_token"])["gty"] == "password"
    wrong = browser.token(grant_type="password", password="wrong", **sent)
    assert (wrong.status_code, wrong.json()["error"]) == (403, "invalid_grant")


def test_the_password_grant_needs_a_directory_that_the_client_may_use(world: World, browser: Browser) -> None:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "username": "ada@users.test"}
    ask = {**sent, "password": "correct horse"}
    world.change("settings", "tenant", default_directory=None)
    assert browser.token(grant_type="password", **ask).json()["error"] == "server_error"
    assert browser.token(grant_type=PASSWORD_REALM, realm="Users", **ask).json()["error"] == "unauthorized_client"
    world.change("clients", "web", grant_types=[PASSWORD_REALM])
    assert browser.token(grant_type=PASSWORD_REALM, realm="Users", **ask).status_code == 200
    assert browser.token(grant_type=PASSWORD_REALM, realm="Nobody", **ask).json()["error"] == "invalid_request"
    world.tenant.store.put("connection_clients", "con_users", {"clients": []})
    assert browser.token(grant_type=PASSWORD_REALM, realm="Users", **ask).json()["error"] == "unauthorized_client"


def test_a_password_does_not_help_a_blocked_user_a_third_party_or_an_unknown_api(world: World, browser: Browser) -> None:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "username": "ada@users.test"}
    ask = {**sent, "password": "correct horse", "grant_type": "password"}
    assert browser.token(audience="https://nobody.test", **ask).json()["error"] == "access_denied"
    world.add_user(blocked=True)
    assert browser.token(**ask).json()["error"] == "unauthorized"
    world.change("clients", "web", is_first_party=False)
    assert browser.token(**ask).json()["error"] == "unauthorized_client"


def test_a_password_may_give_a_refresh_token(browser: Browser) -> None:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "username": "ada@users.test"}
    ask = {**sent, "password": "correct horse", "grant_type": "password"}
    stays = browser.token(**ask, scope="openid offline_access").json()
    assert browser.refresh(stays["refresh_token"]).status_code == 200
    assert "refresh_token" not in browser.token(**ask, scope="openid").json()


def test_third_party_tokens_live_an_hour_at_most(world: World, browser: Browser) -> None:
    world.change("clients", "web", is_first_party=False)
    body = browser.tokens(audience=API, scope="openid")
    assert body["expires_in"] == 3600
    claims = browser.claims(body["id_token"])
    assert claims["exp"] - claims["iat"] == 3600


def test_a_machines_permissions_are_its_scopes(world: World, browser: Browser) -> None:
    world.add_api(token_dialect="access_token_authz", enforce_policies=True)
    world.add_grant()
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "audience": API}
    token = browser.token(grant_type="client_credentials", **sent).json()["access_token"]
    assert browser.claims(token)["permissions"] == ["read:orders"]


def test_an_opaque_token_without_openid_opens_nothing(browser: Browser) -> None:
    assert info(browser, browser.tokens(scope="email")["access_token"]).status_code == 401


@pytest.mark.parametrize("policy", ["deny_all", "require_client_grant"])
def test_a_password_does_not_open_an_api_that_lets_no_user_of_the_application_in(
    world: World, browser: Browser, policy: str
) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": policy}})
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "username": "ada@users.test"}
    answer = browser.token(grant_type="password", password="correct horse", audience=API, **sent)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")


def test_a_machine_may_name_the_api_as_a_resource_where_the_tenant_allows_it(world: World, browser: Browser) -> None:
    world.add_grant()
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "resource": API}
    assert browser.token(grant_type="client_credentials", **sent).status_code == 403
    world.change("settings", "tenant", resource_parameter_profile="compatibility")
    assert browser.token(grant_type="client_credentials", **sent).json()["scope"] == "read:orders"


def test_a_strict_third_party_gets_no_openid_scopes(world: World, browser: Browser) -> None:
    world.change("clients", "web", is_first_party=False, third_party_security_mode="strict")
    world.change("connections", "con_users", is_domain_connection=True)
    world.add_grant(subject_type="user")
    got = browser.login(audience=API, scope="openid email read:orders", code_challenge=CHALLENGE, code_challenge_method="S256")
    body = browser.exchange(got["code"], code_verifier=VERIFIER).json()
    assert (body["scope"], "id_token" in body) == ("read:orders", False)
