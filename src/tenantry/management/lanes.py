"""The connections to one host: each takes one request at a time, and the one that rested least is taken first.

A transport each, below httpx's client and its pool: this API has no cookies, redirects or logins of the client's, and a pool
looks at all its connections at every request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tenantry.model.errors import Surroundings

MOST_BYTES = 64 * 2**20
"""What an answer may hold once it is unpacked; the largest page of a tenant is a small part of it."""
AS_SENT = frozenset({"content-encoding", "content-length", "transfer-encoding"})
ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class TooLarge(httpx.DecodingError):
    """An answer goes on beyond ``MOST_BYTES``: no tenant's does."""


class Lanes:
    """So many connections; a ``transport`` that is given serves all of them."""

    def __init__(self, base_url: str, at_once: int, transport: httpx.AsyncBaseTransport | None) -> None:
        self._all = [transport] * at_once if transport else _transports(base_url, at_once)
        self._free: asyncio.LifoQueue[httpx.AsyncBaseTransport] = asyncio.LifoQueue()
        for lane in self._all:
            self._free.put_nowait(lane)

    @asynccontextmanager
    async def free(self) -> AsyncIterator[httpx.AsyncBaseTransport]:
        """Give a connection for one request, as soon as one is free."""
        lane = await self._free.get()
        try:
            yield lane
        finally:
            self._free.put_nowait(lane)

    async def aclose(self) -> None:
        """Close all connections."""
        for lane in set(self._all):
            await lane.aclose()


async def exchanged(lane: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    """Return the whole response to a request.

    Raises: httpx.TransportError; httpx.DecodingError, TooLarge among them.
    """
    response = await lane.handle_async_request(request)
    response.request = request
    try:
        if not _is_small(response.headers):
            return await _bounded(response)
        await response.aread()
    finally:
        await response.aclose()
    return response


def _is_small(headers: httpx.Headers) -> bool:
    """Return whether a body says beforehand that it is not too large."""
    length = headers.get("content-length", "")
    is_number = length.isdecimal() and len(length) <= len(str(MOST_BYTES))
    return is_number and int(length) <= MOST_BYTES and "content-encoding" not in headers


async def _bounded(response: httpx.Response) -> httpx.Response:
    """Return the response with its body unpacked, as large as that may be.

    Raises: TooLarge; httpx.TransportError; httpx.DecodingError.
    """
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge(f"the answer is larger than {MOST_BYTES >> 20} MB", request=response.request)
    headers = [(name, value) for name, value in response.headers.multi_items() if name not in AS_SENT]
    return httpx.Response(
        response.status_code,
        headers=headers,
        content=b"".join(parts),
        extensions=response.extensions,
        request=response.request,
    )


def _transports(base_url: str, at_once: int) -> list[httpx.AsyncBaseTransport]:
    """Return a transport for each connection; certificates are checked by authorities that are read once.

    Raises: Surroundings when the environment names authorities or a proxy that cannot be used.
    """
    try:
        context, proxy = httpx.create_ssl_context(), _proxy(base_url)
        return [httpx.AsyncHTTPTransport(verify=context, proxy=proxy, limits=ONE) for _ in range(at_once)]
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        raise Surroundings from None  # the cause may quote the proxy's password


def _proxy(base_url: str) -> str | None:
    """Return the proxy that the environment names for a host, in ``HTTPS_PROXY`` and its like, or None."""
    url, proxies = urlsplit(base_url), getproxies()
    if proxy_bypass(url.hostname or ""):
        return None
    named = proxies.get(url.scheme) or proxies.get("all")
    return named if not named or "://" in named else f"http://{named}"
