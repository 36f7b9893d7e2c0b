"""What must be read of a tenant to know whether a saved plan still fits it."""

from __future__ import annotations

from collections.abc import Mapping

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.state import DesiredState, Lifecycle, Resource
from tenantry.plan.types import Action, Change, Plan


def touched(plan: Plan) -> DesiredState:
    """Return the plan's changes as if they were declared, so that reading finds them and their parts."""
    return DesiredState(plan.tenant, {change.address: _resource(change) for change in plan.changes})


def sections_of(plan: Plan, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the sections that the plan changes or refers to, or that the server may delete something of."""
    addresses: set[Address] = {change.address for change in plan.changes} | set(plan.ids)
    doomed = {change.address.section for change in plan.changes if change.action.destroys}
    along = {cascade.section for section in doomed for cascade in kinds[section].cascades}
    return frozenset(along | {address.section for address in addresses})


def _resource(change: Change) -> Resource:
    """Return a declaration of the resource that a change is about: by id if it had one, else by what it would be."""
    by_id = change.id if change.action in {Action.UPDATE, Action.DELETE} else None
    return Resource(change.address, change.members, Lifecycle(id=by_id))
