"""Whom a run asks, and the bracket around it: the wire is closed and the run's users are gone, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tenantry.model.smoke import SmokeConfig
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.lending.borrow import Borrow
from tenantry.smoke.lending.people import People
from tenantry.smoke.login.ways import Way
from tenantry.smoke.redact import Vault
from tenantry.smoke.tenant import Tenant
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire

PATIENCE_EMULATED_S, PATIENCE_S = 5.0, 65.0
"""The longest wait for a rate limit; Auth0 counts some requests by the minute."""


@dataclass(frozen=True)
class Asking:
    """What is declared, and the way to the tenant; ``issuer`` and ``management_audience`` follow from ``base_url``."""

    config: SmokeConfig
    configuration: Configuration
    base_url: str
    borrow: Borrow
    issuer: str | None = None
    management_audience: str | None = None
    transport: httpx.AsyncBaseTransport | None = None
    timing: Timing = field(default_factory=Timing)
    user_agent: str = "tenantry-smoke"
    way: Way = field(default_factory=Way)

    def tenant(self, vault: Vault, people: People, wire: Wire) -> Tenant:
        """Return the tenant as the flows of one run share it."""
        return Tenant(
            wire=wire,
            configuration=self.configuration,
            config=self.config,
            borrow=self.borrow,
            people=people,
            vault=vault,
            timing=self.timing,
            issuer=self.issuer or f"{wire.base_url}/",
            management_audience=self.management_audience or f"{wire.base_url}/api/v2/",
            way=self.way,
        )


@asynccontextmanager
async def going(asking: Asking, notes: list[str]) -> AsyncIterator[Tenant]:
    """Give the tenant for as long as a run lasts; ``notes`` gets a sentence for whatever could not be tidied up."""
    vault, run_id, is_emulated = Vault(), secrets.token_hex(4), asking.configuration.is_emulated
    wire = Wire(
        asking.base_url,
        vault,
        asking.timing,
        transport=asking.transport,
        user_agent=f"{asking.user_agent} ({run_id})",
        longest_wait_s=PATIENCE_EMULATED_S if is_emulated else PATIENCE_S,
        paced=not is_emulated,
        per_window={} if asking.configuration.is_foreign else None,
    )
    people = People(asking.borrow, vault, asking.timing, run_id)
    async with wire, _cancelled_by_sigterm(), _people_leave(people, notes):
        yield asking.tenant(vault, people, wire)


@asynccontextmanager
async def _people_leave(people: People, notes: list[str]) -> AsyncIterator[None]:
    """Remove the run's users however it ends."""
    try:
        yield
    finally:
        leaving = asyncio.ensure_future(people.leave())
        try:
            notes += await asyncio.shield(leaving)
        except asyncio.CancelledError:
            await leaving
            raise


@asynccontextmanager
async def _cancelled_by_sigterm() -> AsyncIterator[None]:
    """Let a request to terminate end the run in good order; where signals cannot be had, nothing changes."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGTERM, task.cancel if task else loop.stop)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGTERM)
