"""How applications prove who they are."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.emulator.oauth.keys import KEY, OTHER_KEY, PEM, PRIVATE
from tests.emulator.oauth.world import API, ISSUER, Browser, World

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "secret-of-web-long-enough-for-hmac"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client()
    made.add_api()
    made.add_grant()
    return made


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def ask(browser: Browser, sent: dict[str, str], headers: Mapping[str, str | bytes] | None = None) -> int:
    data = {"grant_type": "client_credentials", "audience": API, **sent}
    return browser.post("/oauth/token", data=data, headers=headers).status_code


IN_BODY = {"client_id": "web", "client_secret": SECRET}


def test_the_secret_travels_in_the_body_or_in_the_header(browser: Browser) -> None:
    assert ask(browser, IN_BODY) == 200
    assert ask(browser, {}, basic("web", SECRET)) == 200


def test_the_secret_does_not_travel_both_ways(browser: Browser) -> None:
    assert ask(browser, IN_BODY, basic("web", SECRET)) == 400


def test_the_header_and_the_body_name_the_same_client(world: World, browser: Browser) -> None:
    world.add_client("other")
    assert ask(browser, {"client_id": "other"}, basic("web", SECRET)) == 400


@pytest.mark.parametrize(
    "header",
    [
        basic("web", "wrong")["Authorization"],
        basic("nobody", SECRET)["Authorization"],
        "Basic ???",
        b"Basic \xff",
        "Basic /w==",
    ],
)
def test_a_wrong_header_is_unauthorized(browser: Browser, header: str | bytes) -> None:
    assert ask(browser, {}, {"Authorization": header}) == 401


def test_a_public_client_gets_no_token_of_its_own(world: World, browser: Browser) -> None:
    world.change("clients", "web", token_endpoint_auth_method="none")
    assert ask(browser, {"client_id": "web"}) == 401


def test_a_grant_that_is_not_enabled_is_refused_after_the_client_is_proved(world: World, browser: Browser) -> None:
    world.change("clients", "web", grant_types=["authorization_code"])
    assert ask(browser, IN_BODY) == 403
    assert ask(browser, {"client_id": "web", "client_secret": "wrong"}) == 401


def with_key(world: World) -> None:
    methods = {"private_key_jwt": {"credentials": [{"id": "cred_1"}]}}
    world.change("clients", "web", client_authentication_methods=methods, token_endpoint_auth_method=None)
    world.tenant.store.put("client_credentials", "cred_1", {"id": "cred_1", "client_id": "web", "kid": "k1", "_pem": PEM})


def assertion(world: World, key: RSAKey = KEY, alg: str = "RS256", **changed: Any) -> dict[str, str]:
    now = int(world.tenant.clock.now())
    claims = {"iss": "web", "sub": "web", "aud": ISSUER, "jti": f"jti-{changed}", "iat": now, "exp": now + 60, **changed}
    known = {name: value for name, value in claims.items() if value is not None}
    signed = jwt.encode({"alg": alg, "kid": "k1"}, known, key, algorithms=[alg])
    return {"client_assertion_type": ASSERTION, "client_assertion": signed}


def test_an_assertion_proves_the_client_once(world: World, browser: Browser) -> None:
    with_key(world)
    sent = assertion(world)
    assert ask(browser, sent) == 200
    assert ask(browser, sent) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other.test/"},
        {"sub": "other"},
        {"exp": 1},
        {"exp": 4102444800},
        {"jti": None},
        {"jti": "x" * 65},
        {"iss": "nobody"},
        {"nbf": 4102444800},
        {"nbf": "soon"},
    ],
)
def test_an_assertion_that_is_not_to_the_letter_is_refused(world: World, browser: Browser, changed: dict[str, Any]) -> None:
    with_key(world)
    assert ask(browser, assertion(world, **changed)) == 401


@pytest.mark.parametrize("kid", [["k1"], {"k1": 1}, 1, "k2"])
def test_an_assertion_that_names_another_key_is_refused(world: World, browser: Browser, kid: object) -> None:
    with_key(world)
    sent = assertion(world)
    header = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": kid}).encode()).rstrip(b"=").decode()
    sent["client_assertion"] = ".".join([header, *sent["client_assertion"].split(".")[1:]])
    assert ask(browser, sent) == 401


@pytest.mark.parametrize("of_credential", ["RS256", "RS384", "PS256"])
@pytest.mark.parametrize("of_assertion", ["RS256", "RS384", "PS256", "RS512"])
def test_an_assertion_is_signed_by_the_algorithm_of_its_credential(
    world: World, browser: Browser, of_credential: str, of_assertion: str
) -> None:
    with_key(world)
    world.change("client_credentials", "cred_1", alg=of_credential)
    assert ask(browser, assertion(world, alg=of_assertion)) == (200 if of_assertion == of_credential else 401)


def test_a_credential_that_has_expired_proves_nothing(world: World, browser: Browser) -> None:
    with_key(world)
    world.change("client_credentials", "cred_1", expires_at=world.tenant.clock.milliseconds())
    assert ask(browser, assertion(world)) == 401
    world.tenant.clock.offset_s -= 60
    assert ask(browser, assertion(world)) == 200


def test_an_assertion_of_a_foreign_key_is_refused(world: World, browser: Browser) -> None:
    with_key(world)
    assert ask(browser, assertion(world, OTHER_KEY)) == 401


def test_a_client_with_a_key_has_no_secret_any_more(world: World, browser: Browser) -> None:
    with_key(world)
    assert ask(browser, IN_BODY) == 401
    assert ask(browser, {"client_id": "web"}) == 401


def test_a_client_without_a_key_cannot_assert(world: World, browser: Browser) -> None:
    assert ask(browser, assertion(world)) == 401


def test_a_certificate_is_as_good_as_its_key(world: World, browser: Browser) -> None:
    with_key(world)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "web")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(PRIVATE.public_key())
    dated = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).serial_number(1)
    pem = dated.sign(PRIVATE, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    world.change("client_credentials", "cred_1", _pem=pem)
    assert ask(browser, assertion(world)) == 200


def test_the_right_one_of_several_keys_is_found(world: World, browser: Browser) -> None:
    with_key(world)
    other = OTHER_KEY.as_pem(private=False).decode()
    world.tenant.store.put("client_credentials", "cred_0", {"id": "cred_0", "client_id": "web", "kid": "k1", "_pem": other})
    methods = {"private_key_jwt": {"credentials": [{"id": "cred_gone"}, {"id": "cred_0"}, {"id": "cred_1"}]}}
    world.change("clients", "web", client_authentication_methods=methods)
    assert ask(browser, assertion(world)) == 200
