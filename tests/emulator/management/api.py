"""Calls the Management API of a fresh tenant in the test's own process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from tenantry.emulator.management.front import PREFIX, ManagementApi
from tenantry.emulator.management.scopes import management_scopes
from tenantry.emulator.management.seeding import seed
from tenantry.emulator.oauth import keys
from tenantry.emulator.oauth.bearer import Distrusted
from tenantry.emulator.store import Store
from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID, Tenant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.requests import Request

BASE = "http://tenant.test"
GOOD = {"Authorization": "Bearer a.good.token"}
MINE = {"enabled_clients": [MANAGEMENT_CLIENT_ID]}
"""Lets the application that calls create users in a connection."""


class Api:
    """The API of one tenant; `scopes` are what the next calls' token holds."""

    def __init__(self, data: Path | None = None) -> None:
        self.tenant = Tenant("dev", store=Store(data), seeds=(seed, keys.seed))
        self.tenant.seed()
        self.scopes = " ".join(management_scopes())
        self.verify: Any = self._verify
        api = ManagementApi(self.tenant, self._ask)
        self._app = Starlette(routes=[Mount(PREFIX, app=api)])

    def _ask(self, tenant: Tenant, request: Request) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = self.verify(tenant, request)
        return claims

    def _verify(self, _tenant: Tenant, request: Request) -> Mapping[str, Any]:
        if request.headers["authorization"] != GOOD["Authorization"]:
            raise Distrusted("Invalid token")
        return {"scope": self.scopes, "azp": MANAGEMENT_CLIENT_ID}

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, PREFIX + path, **{"headers": GOOD, **options})

        return asyncio.run(once())

    def call(self, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        response = self.send(method, path, **({} if body is None else {"json": body}))
        if status is not None:
            assert response.status_code == status, response.text
        else:
            assert response.is_success, response.text
        return response.json() if response.content else None

    def get(self, path: str, status: int | None = None) -> Any:
        return self.call("GET", path, status=status)

    def post(self, path: str, body: Any = None, status: int | None = None) -> Any:
        return self.call("POST", path, body, status=status)

    def patch(self, path: str, body: Any, status: int | None = None) -> Any:
        return self.call("PATCH", path, body, status=status)

    def put(self, path: str, body: Any, status: int | None = None) -> Any:
        return self.call("PUT", path, body, status=status)

    def delete(self, path: str, body: Any = None, status: int | None = None) -> Any:
        return self.call("DELETE", path, body, status=status)
