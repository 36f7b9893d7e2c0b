from __future__ import annotations

import time
import warnings
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tenantry.smoke.tokens import Keys, Token, forgeries, half_hash, key_flaws, modulus_bits, read, verifies

KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, private=True, auto_kid=False)
SECRET = "a-shared-secret-of-more-than-32-characters"
KEYS = Keys({"keys": [KEY.as_dict(private=False)]})


def token(alg: str = "RS256", key: Any = KEY, **header: str) -> Token:
    claims = {"sub": "auth0|1", "iat": int(time.time()), "exp": int(time.time()) + 60}
    value = jwt.encode({"alg": alg, "kid": "k1", **header}, claims, key, algorithms=[alg])
    made = read(value)
    assert made is not None
    return made


@pytest.mark.parametrize("alg", ["RS256", "PS256", "RS512"])
def test_a_right_signature_verifies(alg: str) -> None:
    assert verifies(token(alg), KEYS) == ""
    assert verifies(token(alg), KEYS, alg=alg) == ""


def test_a_shared_secret_verifies() -> None:
    made = token("HS256", OctKey.import_key(SECRET))
    assert verifies(made, KEYS, alg="HS256", secret=SECRET) == ""
    assert "does not verify" in verifies(made, KEYS, alg="HS256", secret=f"{SECRET}x")
    assert verifies(made, KEYS, alg="HS256") == "the shared secret is not known here"


def test_another_key_does_not_verify() -> None:
    assert "does not verify" in verifies(token(key=OTHER), KEYS)


def test_an_unknown_key_is_named_so() -> None:
    assert verifies(token(kid="k2"), KEYS) == "its kid names no published key"


def test_another_algorithm_than_declared_is_refused() -> None:
    assert verifies(token("PS256"), KEYS, alg="RS256") == "it is signed with PS256, not RS256"


@pytest.mark.parametrize("secret", [None, SECRET])
def test_no_forgery_verifies(secret: str | None) -> None:
    for trick, value in forgeries(token(), KEYS).items():
        lie = read(value)
        assert lie is not None
        assert verifies(lie, KEYS, alg="RS256", secret=secret), trick
        assert verifies(lie, KEYS, secret=secret), trick


@pytest.mark.parametrize("value", [None, 7, "", "opaque", "a.b", "a.b.c", "e30.e30", "e30.W10.x", "a.b.c.d.e"])
def test_what_is_no_signed_token_is_none(value: object) -> None:
    assert read(value) is None


def test_the_hash_of_the_core_specification() -> None:
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"
    assert half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "RS256") == "LDktKdoQak3Pk0cnXxCltA"


def test_bad_keys_are_told() -> None:
    private = KEY.as_dict(private=True)
    assert key_flaws(Keys({"keys": [private]})) == ["key k1 publishes private members: d, dp, dq, p, q, qi"]
    assert key_flaws(Keys({"keys": []})) == ["no key is published"]
    assert key_flaws(Keys({"keys": [KEY.as_dict(private=False)] * 2})) == ["a kid is missing or used twice"]
    assert key_flaws(KEYS) == []
    assert modulus_bits(KEYS.members[0]) == 2048


@pytest.mark.parametrize(
    ("alg", "key", "hashed"),
    [
        ("ES256", ECKey.generate_key("P-256"), "sha256"),
        *((name, OKPKey.generate_key("Ed25519"), "sha512") for name in ("EdDSA", "Ed25519")),
    ],
)
def test_other_signatures_than_rsa_verify(alg: str, key: Any, hashed: str) -> None:
    public = {**key.as_dict(private=False), "kid": "one"}
    with warnings.catch_warnings(action="ignore"):
        signed = read(jwt.encode({"alg": alg, "kid": "one"}, {"sub": "ada"}, key, algorithms=[alg]))
        nameless = read(jwt.encode({"alg": alg}, {"sub": "ada"}, key, algorithms=[alg]))
    assert signed is not None
    assert nameless is not None
    assert verifies(signed, Keys({"keys": [public]})) == ""
    assert verifies(nameless, Keys({"keys": [public]}, may_be_nameless=True)) == ""
    assert verifies(nameless, Keys({"keys": [public]})) == "it names no key (kid)"
    assert verifies(nameless, Keys({"keys": [public, public]}, may_be_nameless=True)) == "it names no key (kid)"
    assert verifies(signed, Keys({"keys": [{**public, "x": "AAAA"}]}))
    assert len(half_hash("a token", alg)) == {"sha256": 22, "sha512": 43}[hashed]
