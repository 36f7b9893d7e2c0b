"""Is the tenant still what the plan was made from? Judged per change, before the first write and again before each.

A value may lie anywhere between its pre-image and its post-image: a run that was killed leaves such values behind, and
running the same plan again finishes the job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tenantry.model.address import Address
from tenantry.model.call import placeholders
from tenantry.model.kind import Kind
from tenantry.model.marks import Ref
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.state import LiveResource, LiveState
from tenantry.model.values import ABSENT, is_empty
from tenantry.plan.compare import How, by_key, same
from tenantry.plan.images import departures, image, overlaid, shortcomings
from tenantry.plan.match import natural_key
from tenantry.plan.names import Names
from tenantry.plan.nodes import kept
from tenantry.plan.types import PRUNED, Action, Change, Plan, Step
from tenantry.plan.view import view

BLIND = How(blind=True)


class Verdict(StrEnum):
    """What is to be done about a change."""

    TO_DO = "to do"
    DONE = "already done"
    STALE = "stale"


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
        found = index.by_id.get((address.section, id_))
        names.add(address, id_, found.data if found else {})
    names.forget(change.address for change in plan.changes if change.action is Action.REPLACE)
    for change in plan.changes:
        if change.action in {Action.CREATE, Action.REPLACE}:
            if twin := index.made_since(change):
                names.add(change.address, twin.id, twin.data)
            elif change.post:
                names.declare(change.address, change.post)
    return names


def settled(change: Change, held: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resource without what the server did to its open lists because this plan creates and deletes."""
    pre = change.pre or {}
    as_they_were = {
        name: [*(item for item in held[name] if item not in moving), *(item for item in pre.get(name) or () if item in moving)]
        for name, moving in change.tolerates.items()
        if isinstance(held.get(name), list)
    }
    return {**held, **as_they_were}


def judge(change: Change, steps: Sequence[Step], kind: Kind, held: Mapping[str, Any] | None) -> tuple[Verdict, str]:
    """Return the verdict on one change and its steps, given the resource in declared form (None: not there), and why."""
    if held is None:
        return _judge_absent(change)
    held = settled(change, held)
    if change.action is Action.CREATE:
        return _judge_created(change, kind, held, "created")
    if change.action in {Action.DELETE, Action.REPLACE}:
        return _judge_doomed(change, kind, held)
    verdict, reason = _judge_update(change, kind, held)
    if verdict is Verdict.DONE and any(_brings_secret(step.call.body, held) for step in steps):
        return Verdict.TO_DO, ""  # images hold no secrets, so that they agree proves nothing about them
    return verdict, reason


def _judge_doomed(change: Change, kind: Kind, held: Mapping[str, Any]) -> tuple[Verdict, str]:
    """Return the verdict on a delete, or on the delete in a replacement: nothing goes that was not there to be seen."""
    seen = {**dict.fromkeys(image(held, kind), ABSENT), **(change.pre or {})}
    wrong = [
        name
        for name in departures(kind, held, seen)
        # What hung on it may have gone before it, by this very run.
        if name not in kind.part_fields or not _is_less(held.get(name), seen[name])
    ]
    if wrong:
        return Verdict.STALE, f"{', '.join(wrong)} changed since the plan was made"
    return Verdict.TO_DO, ""


def _is_less(held: Any, pre: Any) -> bool:
    """Return whether a value holds nothing that it did not hold before."""
    if isinstance(held, dict) and isinstance(pre, dict):
        return all(name in pre and _is_less(item, pre[name]) for name, item in held.items())
    if isinstance(held, list) and isinstance(pre, list):
        return all(item in pre for item in held)
    return is_empty(held) or bool(held == pre)


def _brings_secret(sent: Any, held: Any) -> bool:
    """Return whether a call carries a secret that the resource does not show to hold already."""
    if isinstance(sent, Secret):
        is_shown = isinstance(held, Secret) and held.is_available and sent.matches(held.reveal())
        return not isinstance(sent, LiveSecret) and not is_shown
    if isinstance(sent, Mapping):
        inner = held if isinstance(held, Mapping) else {}
        return any(_brings_secret(item, inner.get(name)) for name, item in sent.items())
    return isinstance(sent, list | tuple) and any(_brings_secret(item, None) for item in sent)


def _judge_absent(change: Change) -> tuple[Verdict, str]:
    """Return the verdict on a change of something that the tenant does not hold."""
    if change.action is Action.DELETE:
        return Verdict.DONE, "it is gone already"
    if change.action in {Action.CREATE, Action.REPLACE}:
        return Verdict.TO_DO, ""
    return Verdict.STALE, "it was deleted since the plan was made"


def _judge_created(change: Change, kind: Kind, held: Mapping[str, Any], verb: str) -> tuple[Verdict, str]:
    """Return the verdict on a create whose resource is there by now: whole, or begun by a run that ended too early."""
    wrong = shortcomings(kind, held, change.post or {})
    if not wrong:
        return Verdict.DONE, f"it was {verb} meanwhile, just so"
    if all(_is_begun(name, kind, held, change.post or {}) for name in wrong):
        return Verdict.TO_DO, ""
    return Verdict.STALE, f"it was {verb} meanwhile, with another {', '.join(wrong)}"


def _is_begun(name: str, kind: Kind, held: Mapping[str, Any], post: Mapping[str, Any]) -> bool:
    """Return whether a member comes after the create call, and holds nothing yet but what belongs there."""
    if kind.finish and name == kind.finish.flag:
        return True
    return name in kind.part_fields and lies_between(
        held.get(name, ABSENT), ABSENT, post[name], kind.shape.members.get(name, FREE)
    )


def _judge_update(change: Change, kind: Kind, held: Mapping[str, Any]) -> tuple[Verdict, str]:
    """Return the verdict on an update, member by member."""
    pre, post = change.pre or {}, change.post or {}
    flag = kind.finish.flag if kind.finish else None
    wrong = [
        name
        for name in post
        if name != flag
        and not lies_between(held.get(name, ABSENT), pre.get(name, ABSENT), post[name], kind.shape.members.get(name, FREE))
    ]
    if wrong:
        return Verdict.STALE, f"{', '.join(wrong)} changed since the plan was made"
    is_finished = flag is None or bool(held.get(flag))
    if is_finished and not shortcomings(kind, held, post):
        return Verdict.DONE, "the tenant holds it already"
    return Verdict.TO_DO, ""


def lies_between(held: Any, pre: Any, post: Any, shape: Shape) -> bool:
    """Return whether a value is the one before, the one after, or a mixture that a half-finished change leaves behind."""
    if same(held, pre, shape, BLIND) or same(held, overlaid(post, held, shape), shape, BLIND):
        return True
    if shape.form is Form.SET:
        now, before, after = ({str(item) for item in value or ()} for value in (held, pre, post))
        return before & after <= now <= before | after
    if shape.form is Form.ORDERED and shape.mark(Ref):
        return bool(held == kept(pre, post))
    if shape.form is Form.KEYED:
        now_by, before_by, after_by = (by_key(value or (), shape) for value in (held, pre, post))
        return _mixture(now_by, before_by, after_by, shape)
    if shape.form in {Form.MAP, Form.OBJECT} and all(is_empty(v) or isinstance(v, dict) for v in (held, pre, post)):
        return _mixture(held or {}, pre or {}, post or {}, shape)
    return False


def _mixture(held: Mapping[Any, Any], pre: Mapping[Any, Any], post: Mapping[Any, Any], shape: Shape) -> bool:
    """Return whether every member lies between; members that neither image names do not belong to the change."""
    return all(
        lies_between(
            held.get(name, ABSENT),
            pre.get(name, ABSENT),
            post.get(name, ABSENT),
            shape.members.get(name) or shape.item or FREE,
        )
        for name in {**held, **pre, **post}
    )


def _rule(change: Change, plan: Plan, index: _Index, names: Names) -> Ruling:
    """Return the ruling on one change."""
    kind = index.kinds[change.address.section]
    found = index.by_id.get((kind.section, change.id)) if change.id else None
    if found is None and change.action in {Action.CREATE, Action.REPLACE}:
        found = index.made_since(change)
        if found and change.action is Action.REPLACE:
            return _rule_replaced(change, found, kind, names)
    if found and (other := _in_the_way(change, plan, index)):
        reason = f"the tenant has another {kind.noun} of the new name by now, {other.id}"
        return Ruling(change.address, Verdict.STALE, reason, found.id)
    held = view(kind, found, names, _unchecked(change, kind)) if found else None
    steps = plan.steps_of(change.address)
    verdict, reason = judge(change, steps, kind, held)
    if verdict is Verdict.DONE and _awaits(steps, names):
        verdict, reason = Verdict.TO_DO, ""
    return Ruling(change.address, verdict, reason, found.id if found else None)


def _in_the_way(change: Change, plan: Plan, index: _Index) -> LiveResource | None:
    """Return what holds the key that a change gives to its own resource, where the tenant knows each key once."""
    kind, post = index.kinds[change.address.section], change.post or {}
    if change.action not in {Action.UPDATE, Action.REPLACE} or not kind.is_unique or not post.keys() & set(kind.key):
        return None
    moving = {each.id for each in plan.changes if each.action is not Action.UPDATE or (each.post or {}).keys() & set(kind.key)}
    return next((each for each in index.by_key(change) if each.id not in {change.id, *moving}), None)


def _awaits(steps: Sequence[Step], names: Names) -> bool:
    """Return whether a call takes away what the server will join, once it is created: until then it only seems to be gone."""
    return any(names.id_of(each.address) is None for step in steps for each in placeholders(step.call.body))


def _rule_replaced(change: Change, found: LiveResource, kind: Kind, names: Names) -> Ruling:
    """Return the ruling on a replacement whose old resource is gone and whose new one is there."""
    verdict, reason = _judge_created(change, kind, view(kind, found, names, _unchecked(change, kind)), "replaced")
    return Ruling(change.address, verdict, reason, found.id)


def _unchecked(change: Change, kind: Kind) -> frozenset[str]:
    """Return the members of a change's images that the Spec does not know."""
    return frozenset({**(change.pre or {}), **(change.post or {})}) - set(kind.shape.members)


class _Index:
    """Finds live resources by id, and by the natural key that a change gives to its own."""

    def __init__(self, plan: Plan, live: LiveState, kinds: Mapping[str, Kind], names: Names) -> None:
        self.live = live
        self.kinds = kinds
        self.names = names
        self.by_id = {(section, each.id): each for section, found in live.resources.items() for each in found}
        self.keyed: dict[str, dict[str, list[LiveResource]]] = {}
        self.known = {(change.address.section, change.id) for change in plan.changes}
        self.known |= {(address.section, id_) for address, id_ in plan.ids.items()}

    def by_key(self, change: Change) -> Sequence[LiveResource]:
        """Return the live resources with the natural key of the change's post-image."""
        kind = self.kinds[change.address.section]
        if kind.section not in self.keyed:
            keyed = self.keyed.setdefault(kind.section, {})
            for each in self.live.of(kind.section):
                keyed.setdefault(_hashable(natural_key(kind, view(kind, each, self.names))), []).append(each)
        return self.keyed[kind.section].get(_hashable(natural_key(kind, change.post or {})), ())

    def made_since(self, change: Change) -> LiveResource | None:
        """Return what has the key by now; what the plan knows by its id only gives that key up."""
        fresh = (each for each in self.by_key(change) if (each.section, each.id) not in self.known)
        return next(fresh, None)


def _hashable(key: tuple[Any, ...]) -> str:
    return repr([str(part) if isinstance(part, str) else part for part in key])
