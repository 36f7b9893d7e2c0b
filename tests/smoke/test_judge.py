"""A second judge: what the contract says of a token, PyJWT says too, over thousands of right and wrong ones.

Where PyJWT is known to be laxer than the standards (`forge.Kind.lax`), the truth of how the token was made judges alone.
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import Any, Self

import httpx
import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantry.smoke import Outcome
from tenantry.smoke.contract import Assertion, access_token, id_token, implicit
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import Stopped
from tenantry.smoke.tokens import Keys
from tests.smoke.forge import ACCESS_TOKEN, API, CLIENT, CODE, ISSUER, JWKS, KINDS, NONCE, NOW, SECRET, draft, half

EACH = 60
"""How many tokens of each kind are judged."""
SKEW_S = 5
PUBLISHED = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(JWKS).keys}


class _Still(datetime):
    """The judge's clock: it stands still, however long a judgement takes."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(NOW, tz)


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jwt.api_jwt.datetime", _Still)


ID_TOKEN: tuple[Assertion[Any, Any], ...] = (
    id_token.algorithm_is_declared,
    id_token.signature_verifies,
    id_token.issuer_is_tenant,
    id_token.audience_is_application,
    id_token.party_is_application,
    id_token.times_are_sound,
    id_token.nonce_is_echoed,
    id_token.hash_is_right,
    implicit.code_is_vouched_for,
)
ACCESS: tuple[Assertion[Any, Any], ...] = (
    access_token.token_is_signed,
    access_token.algorithm_is_declared,
    access_token.signature_verifies,
    access_token.type_is_said,
    access_token.issuer_is_tenant,
    access_token.audience_is_api,
    access_token.audience_names_api,
    access_token.times_are_sound,
)
CHECKS: dict[str, tuple[Assertion[Any, Any], ...]] = {
    "id": ID_TOKEN,
    "access": (*ACCESS, access_token.party_is_application),
    "rfc9068": (*ACCESS, access_token.members_are_standard),
}


def by_pyjwt(token: str, form: str, declared: str) -> bool:
    """Return whether PyJWT takes the token, and what PyJWT leaves to its callers holds too."""
    try:
        head = jwt.get_unverified_header(token)
        key: Any = SECRET if declared == "HS256" else PUBLISHED[head.get("kid")]
        audience = CLIENT if form == "id" else API
        options: Any = {"require": ["exp", "iat", "iss", "aud"]}
        claims = jwt.decode(token, key, algorithms=[declared], audience=audience, issuer=ISSUER, leeway=SKEW_S, options=options)
    except (jwt.InvalidTokenError, KeyError, TypeError):
        return False
    if claims["iat"] < NOW - SKEW_S - 1:
        return False
    if form == "id":
        hashes = (claims.get("at_hash"), claims.get("c_hash")) == (half(ACCESS_TOKEN), half(CODE))
        alone = claims["aud"] in (CLIENT, [CLIENT]) and claims.get("azp", CLIENT) == CLIENT
        return bool(hashes and alone and claims.get("nonce") == NONCE)
    member, typ = ("client_id", "at+jwt") if form == "rfc9068" else ("azp", "JWT")
    return bool(claims.get(member) == CLIENT and head.get("typ") == typ)


class Judged:
    """What the checks of the contract ask of a flow, with one token in it."""

    def __init__(self, token: str, form: str, declared: str) -> None:
        dialect = "rfc9068_profile" if form == "rfc9068" else "access_token"
        api = SimpleNamespace(signing_alg=declared, dialect=dialect, is_rfc9068=form == "rfc9068", identifier=API)
        self.flow = SimpleNamespace(application=SimpleNamespace(id_alg=declared, is_public=False), token_api=api)
        userinfo = f"{ISSUER}userinfo"
        vault = SimpleNamespace(add=lambda *_: None)
        self.tenant = SimpleNamespace(
            issuer=ISSUER,
            keys=self._keys,
            signing_secret=self._secret,
            is_foreign=False,
            userinfo_audience=userinfo,
            vault=vault,
        )
        scope = "openid read:orders" if declared != "HS256" else "read:orders"
        body = {"access_token": ACCESS_TOKEN, "id_token": token} if form == "id" else {"access_token": token, "scope": scope}
        reply = Reply("POST", f"{ISSUER}oauth/token", 200, httpx.Headers(), json.dumps(body), NOW - 1.0, NOW + 1.0)
        self._tokens = Tokens(reply, (), NONCE)
        self._hybrid = SimpleNamespace(callback=SimpleNamespace(values={"id_token": token}), code=CODE)
        self.steps = self

    async def once(self, _: str, __: object) -> Any:
        return self._hybrid

    async def _keys(self) -> Keys:
        return Keys(JWKS)

    async def _secret(self, _: object) -> str:
        return SECRET

    async def tokens(self) -> Tokens:
        return self._tokens

    async def credentials(self) -> Any:
        return SimpleNamespace(client_id=CLIENT, secret=SECRET)

    def claim(self, token: Any, name: str) -> Any:
        return token.claims.get(name) if token else None


async def by_contract(token: str, form: str, declared: str) -> bool:
    """Return whether every check of the contract passes; a token that cannot be read passes none."""
    flow: Any = Judged(token, form, declared)
    try:
        return all([(await check.check(flow)).outcome is Outcome.PASSED for check in CHECKS[form]])
    except Stopped:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_two_judges_agree_with_how_the_token_was_made(kind: str) -> None:
    made, seen = KINDS[kind], list[str]()

    runner = asyncio.Runner()

    @settings(max_examples=EACH, derandomize=True, database=None)
    @given(data=st.data(), form=st.sampled_from(made.forms), declared=st.sampled_from(made.algs))
    def judge(data: st.DataObject, form: str, declared: str) -> None:
        one = draft(form, declared, data.draw)
        made.way(one, data.draw)
        token = one.signed()
        seen.append(token)
        assert runner.run(by_contract(token, form, declared)) is made.is_right
        if not made.lax:
            assert by_pyjwt(token, form, declared) is made.is_right

    with runner:
        judge()
    assert len(seen) >= 3


@pytest.mark.parametrize("kind", [name for name, made in KINDS.items() if made.lax])
def test_a_lax_judge_is_really_laxer(kind: str) -> None:
    """What PyJWT is excused from, it gets wrong: by a wrong verdict, or by an error that is none of a JWT."""
    made = KINDS[kind]

    @settings(max_examples=1, derandomize=True, database=None)
    @given(data=st.data())
    def judge(data: st.DataObject) -> None:
        one = draft(made.forms[0], "RS256", data.draw)
        made.way(one, data.draw)
        try:
            is_taken = by_pyjwt(one.signed(), made.forms[0], "RS256")
        except (ValueError, OverflowError):
            is_taken = True
        assert is_taken is not made.is_right

    judge()
