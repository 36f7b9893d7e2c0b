"""One request to an emulator that runs inside the test."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tenantry.emulator import Emulator


def ask(emulator: Emulator, method: str, path: str, **options: Any) -> httpx.Response:
    """Return the answer."""

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url=emulator.base_url) as client:
            return await client.request(method, path, **options)

    return asyncio.run(go())
