"""Tenants as a smoke run sees them: from outside, with what it may borrow from inside where there is a way in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tenantry import smoke
from tenantry.cli.emulated_users import welcome
from tenantry.cli.intent import Wanted
from tenantry.cli.planning import planned
from tenantry.cli.tenants import Tenant, opened
from tenantry.desired import TenantFile
from tenantry.model.smoke import Level
from tenantry.plan import Plan


@dataclass(frozen=True)
class Seen:
    """What is asked of a tenant's tokens; ``is_as_declared`` says whether it holds everything that its file declares."""

    file: TenantFile
    asking: smoke.Asking
    is_as_declared: bool = True

    @property
    def name(self) -> str:
        """Return what plans and reports call the tenant."""
        return self.file.state.tenant


def due(file: TenantFile, level: Level | None) -> smoke.Applicable:
    """Return what a smoke run would ask of the tenant of a file; the network is not touched."""
    block = file.tenant
    return smoke.applicable(file.smoke, file.state, emulated=block.is_emulated, foreign=bool(block.issuer), level=level)


def why_so_long(file: TenantFile, level: Level | None) -> str:
    """Return for what a smoke run lets minutes pass; empty where it does not, as an embedded tenant's clock is set forward."""
    waits = due(file, level).waiting if file.tenant.emulator is None else {}
    minutes = max(waits.values(), default=0) // 60
    return f"this takes {minutes} minutes at least, in which {', '.join(waits)} waits for what must expire" if waits else ""


@asynccontextmanager
async def seen(file: TenantFile) -> AsyncIterator[Seen]:
    """Give a tenant as it is now, or another provider, where there is nothing to read but the file."""
    if file.tenant.issuer:
        yield _from_the_file(file, file.tenant.issuer)
        return
    async with opened(file) as tenant:
        made, _ = await planned(tenant, Wanted())
        yield await seen_in(tenant, made)


async def seen_in(tenant: Tenant, made: Plan) -> Seen:
    """Return an open tenant with the users that its file wants it to have; ``made`` knows the ids of what is declared."""
    await welcome(tenant, made)
    caller = await tenant.client.caller()
    asking = smoke.Asking(
        tenant.file.smoke,
        smoke.Configuration(tenant.file.state, emulated=tenant.is_emulated),
        base_url=tenant.login_url,
        borrow=smoke.Lending(tenant.client, made.ids),
        management_audience=caller.api_identifier,
        transport=tenant.transport,
        timing=timing_of(tenant),
    )
    return Seen(tenant.file, asking, made.is_empty)


def timing_of(tenant: Tenant) -> smoke.Timing:
    """Return the time that a run goes by: an embedded tenant's is moved on where any other's is waited for."""
    if tenant.emulator is None:
        return smoke.Timing()
    clock = tenant.emulator.tenant.clock

    async def sleep(seconds: float) -> None:
        clock.offset_s += seconds

    return smoke.Timing(now=clock.now, sleep=sleep)


def _from_the_file(file: TenantFile, issuer: str) -> Seen:
    """Return another provider as the file describes it."""
    asking = smoke.Asking(
        file.smoke,
        smoke.Configuration(file.state, foreign=True),
        base_url=issuer,
        borrow=smoke.Stated(file.state),
        issuer=issuer,
    )
    return Seen(file, asking)
