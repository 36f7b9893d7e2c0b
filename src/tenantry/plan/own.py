"""The tool's own application, what grants it access, and its place in lists: never deleted, never narrowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.marks import Ref, SignsIn
from tenantry.model.spec import FREE, Shape
from tenantry.model.state import LiveResource
from tenantry.plan.draft import Draft
from tenantry.plan.types import Action, Change, Effect, FieldChange, Guard

RULE = "own_application"


@dataclass(frozen=True)
class Touched:
    """What a run does to one live resource; ``before`` and ``after`` hold, in declared form, the members it changes."""

    kind: Kind
    address: Address
    name: str
    action: Action
    found: LiveResource
    fields: tuple[FieldChange, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @classmethod
    def by_draft(cls, made: Draft) -> Touched | None:
        """Return what a draft does, None if nothing to anything that is there."""
        if made.action is None or made.found is None:
            return None
        before = {name: made.known.get(name) for name in made.changed}
        return cls(made.kind, made.address, made.name, made.action, made.found, made.fields, before, made.target)

    @classmethod
    def by_change(cls, change: Change, kind: Kind, found: LiveResource | None) -> Touched | None:
        """Return what a change of a plan does, None if nothing to anything that is there."""
        if found is None:
            return None
        pre, post = change.pre or {}, change.post or {}
        return cls(kind, change.address, change.name, change.action, found, change.fields, pre, post)

    def shape(self, name: str) -> Shape:
        """Return the shape of a top-level field."""
        return self.kind.shape.members.get(name, FREE)


def own(touched: Touched | None, me: str, mine: frozenset[str]) -> Iterator[Guard]:
    """Yield why this must not be done by the client ``me``, which lists may name as any of ``mine``."""
    if touched is None or not me:
        return
    yield from _place(touched, mine)
    is_me = touched.found.id == me
    is_mine = any(touched.found.data.get(name) == me for name in touched.kind.key_refs)
    if not (is_me or is_mine):
        return
    if touched.action.destroys:
        whose = "the application tenantry itself uses" if is_me else "what gives tenantry's own application its access"
        yield Guard(RULE, f"{touched.name} is {whose} and would be {touched.action.past}", address=touched.address)
        return
    for path in dict.fromkeys(change.path for change in touched.fields if _narrows(change, touched)):
        sentence = f"{touched.name} is tenantry's own: changing {path} could lock it out"
        yield Guard(RULE, sentence, address=touched.address)


def _narrows(change: FieldChange, touched: Touched) -> bool:
    """Return whether a change of what is the tool's own may take from what it can do, or how it signs in."""
    top = touched.shape(change.path.split(".")[0].split("[")[0])
    return change.effect is Effect.REMOVED or top.mark(SignsIn) is not None or change.is_secret


def _place(touched: Touched, mine: frozenset[str]) -> Iterator[Guard]:
    """Refuse to take the tool's own application, by id or by handle, out of a list of references."""
    for name, held in touched.before.items() if touched.action is Action.UPDATE else ():
        wanted = touched.after.get(name)
        if touched.shape(name).mark(Ref) and isinstance(held, list) and mine & set(held) - set(wanted or ()):
            sentence = f"{touched.kind.noun} {touched.name}: {name} would lose tenantry's own application"
            yield Guard(RULE, sentence, address=touched.address)
