"""Answers that no tenant would give: of proxies, captive portals and machines in between that cut, pack or drip."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tenantry.kinds import KINDS
from tenantry.management import lanes, wire
from tenantry.management.resources import read_data, read_resource
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, IncompleteRead, LostAnswer
from tests.management.tenant import Reply, Tenant, answer, refusal, script

APPLICATIONS = KINDS["applications"]
HTML_404 = httpx.Response(404, html="<h1>not found</h1>")
ATTEMPTS = 5


def asked(call: Call, *replies: Reply) -> tuple[Any, int]:
    """Return the body that is answered in the end, and how often it was asked for."""
    tenant = Tenant(script(*replies))

    async def work() -> Any:
        async with tenant.client() as client:
            return (await client.send(call)).body

    return asyncio.run(work()), len(tenant.seen)


@pytest.mark.parametrize("empty", [answer(status=204), answer(status=200), HTML_404, httpx.Response(200, html="log in")])
def test_a_read_is_asked_again_until_the_tenant_itself_answers(empty: httpx.Response) -> None:
    assert asked(Call("GET", ("clients", "x")), empty, answer({"client_id": "x"})) == ({"client_id": "x"}, 2)
    with pytest.raises(ApiError) as told:
        asked(Call("GET", ("clients", "x")), empty)
    assert told.value.status == 0


def test_what_somebody_on_the_way_calls_missing_is_not_gone() -> None:
    with pytest.raises(ApiError, match="somebody on the way to the tenant answered 404 in its place"):
        asked(Call("DELETE", ("clients", "x")), HTML_404)
    with pytest.raises(LostAnswer):
        asked(Call("POST", ("clients",), {}), HTML_404)
    assert read(HTML_404, refusal(404, "The client does not exist")) is None


def read(*replies: Reply) -> Any:
    """Return what is read of an application."""
    tenant = Tenant(script(*replies))

    async def work() -> Any:
        async with tenant.client() as client:
            return await read_resource(client, APPLICATIONS, "x")

    return asyncio.run(work())


@pytest.mark.parametrize("body", [[], [{"client_id": "x"}], {}, {"client_id": "y"}, "x", 0])
def test_an_answer_about_something_else_is_no_resource(body: Any) -> None:
    with pytest.raises(IncompleteRead, match=r"^/clients/x could not be read: the answer is about something else$"):
        read(answer(body))


def test_settings_have_no_id_to_be_told_by() -> None:
    async def work() -> Any:
        async with Tenant(script(answer({"friendly_name": "Acme"}))).client() as client:
            return await read_data(client, KINDS["tenant_settings"], "tenant_settings")

    assert asyncio.run(work()) == {"friendly_name": "Acme"}


@pytest.mark.parametrize("section", ["applications", "apis", "actions"])
def test_a_bare_list_in_place_of_pages_is_no_empty_tenant(section: str) -> None:
    async def work() -> Any:
        async with Tenant(script(answer([]))).client() as client:
            pages = KINDS[section].listing
            assert pages
            return await client.listing(pages)

    with pytest.raises(IncompleteRead, match="the answer holds no list of"):
        asyncio.run(work())


class Dripping(httpx.AsyncByteStream):
    """A body that never ends, a byte at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b" "


def test_an_answer_that_trickles_in_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LONGEST_S", 0.03)
    kind = {"content-type": "application/json"}
    replies = [httpx.Response(200, headers=kind, stream=Dripping()) for _ in range(ATTEMPTS)]
    with pytest.raises(ApiError, match="took too long; try again later"):
        asked(Call("GET", ("clients", "x")), *replies)


class Endless(httpx.AsyncByteStream):
    """A body that never ends, as fast as it is taken."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1024


@pytest.mark.parametrize("length", [{}, {"content-length": "9" * 5000}], ids=["of no length", "of an absurd length"])
def test_an_answer_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch, length: dict[str, str]) -> None:
    monkeypatch.setattr(lanes, "MOST_BYTES", 2**20)
    kind = {"content-type": "application/json", **length}
    replies = [httpx.Response(200, headers=kind, stream=Endless()) for _ in range(ATTEMPTS)]
    with pytest.raises(ApiError, match="the answer is larger than 1 MB"):
        asked(Call("GET", ("clients", "x")), *replies)


def test_what_is_small_only_as_long_as_it_is_packed_is_not_unpacked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_BYTES", 2**20)
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    bomb = gzip.compress(b" " * 2**22)
    replies = [httpx.Response(200, headers=packed, stream=httpx.ByteStream(bomb)) for _ in range(ATTEMPTS)]
    with pytest.raises(ApiError, match="the answer is larger than 1 MB"):
        asked(Call("GET", ("clients", "x")), *replies)
    whole = httpx.Response(200, headers=packed, stream=httpx.ByteStream(gzip.compress(b'{"client_id": "x"}')))
    assert asked(Call("GET", ("clients", "x")), whole) == ({"client_id": "x"}, 1)


def test_a_broken_package_is_called_one() -> None:
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    replies = [httpx.Response(200, headers=packed, stream=httpx.ByteStream(b"{}")) for _ in range(ATTEMPTS)]
    with pytest.raises(ApiError, match="what it is packed in is damaged"):
        asked(Call("GET", ("clients", "x")), *replies)


def test_a_server_that_lets_nobody_in_is_one_that_cannot_be_reached() -> None:
    with pytest.raises(ApiError, match=r"cannot be reached \(it took too long\); check the address in the tenant file"):
        asked(Call("GET", ("clients", "x")), *[httpx.ConnectTimeout("") for _ in range(ATTEMPTS)])
