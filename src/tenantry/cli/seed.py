"""Fills an emulator, before it is served, with what a tenant file declares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tenantry import apply as applying
from tenantry.cli.credentials import pins
from tenantry.cli.emulated_users import welcome
from tenantry.cli.intent import Wanted
from tenantry.cli.loading import Loading, manageable
from tenantry.cli.planning import planned
from tenantry.cli.tenants import over
from tenantry.desired import TenantFile
from tenantry.emulator import Emulator
from tenantry.kinds import KINDS
from tenantry.model.errors import TenantryError

Prepare = Callable[[Emulator], None]


def seeding(path: Path, loading: Loading) -> tuple[Mapping[str, Mapping[str, str]], Prepare]:
    """Return the fixed credentials of a tenant file, and what fills an emulator with the rest of it.

    Raises: ConfigErrors with all mistakes of the file.
    """
    [file] = manageable(replace(loading, only_one="an emulator serves one tenant; name one file").files([path]))
    fixed = pins(file, file.tenant.emulator) if file.tenant.emulator else {}
    return fixed, lambda emulator: asyncio.run(fill(file, emulator))


async def fill(file: TenantFile, emulator: Emulator) -> None:
    """Apply the file to the emulator and make its users.

    Raises: TenantryError when something could not be applied.
    """
    async with over(file, emulator) as tenant:
        made, found = await planned(tenant, Wanted())
        outcome = await applying.apply(made, found, tenant.client, KINDS)
        if not outcome.is_complete:
            reasons = "".join(f"\n  {failed.address}: {failed.message}" for failed in outcome.failed)
            raise TenantryError(f"the emulator could not be filled from {file.path.name}:{reasons}")
        made, _ = await planned(tenant, Wanted())
        await welcome(tenant, made)
