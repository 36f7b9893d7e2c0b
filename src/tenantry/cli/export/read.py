"""Reads all of a tenant, for an export."""

from __future__ import annotations

from dataclasses import replace

from tenantry import live
from tenantry.cli.progress import progress
from tenantry.cli.tenants import Tenant
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.errors import IncompleteRead
from tenantry.model.kind import Identity, Kind
from tenantry.model.state import LiveState, Resource


async def everything(tenant: Tenant) -> LiveState:
    """Return every resource of every kind with all its parts."""
    with progress(f"reading {tenant.name}"):
        named = {kind.section: await _named(tenant, kind) for kind in KINDS.values() if kind.identity is Identity.BY_HANDLE}
        return await live.read(tenant.client, KINDS, replace(live.EVERYTHING, resources=named), KINDS)


def whole(live: LiveState) -> LiveState:
    """Return the tenant when all of it was listed.

    Raises: IncompleteRead
    """
    if live.truncated:
        raise IncompleteRead(
            f"the tenant has more {', '.join(sorted(live.truncated))} than it lists, so it cannot be exported whole; "
            "nothing was written"
        )
    return live


async def _named(tenant: Tenant, kind: Kind) -> tuple[Resource, ...]:
    """Return the resources that always exist, which the collection around them names."""
    collection = kind.path[: kind.path.index("{id}")]
    body = await tenant.client.get(collection)
    ids = dict.fromkeys(str(item["id"]) for item in body[collection[-1]])
    return tuple(Resource(Address(kind.section, id_), {}) for id_ in ids)
