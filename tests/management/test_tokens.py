from __future__ import annotations

import asyncio
from typing import Literal

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tenantry.management import Credentials, PrivateKeyJwt, ReadyToken
from tenantry.model.call import Call
from tenantry.model.errors import NotAllowed, TenantryError
from tenantry.model.secret import Secret
from tenantry.model.state import Caller
from tests.management.tenant import BASE, CANARY, Reply, Tenant, answer, script, token

KEY = RSAKey.generate_key(2048, private=True)


def caller(tenant: Tenant, credentials: Credentials | None = None) -> Caller:
    async def ask() -> Caller:
        async with tenant.client(credentials) as client:
            return await client.caller()

    return asyncio.run(ask())


def test_a_client_secret_buys_a_token_for_the_management_api() -> None:
    tenant = Tenant(script(answer({})))
    assert caller(tenant) == Caller("cli", frozenset({"read:clients"}), f"{BASE}/api/v2/", f"{BASE}/")
    assert tenant.forms == [
        {
            "grant_type": "client_credentials",
            "audience": f"{BASE}/api/v2/",
            "client_id": "cli",
            "client_secret": CANARY,
        }
    ]


@pytest.mark.parametrize("alg", ["RS256", "RS384", "PS256"])
def test_a_private_key_signs_a_fresh_assertion(alg: Literal["RS256", "RS384", "PS256"]) -> None:
    tenant = Tenant(script(answer({})))
    pem = Secret.of("KEY", KEY.as_pem(private=True).decode())
    caller(tenant, PrivateKeyJwt("cli", pem, alg, kid="k1"))
    caller(tenant, PrivateKeyJwt("cli", pem, alg))
    first, second = (jwt.decode(form["client_assertion"], KEY, algorithms=[alg]) for form in tenant.forms)
    assert first.header == {"alg": alg, "typ": "JWT", "kid": "k1"}
    assert first.claims["iss"] == first.claims["sub"] == "cli"
    assert first.claims["aud"] == f"{BASE}/"
    assert 0 < first.claims["exp"] - tenant.now_s <= 300
    assert first.claims["jti"] != second.claims["jti"]
    assert "client_secret" not in tenant.forms[0]


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(NotAllowed, match="the private key KEY cannot sign") as caught:
        caller(Tenant(script(answer({}))), PrivateKeyJwt("cli", Secret.of("KEY", CANARY)))
    assert CANARY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


def test_a_ready_token_is_used_as_it_is() -> None:
    tenant = Tenant(script(answer({})))
    value = token(azp="me", scope="read:clients update:clients", iss=f"{BASE}/")
    assert caller(tenant, ReadyToken(Secret.of("AUTH0_API_TOKEN", value))).scopes == {"read:clients", "update:clients"}
    assert not tenant.forms


def test_a_ready_token_that_is_none_is_told_without_asking_anybody() -> None:
    tenant = Tenant(script(answer({})))
    with pytest.raises(NotAllowed, match=r"^AUTH0_API_TOKEN is not a Management API token"):
        caller(tenant, ReadyToken(Secret.of("AUTH0_API_TOKEN", "opaque")))
    assert not tenant.forms


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_client_is_told_what_to_check(status: int) -> None:
    tenant = Tenant(script(answer({})))
    tenant.token_replies = [answer({"error": "access_denied", "error_description": "Unauthorized"}, status)]
    with pytest.raises(NotAllowed, match="no Management API token for client cli: Unauthorized"):
        caller(tenant)


@pytest.mark.parametrize(
    "reply",
    [
        answer({"no": "token"}),
        answer([]),
        httpx.Response(200, content=b"{", headers={"content-type": "application/json"}),
        httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}),
    ],
    ids=str,
)
def test_an_answer_without_a_token_is_an_error(reply: httpx.Response) -> None:
    tenant = Tenant(script(answer({})))
    tenant.token_replies = [reply]
    with pytest.raises(NotAllowed, match="without a token"):
        caller(tenant)


@pytest.mark.parametrize("trouble", [httpx.ConnectError("no"), httpx.ReadError("cut"), answer({}, 503), answer({}, 429)])
def test_the_token_endpoint_is_asked_again_when_it_fails(trouble: Reply) -> None:
    tenant = Tenant(script(answer({})))
    tenant.token_replies = [trouble, trouble]
    assert caller(tenant).client_id == "cli"
    tenant.token_replies = [trouble] * 20
    with pytest.raises(TenantryError):
        caller(tenant)


def test_one_token_serves_all_and_is_renewed_before_it_ends() -> None:
    tenant = Tenant(script(answer({})), lifetime_s=600)

    async def work() -> None:
        async with tenant.client() as client:
            await asyncio.gather(*(client.send(Call("GET", ("clients",))) for _ in range(5)))
            assert len(tenant.forms) == 1
            tenant.now_s += 550
            await client.send(Call("GET", ("clients",)))
            assert len(tenant.forms) == 2

    asyncio.run(work())


@pytest.mark.parametrize("code", ["server_error", "invalid_request", "invalid_scope"])
def test_a_refusal_by_an_action_says_how_to_get_back_in(code: str) -> None:
    tenant = Tenant(script(answer({})))
    tenant.token_replies = [answer({"error": code, "error_description": "The Action 'Gate' failed"}, 403)]
    with pytest.raises(NotAllowed, match=r"'Gate' failed\. An Action on the trigger credentials-exchange can refuse") as caught:
        caller(tenant)
    assert "take it off the trigger in the dashboard" in str(caught.value)
    assert "Check client id and secret" not in str(caught.value)
