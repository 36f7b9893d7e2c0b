"""Connections: so many at once, the same ones again, none lost, and by the proxy that the environment names."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tenantry.management.lanes import Lanes, exchanged
from tenantry.management.wire import Wire

BASE = "https://acme.eu.auth0.com"
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collect the proxies that transports are made with; the environment names none yet."""
    proxies: list[object] = []

    def transport(*, proxy: object, **_members: object) -> httpx.AsyncBaseTransport:
        proxies.append(proxy)
        return httpx.MockTransport(lambda _request: httpx.Response(200))

    monkeypatch.setattr(httpx, "AsyncHTTPTransport", transport)
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return proxies


def test_each_connection_is_made_once(dialled: list[object]) -> None:
    Lanes(BASE, 3, None)

    assert dialled == [None, None, None]


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({"HTTPS_PROXY": "http://proxy.acme.example:3128"}, "http://proxy.acme.example:3128"),
        ({"ALL_PROXY": "proxy.acme.example:3128"}, "http://proxy.acme.example:3128"),
        ({"HTTP_PROXY": "http://proxy.acme.example:3128"}, None),
        ({"HTTPS_PROXY": "http://proxy.acme.example:3128", "NO_PROXY": "localhost,auth0.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.acme.example:3128", "NO_PROXY": "*"}, None),
    ],
)
def test_the_environment_names_the_proxy(
    environment: dict[str, str], proxy: str | None, dialled: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    Lanes(BASE, 1, None)

    assert dialled == [proxy]


def test_no_more_requests_are_under_way_than_there_are_connections() -> None:
    under_way: list[int] = []
    now = 0

    async def slow(_request: httpx.Request) -> httpx.Response:
        nonlocal now
        now += 1
        under_way.append(now)
        await asyncio.sleep(0)
        now -= 1
        return httpx.Response(200)

    async def ask(lanes: Lanes) -> None:
        async with lanes.free() as lane:
            await exchanged(lane, httpx.Request("GET", BASE))

    async def ask_often() -> None:
        lanes = Lanes(BASE, 2, httpx.MockTransport(slow))
        await asyncio.gather(*(ask(lanes) for _ in range(20)))

    asyncio.run(ask_often())

    assert max(under_way) == 2


def test_a_connection_that_broke_is_free_again() -> None:
    def breaks(_request: httpx.Request) -> httpx.Response:
        message = "gone"
        raise httpx.ReadError(message)

    async def ask() -> list[object]:
        wire = Wire(
            base_url=BASE,
            transport=httpx.MockTransport(breaks),
            rate=0.8,
            at_once=1,
            sleep=asyncio.sleep,
            clock=lambda: 0.0,
            luck=lambda: 0.5,
        )
        return [await wire.attempt_unpaced(wire.request("GET", BASE)) for _ in range(3)]

    assert [type(reply) for reply in asyncio.run(ask())] == [httpx.ReadError] * 3
