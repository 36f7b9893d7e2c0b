from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tenantry.management import ClientSecret, ManagementClient, ReadyToken
from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, LostAnswer, NotAllowed, RateLimited, TenantryError
from tenantry.model.secret import Secret
from tests.certificates import untrusted
from tests.management.tenant import BASE, CANARY, Reply, Tenant, answer, refusal, script, token

READ = Call("GET", ("clients", "x"))
CREATE = Call("POST", ("clients",), {"name": "Shop"})
PATCH = Call("PATCH", ("clients", "x"), {"name": "Shop"})
DELETE = Call("DELETE", ("clients", "x"))


def send(tenant: Tenant, call: Call, **options: Any) -> Any:
    async def once() -> Any:
        async with tenant.client(**options) as client:
            return await client.send(call)

    return asyncio.run(once())


def test_an_answer_comes_back_as_status_and_json() -> None:
    tenant = Tenant(script(answer({"client_id": "x"}, 201)))
    done = send(tenant, CREATE)
    assert (done.status, done.body) == (201, {"client_id": "x"})
    request = tenant.seen[0]
    assert str(request.url) == f"{BASE}/api/v2/clients"
    assert json.loads(request.content) == {"name": "Shop"}
    assert request.headers["user-agent"].startswith("tenantry/")
    assert request.headers["authorization"].startswith("Bearer ")


def test_an_empty_answer_has_no_body() -> None:
    assert send(Tenant(script(answer(status=204))), DELETE).body is None


def test_ids_are_encoded_exactly_once() -> None:
    tenant = Tenant(script(answer({})))
    send(tenant, Call("GET", ("resource-servers", "https://api.acme.example/a b%41?c#d")))
    assert tenant.seen[0].url.raw_path == (b"/api/v2/resource-servers/https%3A%2F%2Fapi.acme.example%2Fa%20b%2541%3Fc%23d")


def test_a_delete_may_carry_a_body() -> None:
    tenant = Tenant(script(answer(status=204)))
    send(tenant, Call("DELETE", ("roles", "rol_1", "permissions"), {"permissions": []}))
    assert json.loads(tenant.seen[0].content) == {"permissions": []}


def test_secrets_are_revealed_on_the_wire_only() -> None:
    tenant = Tenant(script(answer({})))
    send(tenant, Call("PATCH", ("clients", "x"), {"client_secret": Secret.of("NEW", "told")}))
    assert json.loads(tenant.seen[0].content) == {"client_secret": "told"}


def test_a_call_with_an_unknown_id_is_never_sent() -> None:
    tenant = Tenant(script(answer({})))
    with pytest.raises(TypeError, match=r"applications\.shop"):
        send(tenant, Call("GET", ("clients", IdOf(Address("applications", "shop")))))
    assert not tenant.seen


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(429, "Global limit has been reached", "too_many_requests"),
        refusal(500, "An internal server error occurred"),
        refusal(503, "down"),
        httpx.Response(502, content=b"<html>", headers={"content-type": "text/html"}),
        httpx.ReadTimeout("late"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("cut"),
        ConnectionResetError("dropped"),
        httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}),
        httpx.Response(200, content=b'{"name": "Sh', headers={"content-type": "application/json"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", [READ, PATCH, DELETE, Call("PUT", ("x",), {})], ids=lambda call: call.method)
def test_what_may_be_repeated_is_repeated(trouble: Reply, call: Call) -> None:
    tenant = Tenant(script(trouble, trouble, answer({"name": "Shop"})))
    assert send(tenant, call).body == {"name": "Shop"}
    assert len(tenant.seen) == 3
    assert len(tenant.slept) >= 2


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(500, "An internal server error occurred"),
        refusal(503, "down"),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("cut"),
        ConnectionResetError("dropped"),
        httpx.Response(201, content=b'{"client_id": "x', headers={"content-type": "application/json"}),
        httpx.Response(201, content=b"ok", headers={"content-type": "text/plain"}),
    ],
    ids=str,
)
def test_a_post_whose_fate_is_unknown_is_not_sent_again(trouble: Reply) -> None:
    tenant = Tenant(script(trouble))
    with pytest.raises(LostAnswer):
        send(tenant, CREATE)
    assert len(tenant.seen) == 1


@pytest.mark.parametrize("trouble", [refusal(429, "slow"), httpx.ConnectError("refused")], ids=str)
def test_a_post_that_surely_did_nothing_is_sent_again(trouble: Reply) -> None:
    tenant = Tenant(script(trouble, answer({"client_id": "x"}, 201)))
    assert send(tenant, CREATE).body == {"client_id": "x"}


def test_a_repeated_delete_that_finds_nothing_is_done() -> None:
    gone = refusal(404, "The client does not exist", "inexistent_client")
    assert send(Tenant(script(httpx.ReadError("cut"), gone)), DELETE).status == 204
    with pytest.raises(ApiError, match="does not exist"):
        send(Tenant(script(gone)), DELETE)
    with pytest.raises(ApiError, match="does not exist"):
        send(Tenant(script(refusal(429, "slow"), gone)), DELETE)


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "Fri, 15 Jan 2027 08:00:09 GMT"}, 9),
        ({"x_ratelimit_reset": "1800000004"}, 4),
        ({"retry_after": "2", "x_ratelimit_reset": "1800000050"}, 2),
        ({"x_ratelimit_reset": "1800003604", "date": "Fri, 15 Jan 2027 09:00:00 GMT"}, 4),
    ],
)
def test_the_servers_own_figure_says_how_long_to_wait(headers: dict[str, str], waited: float) -> None:
    tenant = Tenant(script(refusal(429, "slow", **headers), answer({})))
    send(tenant, READ)
    assert waited <= sum(tenant.slept) <= waited + 0.5


def test_patience_ends() -> None:
    with pytest.raises(RateLimited, match="Global limit"):
        send(Tenant(script(refusal(429, "Global limit has been reached"))), READ)
    with pytest.raises(ApiError, match="answered 503: down"):
        send(Tenant(script(refusal(503, "down"))), READ)
    tenant = Tenant(script(refusal(429, "today's limit", retry_after="86400")))
    with pytest.raises(RateLimited):
        send(tenant, READ)
    assert len(tenant.seen) == 1


@pytest.mark.parametrize(
    ("code", "told", "advice"),
    [
        (20, "unable to get local issuer certificate", "SSL_CERT_FILE"),
        (62, "Hostname mismatch", "the address in the tenant file"),
    ],
)
@pytest.mark.parametrize("where", ["token", "api"])
def test_a_certificate_that_is_not_trusted_is_told_at_once(where: str, code: int, told: str, advice: str) -> None:
    tenant = Tenant(script(untrusted(code, told)))
    if where == "token":
        tenant.token_replies.append(untrusted(code, told))
    with pytest.raises(ApiError, match=f"the certificate of {BASE} is not trusted: {told}; .*{advice}"):
        send(tenant, READ)
    assert not tenant.slept
    assert len(tenant.seen) == (where == "api")


def test_an_error_says_all_that_the_tenant_said() -> None:
    reply = refusal(400, "Payload validation error: 'too short'", "invalid_body", x_auth0_requestid="req-1")
    with pytest.raises(ApiError) as caught:
        send(Tenant(script(reply)), PATCH)
    error = caught.value
    assert (error.status, error.error_code, error.request_id) == (400, "invalid_body", "req-1")
    assert str(error) == ("PATCH /api/v2/clients/x answered 400: Payload validation error: 'too short' (invalid_body)")


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"[]", b'{"message": 4}'])
def test_an_error_without_a_body_is_still_an_error(body: bytes) -> None:
    with pytest.raises(ApiError, match="answered 418"):
        send(Tenant(script(httpx.Response(418, content=body))), READ)


def test_missing_scopes_are_named() -> None:
    reply = refusal(403, "Insufficient scope, expected any of: read:roles,read:role_members", "insufficient_scope")
    with pytest.raises(NotAllowed) as caught:
        send(Tenant(script(reply)), READ)
    assert caught.value.missing == ("read:roles", "read:role_members")


def test_a_plan_that_lacks_a_feature_is_no_missing_scope() -> None:
    reply = refusal(403, "Please upgrade your subscription to enable Akamai Signals.", "insufficient_scope")
    with pytest.raises(ApiError) as caught:
        send(Tenant(script(reply)), READ)
    assert not isinstance(caught.value, NotAllowed)


def test_a_refused_token_is_renewed_once() -> None:
    tenant = Tenant(script(refusal(401, "Expired token"), answer({})))
    send(tenant, READ)
    assert len(tenant.forms) == 2
    assert tenant.seen[0].headers["authorization"] != tenant.seen[1].headers["authorization"]
    tenant = Tenant(script(refusal(401, "Invalid token.")))
    with pytest.raises(NotAllowed, match="Invalid token"):
        send(tenant, READ)
    assert len(tenant.seen) == 2


def test_a_ready_token_cannot_be_renewed() -> None:
    tenant = Tenant(script(refusal(401, "Expired token")))
    with pytest.raises(NotAllowed, match="Expired token"):
        send(tenant, READ, credentials=ReadyToken(Secret.of("AUTH0_API_TOKEN", token(azp="me", scope="a b"))))
    assert not tenant.forms
    assert len(tenant.seen) == 1


def test_requests_are_counted_as_the_tenant_counts_them() -> None:
    tenant = Tenant(script(answer({}), refusal(429, "slow"), answer({})))

    async def two(client: ManagementClient) -> None:
        async with client:
            await client.send(READ)
            await client.send(PATCH)

    client = tenant.client()
    asyncio.run(two(client))
    assert (client.counts.reads, client.counts.writes, client.counts.rate_limited) == (1, 2, 1)


def test_concurrency_is_bounded_and_the_first_request_goes_alone() -> None:
    running: list[int] = []
    most: list[int] = []

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return answer({"access_token": token(azp="me"), "expires_in": 60})
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.005)
        running.pop()
        return answer({})

    async def many() -> None:
        credentials = ClientSecret("me", Secret.of("S", "s"))
        async with ManagementClient(BASE, credentials, transport=httpx.MockTransport(slow), at_once=4) as client:
            await asyncio.gather(*(client.send(READ) for _ in range(30)))

    asyncio.run(many())
    assert most[:2] == [1, 1]
    assert max(most) == 4


@pytest.mark.parametrize(
    "reply",
    [refusal(400, "bad"), refusal(500, "worse"), httpx.ReadTimeout("late"), httpx.ConnectError("no"), answer([], 302)],
    ids=str,
)
def test_no_error_holds_a_secret(reply: Reply) -> None:
    tenant = Tenant(script(reply))
    with pytest.raises(TenantryError) as caught:
        send(tenant, Call("PATCH", ("clients", "x"), {"client_secret": Secret.of("NEW", CANARY)}))
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)} {caught.value.__cause__!r}"
    assert CANARY not in shown
    assert tenant.seen[0].headers["authorization"].split()[1] not in shown


def test_nobody_waits_for_ever_for_a_first_request_that_ends_in_an_error_of_no_known_kind() -> None:
    first = [RuntimeError("nobody expected this")]

    def handle(_request: httpx.Request) -> httpx.Response:
        if first:
            raise first.pop()
        return answer({})

    tenant = Tenant(handle)

    async def both() -> list[Any]:
        async with tenant.client() as client:
            work = [client.send(READ), client.send(READ)]
            return await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), 5)

    failed, done = asyncio.run(both())
    assert isinstance(failed, RuntimeError)
    assert done.status == 200


WORDLESS = {"content-type": "application/json"}


def quoting(quoted: str) -> dict[str, Reply]:
    """Return the places in which an answer may quote what it was told."""
    return {
        "message": refusal(400, f"<{quoted}> is not liked"),
        "error code": refusal(400, "bad", error_code=quoted),
        "request id": refusal(400, "bad", **{"x-request-id": quoted}),
        "reason": httpx.Response(400, extensions={"reason_phrase": quoted.encode()}),
        "content type": httpx.Response(200, headers={"content-type": quoted}, content="x"),
        "failure": httpx.ConnectError(quoted),
    }


@pytest.mark.parametrize("place", quoting(""))
@pytest.mark.parametrize("part", [CANARY, CANARY[:15], "token"], ids=["secret", "its beginning", "token"])
def test_no_error_quotes_a_secret_wherever_the_tenant_puts_it(place: str, part: str) -> None:
    given = token(azp="me", scope="read:clients", jti="a-token-of-its-own")
    quoted = given if part == "token" else part
    tenant = Tenant(script(quoting(quoted)[place]))
    with pytest.raises(TenantryError) as caught:
        send(
            tenant,
            Call("PATCH", ("clients", "x"), {"client_secret": Secret.of("NEW", CANARY)}),
            credentials=ReadyToken(Secret.of("T", given)),
        )
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert quoted not in shown
    assert "***" in shown


def test_an_answer_nested_without_end_is_no_answer() -> None:
    with pytest.raises(TenantryError, match="malformed"):
        send(Tenant(script(httpx.Response(200, headers=WORDLESS, content="[" * 100_000))), READ)


@pytest.mark.parametrize("value", [["a", "list"], "a\r\nheader: of theirs", "ö", None, ""])
def test_what_no_header_can_carry_is_no_token(value: object) -> None:
    tenant = Tenant(script(answer({})))
    tenant.token_replies = [answer({"access_token": value, "expires_in": 60})]
    with pytest.raises(NotAllowed, match="without a token"):
        send(tenant, READ)
