"""The verdict on one change: its resource is what the plan was made from, or what the plan makes of it, or neither.

A value may lie anywhere between its pre-image and its post-image: a run that was killed leaves such values behind, and
running the same plan again finishes the job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from tenantry.model.kind import Kind
from tenantry.model.marks import Ref, Sensitive
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import is_empty
from tenantry.plan.compare import How, by_key, same
from tenantry.plan.images import departures, image, overlaid, shortcomings
from tenantry.plan.nodes import kept
from tenantry.plan.types import Action, Change, Step

BLIND = How(blind=True)


class Verdict(StrEnum):
    """What is to be done about a change."""

    TO_DO = "to do"
    DONE = "already done"
    STALE = "stale"


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
        return judge_created(change, kind, held, "created")
    if change.action.destroys:
        return _judge_doomed(change, kind, held)
    verdict, reason = _judge_update(change, kind, held)
    if verdict is Verdict.DONE and any(_brings_secret(step.call.body, held) for step in steps):
        return Verdict.TO_DO, ""  # images hold no secrets, so that they agree proves nothing about them
    return verdict, reason


def _judge_doomed(change: Change, kind: Kind, held: Mapping[str, Any]) -> tuple[Verdict, str]:
    """Return the verdict on a delete, or on the delete in a replacement: nothing goes that was not there to be seen."""
    seen = {**dict.fromkeys(image(held, kind)), **(change.pre or {})}
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


def judge_created(change: Change, kind: Kind, held: Mapping[str, Any], verb: str) -> tuple[Verdict, str]:
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
    return name in kind.part_fields and lies_between(held.get(name), None, post[name], kind.shape.members.get(name, FREE))


def _judge_update(change: Change, kind: Kind, held: Mapping[str, Any]) -> tuple[Verdict, str]:
    """Return the verdict on an update, member by member."""
    pre, post = change.pre or {}, change.post or {}
    flag = _flag(kind)
    wrong = [
        name
        for name in post
        if name != flag and not lies_between(held.get(name), pre.get(name), post[name], kind.shape.members.get(name, FREE))
    ]
    if wrong:
        return Verdict.STALE, f"{', '.join(wrong)} changed since the plan was made"
    if _is_staged_by_another(change, kind, held):
        return Verdict.STALE, f"{flag} changed since the plan was made"
    is_finished = flag is None or bool(held.get(flag))
    if is_finished and not shortcomings(kind, held, post):
        return Verdict.DONE, "the tenant holds it already"
    return Verdict.TO_DO, ""


def _flag(kind: Kind) -> str | None:
    """Return the pseudo-field that tells whether a kind's staged work is done, None where a write is all there is."""
    return kind.finish.flag if kind.finish else None


def _is_staged_by_another(change: Change, kind: Kind, held: Mapping[str, Any]) -> bool:
    """Return whether work waits to be finished that this change has not begun: to finish it would let that pass unseen."""
    flag, post = _flag(kind), change.post or {}
    if flag is None or flag in post or held.get(flag):
        return False
    is_begun = not departures(kind, held, post) or departures(kind, held, {name: (change.pre or {}).get(name) for name in post})
    return not is_begun


def lies_between(held: Any, pre: Any, post: Any, shape: Shape) -> bool:
    """Return whether a value is the one before, the one after, or a mixture that a half-finished change leaves behind."""
    if same(held, pre, shape, BLIND) or same(held, overlaid(post, held, shape), shape, BLIND):
        return True
    if shape.mark(Sensitive):
        return False  # of secrets the images hold the names alone, and all names go in one call
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
            held.get(name),
            pre.get(name),
            post.get(name),
            shape.members.get(name) or shape.item or FREE,
        )
        for name in {**held, **pre, **post}
    )
