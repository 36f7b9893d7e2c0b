"""What a plan needs before it is made, and what an apply of it does: sections, secrets, scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tenantry.model.kind import Kind
from tenantry.model.marks import IMMUTABLE, Once
from tenantry.model.secret import LiveSecret, PlainSecret, secrets_in, sources
from tenantry.model.state import DesiredState, Resource
from tenantry.plan.types import Op, Step


def sections_to_read(desired: DesiredState, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the sections that must be read to plan this: the declared ones, and those that a change may have an effect on."""
    declared = desired.sections
    doomed = desired.manage.prune | {
        address.section for address, resource in desired.resources.items() if _may_go(resource, kinds[address.section])
    }
    lost = {cascade.section for section in doomed for cascade in kinds[section].cascades}
    switches = {effect.switch[0] for section in declared for effect in kinds[section].attaches if effect.section in declared}
    return declared | lost | switches


def _may_go(resource: Resource, kind: Kind) -> bool:
    """Return whether a live resource may be deleted: it must be absent, or declares what cannot be changed.

    Whatever is found by its key has that already.
    """
    lifecycle = resource.lifecycle
    found_by = frozenset() if lifecycle.id or lifecycle.renamed_from else frozenset(kind.key)
    once = kind.shape.holding(Once)
    fixed = (name for name in (once.keys() & resource.fields.keys()) - found_by if once[name].has(IMMUTABLE))
    return lifecycle.absent or (lifecycle.managed and any(fixed))


def secrets_to_fetch(ordered: Iterable[Step]) -> tuple[str, ...]:
    """Return the names of the secrets that an apply must fetch: the tenant's own and those in plain it has."""
    found = {
        source.name
        for step in ordered
        for secret in secrets_in(step.call.body)
        if not isinstance(secret, LiveSecret | PlainSecret)
        for source in sources(secret)
    }
    return tuple(sorted(found))


def scopes(ordered: Iterable[Step], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the scopes that the calls need."""
    return frozenset(scope for step in ordered for scope in _scopes(step.op, kinds[step.address.section]))


def _scopes(op: Op, kind: Kind) -> Iterable[str]:
    """Return the scopes that one call needs."""
    match op:
        case Op.CREATE:
            return kind.scopes.create
        case Op.DELETE:
            return kind.scopes.delete
        case Op.FINISH if kind.finish:
            return kind.finish.scopes
        case Op.ATTACH:
            return [scope for part in kind.parts for scope in part.scopes.create or part.scopes.update]
        case Op.DETACH:
            return [scope for part in kind.parts for scope in part.scopes.delete or part.scopes.update]
        case _:
            return kind.scopes.update
