"""A second judge: what the contract says of an ID token, PyJWT says too, over thousands of right and wrong ones.

The tokens are made by bare cryptography, so neither judge made them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tenantry.smoke import Outcome
from tenantry.smoke.contract import Assertion
from tenantry.smoke.contract import id_token as contract
from tenantry.smoke.flowrun import Tokens
from tenantry.smoke.tokens import Keys
from tenantry.smoke.wire import Reply

ISSUER, CLIENT, NONCE, NOW = "https://tenant.example/", "client-of-the-test", "nonce-of-the-test", 1_900_000_000
ACCESS_TOKEN = "an-opaque-access-token"
SECRET = "a-client-secret-of-more-than-thirty-two-characters"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
JWKS = {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "use": "sig", "alg": "RS256"}]}
CHECKS: tuple[Assertion[Any, Any], ...] = (
    contract.algorithm_is_declared,
    contract.signature_verifies,
    contract.issuer_is_tenant,
    contract.audience_is_application,
    contract.times_are_sound,
    contract.nonce_is_echoed,
    contract.hash_is_right,
)
TOKENS = 2400


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def segment(value: dict[str, Any]) -> str:
    return encoded(json.dumps(value).encode())


def signature(alg: str, text: bytes, key: rsa.RSAPrivateKey, secret: bytes) -> bytes:
    if alg == "none":
        return b""
    if alg.startswith("HS"):
        return hmac.new(secret, text, hashlib.sha256).digest()
    digest = hashes.SHA512() if alg.endswith("512") else hashes.SHA256()
    if alg.startswith("PS"):
        return key.sign(text, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(text, padding.PKCS1v15(), digest)


def right_hash() -> str:
    return encoded(hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16])


def forge(kind: str, declared: str, chance: random.Random) -> str:
    """Return a token that is right but for one thing."""
    claims: dict[str, Any] = {"iss": ISSUER, "aud": CLIENT, "sub": f"auth0|{chance.getrandbits(64):x}", "nonce": NONCE}
    claims |= {"iat": NOW, "exp": NOW + chance.randint(60, 90_000), "at_hash": right_hash()}
    header: dict[str, Any] = {"alg": declared, "typ": "JWT", "kid": "one"}
    key, secret = KEY, SECRET.encode()
    changes: dict[str, dict[str, Any]] = {
        "wrong iss": {"iss": chance.choice(["https://tenant.example", "https://other.example/", "HTTPS://tenant.example/"])},
        "wrong aud": {"aud": chance.choice(["another", "", CLIENT.upper()])},
        "wrong nonce": {"nonce": chance.choice(["", "another", NONCE[:-1]])},
        "wrong at_hash": {"at_hash": encoded(chance.randbytes(16))},
        "expired": {"iat": NOW - 7200, "exp": NOW - chance.randint(60, 3600)},
    }
    claims |= changes.get(kind, {})
    header |= {"wrong alg": {"alg": chance.choice(sorted({"RS512", "PS256", "RS256", "HS256"} - {declared}))}}.get(kind, {})
    header |= {"none": {"alg": chance.choice(["none", "None", "NONE"])}, "unknown kid": {"kid": "two"}}.get(kind, {})
    if kind == "key confusion":
        header["alg"], secret = "HS256", PEM
    if kind == "wrong key":
        key, secret = STRANGER, b"another-secret-of-more-than-thirty-two-characters"
    if kind == "no exp":
        del claims["exp"]
    text = f"{segment(header)}.{segment(claims)}"
    signed = signature("none" if kind == "none" else header["alg"], text.encode(), key, secret)
    if kind == "edited":
        text = f"{segment(header)}.{segment({**claims, 'sub': 'auth0|somebody-else'})}"
    return f"{text}.{encoded(signed)}"


KINDS = {
    "RS256": {
        *("right", "wrong iss", "wrong aud", "wrong nonce", "wrong at_hash", "expired", "wrong alg", "none", "unknown kid"),
        *("key confusion", "wrong key", "no exp", "edited"),
    },
    "HS256": {
        *("right", "wrong iss", "wrong aud", "wrong nonce", "wrong at_hash", "expired", "wrong alg", "none"),
        *("key confusion", "wrong key", "no exp", "edited"),
    },
}


def by_pyjwt(token: str, declared: str) -> bool:
    """Return whether PyJWT takes the token, and its at_hash and nonce hold."""
    try:
        keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(JWKS).keys}
        key: Any = SECRET if declared == "HS256" else keys[jwt.get_unverified_header(token).get("kid")]
        options: Any = {"require": ["exp", "iat", "iss", "aud"], "verify_exp": False, "verify_iat": False, "strict_aud": True}
        claims = jwt.decode(token, key, algorithms=[declared], audience=CLIENT, issuer=ISSUER, options=options)
    except (jwt.InvalidTokenError, KeyError):
        return False
    algorithm = jwt.get_algorithm_by_name(declared)
    half = algorithm.compute_hash_digest(ACCESS_TOKEN.encode())[:16]
    return bool(claims["exp"] > NOW and claims["nonce"] == NONCE and claims["at_hash"] == encoded(half))


class Judged:
    """What the checks of the contract ask of a flow, with one token in it."""

    def __init__(self, token: str, declared: str) -> None:
        self.flow = SimpleNamespace(application=SimpleNamespace(id_alg=declared, is_public=False))
        self.tenant = SimpleNamespace(issuer=ISSUER, keys=self._keys)
        body = json.dumps({"access_token": ACCESS_TOKEN, "id_token": token})
        reply = Reply("POST", f"{ISSUER}oauth/token", 200, httpx.Headers(), body, NOW - 1.0, NOW + 1.0)
        self._tokens = Tokens(reply, (), NONCE)

    async def _keys(self) -> Keys:
        return Keys(JWKS)

    async def tokens(self) -> Tokens:
        return self._tokens

    async def credentials(self) -> Any:
        return SimpleNamespace(client_id=CLIENT, secret=SECRET)


async def by_contract(token: str, declared: str) -> bool:
    """Return whether every check of the contract passes."""
    flow: Any = Judged(token, declared)
    return all([(await check.check(flow)).outcome is Outcome.PASSED for check in CHECKS])


@pytest.mark.parametrize("declared", KINDS)
def test_two_judges_agree_on_thousands_of_tokens(declared: str) -> None:
    chance = random.Random(f"judge {declared}")  # noqa: S311 - the same tokens every time
    seen: Counter[tuple[str, bool]] = Counter()

    async def judge() -> None:
        for number in range(TOKENS // 2):
            kind = sorted(KINDS[declared])[number % len(KINDS[declared])]
            token = forge(kind, declared, chance)
            ours, theirs = await by_contract(token, declared), by_pyjwt(token, declared)
            assert ours == theirs, (kind, token)
            seen[kind, ours] += 1

    asyncio.run(judge())
    assert {kind for kind, accepted in seen if accepted} == {"right"}
    assert {kind for kind, accepted in seen if not accepted} == KINDS[declared] - {"right"}
    assert min(seen.values()) > 80
