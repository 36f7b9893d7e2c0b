"""Is the tenant still what the plan was made from? Each change is ruled on, its resource found by id or by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenantry.model.address import Address
from tenantry.model.call import placeholders
from tenantry.model.kind import Kind
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan.cascades import lost_along
from tenantry.plan.judge import Verdict, judge, judge_created
from tenantry.plan.names import Names
from tenantry.plan.types import PRUNED, Action, Change, Plan, Step
from tenantry.plan.view import view


@dataclass(frozen=True)
class Ruling:
    """The verdict on one change, why, and the id of the resource if the tenant holds it."""

    address: Address
    verdict: Verdict
    reason: str = ""
    id: str | None = None


def check(plan: Plan, live: LiveState, kinds: Mapping[str, Kind]) -> tuple[Ruling, ...]:
    """Return a ruling on every change of the plan, given the tenant as it is now."""
    names = names_of(plan, live, kinds)
    index = _Index(plan, live, kinds, names)
    return tuple(_rule(change, plan, index, names) for change in plan.changes)


def names_of(plan: Plan, live: LiveState, kinds: Mapping[str, Kind]) -> Names:
    """Return the names that a plan gives to live resources, so that they can be viewed as the planner saw them.

    What the plan would create may exist by now (a run was killed): it is found by its natural key, and named too.
    """
    names = Names()
    index = _Index(plan, live, kinds, names)
    names.build_in(live.caller.api_identifier, live.caller.issuer)
    pruned = {change.address for change in plan.changes if change.matched_by == PRUNED}  # the planner gave them no handles
    for address, id_ in plan.ids.items():
        if address in pruned:
            continue
        found = live.by_id.get((address.section, id_))
        names.add(address, id_, found.data if found else {})
    names.forget(change.address for change in plan.changes if change.action is Action.REPLACE)
    for change in plan.changes:
        if change.action in {Action.CREATE, Action.REPLACE}:
            if twin := index.made_since(change):
                names.add(change.address, twin.id, twin.data)
            elif change.post:
                names.declare(change.address, change.post)
    return names


def _rule(change: Change, plan: Plan, index: _Index, names: Names) -> Ruling:
    """Return the ruling on one change."""
    kind = index.kinds[change.address.section]
    found = index.live.by_id.get((kind.section, change.id)) if change.id else None
    if found is None and change.action in {Action.CREATE, Action.REPLACE}:
        found = index.made_since(change)
        if found and change.action is Action.REPLACE:
            return _rule_replaced(change, found, kind, names)
    if found and (other := _in_the_way(change, index)):
        reason = f"the tenant has another {kind.noun} of the new name by now, {other.id}"
        return Ruling(change.address, Verdict.STALE, reason, found.id)
    if found and change.action.destroys and (more := _unseen(change, found, index)):
        reason = f"{', '.join(more)} would go along with it, and the plan was made without knowing"
        return Ruling(change.address, Verdict.STALE, reason, found.id)
    held = view(kind, found, names, _unchecked(change, kind)) if found else None
    steps = plan.steps_of(change.address)
    verdict, reason = judge(change, steps, kind, held)
    if verdict is Verdict.DONE and _awaits(steps, names):
        verdict, reason = Verdict.TO_DO, ""
    return Ruling(change.address, verdict, reason, found.id if found else None)


def _in_the_way(change: Change, index: _Index) -> LiveResource | None:
    """Return what holds the key that a change gives to its own resource, where the tenant knows each key once."""
    kind = index.kinds[change.address.section]
    if change.action not in {Action.UPDATE, Action.REPLACE} or not kind.is_unique or not index.is_renamed(change):
        return None
    return next((each for each in index.by_key(change) if each.id != change.id and each.id not in index.moving), None)


def _unseen(change: Change, found: LiveResource, index: _Index) -> list[str]:
    """Return what the server would delete along with a live resource, and nobody who looked at the plan could see."""
    seen = {lost.id for lost in change.cascades}
    along = lost_along(index.kinds[found.section], found, index.live)
    return [f"{index.kinds[each.section].noun} {each.id}" for each in along if each.id not in seen]


def _awaits(steps: Sequence[Step], names: Names) -> bool:
    """Return whether a call takes away what the server will join, once it is created: until then it only seems to be gone."""
    return any(names.id_of(each.address) is None for step in steps for each in placeholders(step.call.body))


def _rule_replaced(change: Change, found: LiveResource, kind: Kind, names: Names) -> Ruling:
    """Return the ruling on a replacement whose old resource is gone and whose new one is there."""
    verdict, reason = judge_created(change, kind, view(kind, found, names, _unchecked(change, kind)), "replaced")
    return Ruling(change.address, verdict, reason, found.id)


def _unchecked(change: Change, kind: Kind) -> frozenset[str]:
    """Return the members of a change's images that the Spec does not know."""
    return frozenset(change.members) - set(kind.shape.members)


class _Index:
    """Finds live resources by the natural key that a change gives to its own."""

    def __init__(self, plan: Plan, live: LiveState, kinds: Mapping[str, Kind], names: Names) -> None:
        self.live = live
        self.kinds = kinds
        self.names = names
        self.keyed: dict[str, dict[str, list[LiveResource]]] = {}
        self.known = {(address.section, id_) for address, id_ in plan.ids.items()}
        self.moving = {change.id for change in plan.changes if change.action is not Action.UPDATE or self.is_renamed(change)}

    def is_renamed(self, change: Change) -> bool:
        """Return whether a change writes its resource's natural key."""
        return not (change.post or {}).keys().isdisjoint(self.kinds[change.address.section].key)

    def by_key(self, change: Change) -> Sequence[LiveResource]:
        """Return the live resources with the natural key of the change's post-image."""
        kind = self.kinds[change.address.section]
        if kind.section not in self.keyed:
            keyed = self.keyed.setdefault(kind.section, {})
            for each in self.live.of(kind.section):
                keyed.setdefault(repr(kind.natural_key(view(kind, each, self.names))), []).append(each)
        return self.keyed[kind.section].get(repr(kind.natural_key(change.post or {})), ())

    def made_since(self, change: Change) -> LiveResource | None:
        """Return what has the key by now; what the plan knows by its id only gives that key up."""
        fresh = (each for each in self.by_key(change) if (each.section, each.id) not in self.known)
        return next(fresh, None)
