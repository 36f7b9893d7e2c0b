"""Whether the tenant holds what is declared, and which flows a smoke run could therefore try."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from tenantry import smoke
from tenantry.cli.doctor.check import Check
from tenantry.cli.exits import code_of
from tenantry.cli.intent import Wanted
from tenantry.cli.planning import planned
from tenantry.cli.tenants import Tenant
from tenantry.model.address import Address
from tenantry.model.errors import TenantryError
from tenantry.plan import Action
from tenantry.render.clean import count


async def compared(tenant: Tenant) -> list[Check]:
    """Return whether a plan would be empty, and which flows could be tried in the tenant as it is."""
    try:
        made, _ = await planned(tenant, Wanted())
    except TenantryError as error:
        return [Check("as declared", "failed", str(error), code_of(error)), *_flows(tenant, None)]
    if made.is_empty:
        return [Check("as declared", "ok", "a plan finds nothing to change"), *_flows(tenant, frozenset())]
    changes = count(made.summary.changes, "change")
    missing = frozenset(change.address for change in made.changes if change.action is Action.CREATE)
    return [
        Check("as declared", "warning", f"{changes} not applied yet; `tenantry plan` shows what"),
        *_flows(tenant, missing),
    ]


def unread(tenant: Tenant) -> list[Check]:
    """Return which flows could be tried if the tenant held what they need, which the token may not look at."""
    unknown = Check("as declared", "warning", "not looked at: reading the tenant takes the scopes for plan")
    return [unknown, *_flows(tenant, None)]


def _flows(tenant: Tenant, missing: AbstractSet[Address] | None) -> Iterator[Check]:
    """Yield each flow that cannot be tried and what it lacks, and how many can; None: nobody knows what is missing."""
    found = smoke.applicable(tenant.file.smoke, tenant.file.state, emulated=tenant.is_emulated)
    tried = 0
    for flow in found.flows:
        absent = [str(address) for address in _needed(flow) if address in (missing or ())]
        if flow.missing:
            yield Check("smoke", "warning", f"{flow.handle}: {flow.missing}")
        elif absent:
            yield Check("smoke", "warning", f"{flow.handle}: the tenant has no {', '.join(absent)} yet; apply first")
        else:
            tried += 1
    for left in found.skipped:
        yield Check("smoke", "warning", f"{left.handle}: {left.reason}; add {left.line}")
    flows, assertions = count(len(found.flows), "flow"), count(len(found.asked), "assertion")
    if missing is None:
        yield Check("smoke", "warning", f"{tried} of {flows} can be tried if the tenant holds what they need")
    elif tried == len(found.flows):
        yield Check("smoke", "ok", f"{flows} can be tried, with {assertions}")
    else:
        yield Check("smoke", "warning", f"{tried} of {flows} can be tried")


def _needed(flow: smoke.Flow) -> Iterator[Address]:
    """Yield what must be in the tenant for a flow to be tried at all."""
    yield Address("applications", flow.application.handle)
    if flow.api:
        yield Address("apis", flow.api.handle)
    if flow.connection:
        yield Address("connections", flow.connection.handle)
    if flow.grant:
        yield Address("client_grants", flow.grant.handle)
    if flow.organization:
        yield Address("organizations", flow.organization)
    for role in (flow.user.roles if flow.user else None) or ():
        yield Address("roles", role)
