"""One emulated tenant, reached in two ways: by the tool, and by plain HTTP that knows nothing of the tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tenantry.apply import Outcome, apply
from tenantry.emulator import Emulator
from tenantry.live import read, wanted
from tenantry.management.client import ManagementClient
from tenantry.management.credentials import ClientSecret
from tenantry.model.kind import Kind
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan import Op, Options, Plan, plan, sections_to_read
from tests.laws.snapshot import Snapshot, asked, snapshot
from tests.laws.worlds import OLDER


@dataclass
class Tenant:
    """A tenant with two doors: the tool's, and one that knows nothing of it; ``kinds`` is what the tool has heard of."""

    client: ManagementClient
    http: httpx.AsyncClient
    kinds: Mapping[str, Kind] = field(default_factory=lambda: OLDER)

    async def held(self) -> Snapshot:
        """Return everything that the tenant holds, as its HTTP API tells it."""
        return await snapshot(self.http)

    async def get(self, path: str) -> Any:
        """Return the body of a GET below /api/v2; missing things are None."""
        return await asked(self.http, path)

    async def live(self, desired: DesiredState) -> LiveState:
        """Return the tenant as the tool reads it."""
        return await read(self.client, self.kinds, wanted(desired), sections_to_read(desired, self.kinds))

    async def plan(self, desired: DesiredState, options: Options | None = None) -> Plan:
        """Return a plan against the tenant as it is."""
        return plan(desired, await self.live(desired), self.kinds, options)

    async def apply(self, desired: DesiredState, options: Options | None = None) -> tuple[Plan, Outcome]:
        """Carry a fresh plan out, whatever its guards say."""
        live = await self.live(desired)
        made = plan(desired, live, self.kinds, options)
        return made, await apply(made, live, self.client, self.kinds)

    async def writes(self) -> Counter[str]:
        """Return the writes that the tenant itself has counted, by what they were."""
        requests = (await self.http.get("/_emulator/stats")).json()["requests"]
        return Counter({name: count for name, count in requests.items() if not name.startswith("GET")})

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """Change something by hand."""
        answer = await self.http.request(method, f"/api/v2/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@asynccontextmanager
async def fresh_tenant() -> AsyncIterator[Tenant]:
    """Yield a tenant that nobody has touched."""
    emulator = Emulator("laws")
    transport = httpx.ASGITransport(emulator.app)
    secret = Secret.of("secret", emulator.management_client_secret)
    form = {
        "grant_type": "client_credentials",
        "client_id": emulator.management_client_id,
        "client_secret": emulator.management_client_secret,
        "audience": f"{emulator.base_url}/api/v2/",
    }
    async with (
        ManagementClient(emulator.base_url, ClientSecret(emulator.management_client_id, secret), transport=transport) as client,
        httpx.AsyncClient(transport=transport, base_url=emulator.base_url) as http,
    ):
        token = (await http.post("/oauth/token", data=form)).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield Tenant(client, http)
    emulator.close()


def announced(made: Plan, written: Mapping[str, int]) -> int:
    """Return how many writes a plan announced, less the deploys that turned out needless: a new name needs none."""
    deploys = sum(count for path, count in written.items() if path.endswith("/deploy"))
    finishes = [step for step in made.steps if step.op is Op.FINISH]
    assert deploys <= len(finishes)
    return len(made.steps) - len(finishes) + deploys
