"""Why the tenant does not delete something: asked only once it has refused, for no plan reads what no file speaks of."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tenantry.apply.run import Run
from tenantry.management.resources import read_resource
from tenantry.model.errors import ApiError, TenantryError
from tenantry.plan import Change, bindings
from tenantry.plan.compare import by_key


async def explained(run: Run, change: Change, refusal: ApiError) -> ApiError:
    """Return the refusal of a delete with what is still bound to the resource, and what to do about it."""
    try:
        holders = [holder async for holder in _holders(run, change)]
    except TenantryError:  # the refusal itself tells more than that nobody knows why
        holders = []
    if not holders:
        return refusal
    message = f"{refusal.message} It is still bound to {', '.join(holders)}: take it out there, or declare that without it"
    return ApiError(message, **refusal.asked)


async def _holders(run: Run, change: Change) -> AsyncIterator[str]:
    """Yield the addresses of what is bound to a resource, among those that it says it may be bound to."""
    kind = run.kind(change.address)
    for binding in bindings(kind.section, run.kinds):
        for handle in by_key((change.pre or {}).get(binding.served), kind.shape.members[binding.served]):
            found = await read_resource(run.client, binding.kind, handle)
            if found and binding.holds(found, change.id or ""):
                yield f"{binding.kind.section}.{handle}"
