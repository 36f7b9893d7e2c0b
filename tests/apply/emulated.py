"""An emulated tenant, and the way from a declaration to its state; what it holds is asked of its own HTTP API."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tenantry.apply import Outcome, apply, sections_of, touched
from tenantry.emulator import Emulator
from tenantry.kinds import KINDS
from tenantry.live import read, wanted
from tenantry.management import ClientSecret, ManagementClient
from tenantry.model.kind import Kind
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan import Allowances, Options, Plan, plan, sections_to_read
from tests.declared import declare

T = TypeVar("T")
Kinds = Mapping[str, Kind]
ALL_FLAGS = frozenset({"--allow-replace", "--allow-user-loss"})


class Meddler(httpx.ASGITransport):
    """A way to the tenant on which somebody else acts right after the first request that fits."""

    def __init__(
        self, acme: Acme, method: str, path: str, act: Callable[[], Awaitable[object]], *, first: bool = False
    ) -> None:
        super().__init__(app=acme.emulator.app)
        self.method, self.path, self.act, self.first, self.is_open = method, path, act, first, True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fits = self.is_open and request.method == self.method and request.url.path.startswith(f"/api/v2/{self.path}")
        self.is_open = self.is_open and not fits
        if fits and self.first:
            await self.act()
        response = await super().handle_async_request(request)
        if fits and not self.first:
            await self.act()
        return response


@dataclass
class Acme:
    """One emulated tenant, its clients, how long they would have slept, and the kinds that the tool knows."""

    emulator: Emulator = field(default_factory=lambda: Emulator("acme"))
    slept: list[float] = field(default_factory=list)
    token: str = ""
    kinds: Kinds = field(default_factory=lambda: KINDS)

    @property
    def base(self) -> str:
        return self.emulator.base_url

    def client(self, **options: Any) -> ManagementClient:
        credentials = ClientSecret(
            self.emulator.management_client_id, Secret.of("EMULATOR", self.emulator.management_client_secret)
        )
        transport = options.pop("transport", None) or httpx.ASGITransport(app=self.emulator.app)
        return ManagementClient(
            self.base,
            credentials,
            transport=transport,
            sleep=self.sleep,
            clock=lambda: time.time() + sum(self.slept),
            **options,
        )

    async def sleep(self, seconds: float) -> None:
        """Note the pause and let others run; a short real pause lets the emulator's own delays pass."""
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.002))

    def do(self, work: Callable[[ManagementClient], Awaitable[T]], **options: Any) -> T:
        """Return what some work with a client gives."""

        async def within() -> T:
            async with self.client(**options) as client:
                return await work(client)

        return asyncio.run(within())

    def in_real_time(self, work: Callable[[ManagementClient], Awaitable[T]], **options: Any) -> T:
        """Return what some work with a client gives that really waits when it has to."""
        credentials = ClientSecret(
            self.emulator.management_client_id, Secret.of("EMULATOR", self.emulator.management_client_secret)
        )

        async def within() -> T:
            transport = httpx.ASGITransport(app=self.emulator.app)
            async with ManagementClient(self.base, credentials, transport=transport, **options) as client:
                return await work(client)

        return asyncio.run(within())

    def live(self, desired: DesiredState) -> LiveState:
        return self.do(lambda client: live(client, desired, self.kinds))

    def plan(self, desired: DesiredState) -> Plan:
        return planned(desired, self.live(desired), self.kinds)

    def up(self, desired: DesiredState, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> Outcome:
        """Plan and apply, as the command line does."""
        return self.do(lambda client: up(client, desired, self.kinds, **options), transport=transport)

    def up_if_allowed(
        self, desired: DesiredState, transport: httpx.AsyncBaseTransport | None = None, **options: Any
    ) -> Outcome | None:
        """Plan and apply unless a guard refuses the plan; then return None."""

        async def work(client: ManagementClient) -> Outcome | None:
            held = await live(client, desired, self.kinds)
            made = planned(desired, held, self.kinds)
            return None if made.guards else await apply(made, held, client, self.kinds, **options)

        return self.do(work, transport=transport)

    def apply(self, saved: Plan, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> Outcome:
        """Apply a saved plan to the tenant as it is now."""

        async def work(client: ManagementClient) -> Outcome:
            now = await read(client, self.kinds, wanted(touched(saved)), sections_of(saved, self.kinds))
            return await apply(saved, now, client, self.kinds, **options)

        return self.do(work, transport=transport)

    # -- what the tenant really holds, asked without any of the code under test --

    async def asked(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of the tenant's HTTP API to somebody else."""
        transport = httpx.ASGITransport(app=self.emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.base) as http:
            self.token = self.token or await self.granted(http)
            headers = {"authorization": f"Bearer {self.token}"}
            answer = await http.request(method, f"/api/v2/{path}", json=body, headers=headers)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None

    async def granted(self, http: httpx.AsyncClient) -> str:
        """Return a Management API token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.emulator.management_client_id,
            "client_secret": self.emulator.management_client_secret,
            "audience": f"{self.base}/api/v2/",
        }
        answer = await http.post("/oauth/token", data=form)
        assert answer.is_success, answer.text
        return str(answer.json()["access_token"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of the tenant's HTTP API to somebody else."""
        return asyncio.run(self.asked(method, path, body))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer of one of the emulator's control endpoints."""

        self.token = ""

        async def within() -> Any:
            transport = httpx.ASGITransport(app=self.emulator.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as http:
                answer = await http.request(method, f"/_emulator/{path}", json=body)
                assert answer.is_success, answer.text
                return answer.json() if answer.content else None

        return asyncio.run(within())

    @contextmanager
    def faults(self, *rules: dict[str, Any], seed: int = 1) -> Iterator[None]:
        """Let these faults happen for a while."""
        self.control("PUT", "faults", {"seed": seed, "rules": list(rules)})
        try:
            yield
        finally:
            self.control("PUT", "faults", {"seed": seed, "rules": []})

    def writes(self) -> dict[str, int]:
        """Return the writes that the tenant counted since the last time."""
        found = self.control("GET", "stats")["requests"]
        self.control("DELETE", "stats")
        return {name: count for name, count in found.items() if not name.startswith("GET")}

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return all applications of a name."""
        return [client for client in self.ask("GET", "clients?per_page=100") if client["name"] == name]


async def live(client: ManagementClient, desired: DesiredState, kinds: Kinds = KINDS) -> LiveState:
    return await read(client, kinds, wanted(desired), sections_to_read(desired, kinds))


def planned(desired: DesiredState, held: LiveState, kinds: Kinds = KINDS) -> Plan:
    return plan(desired, held, kinds, Options(Allowances(ALL_FLAGS, 100)))


async def up(client: ManagementClient, desired: DesiredState, kinds: Kinds = KINDS, **options: Any) -> Outcome:
    held = await live(client, desired, kinds)
    return await apply(planned(desired, held, kinds), held, client, kinds, **options)


__all__ = ["Acme", "Meddler", "declare", "live", "planned", "up"]
