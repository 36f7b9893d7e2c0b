"""One resource and what is to become of it: the live value, the target, the action; nobody asks yet in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.marks import CREATE_ONLY, IMMUTABLE
from tenantry.model.place import Path, Place
from tenantry.model.secret import secrets_in
from tenantry.model.spec import FREE, Shape
from tenantry.model.state import LiveResource, Resource
from tenantry.plan.compare import PLAINLY, How, same
from tenantry.plan.diff import differences
from tenantry.plan.ignored import left_alone, with_ignored
from tenantry.plan.match import display_name
from tenantry.plan.names import Names
from tenantry.plan.target import target
from tenantry.plan.types import Action, FieldChange

Tree = dict[str, Any]
RESENT = How(resend=True)


@dataclass
class Draft:
    """One resource and what is to become of it.

    ``live`` and ``target`` are trees in declared form; ``known`` is the live tree with every reference named, also to what will
    be replaced. ``target`` holds declared fields only. ``changed`` names the top-level fields that must be written, ``resent``
    those that are sent whether or not they differ. ``tolerates``: by field, what the server joins or takes away.
    ``action`` None: nothing happens.
    """

    kind: Kind
    address: Address
    resource: Resource | None
    found: LiveResource | None
    live: Tree = field(default_factory=dict)
    known: Tree = field(default_factory=dict)
    target: Tree = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    fields: tuple[FieldChange, ...] = ()
    action: Action | None = None
    matched_by: str = ""
    resent: frozenset[str] = frozenset()
    tolerates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what people call the resource."""
        if self.resource and not self.kind.key:
            return str(self.address)
        otherwise = display_name(self.kind, self.found.data) if self.found else self.address.handle
        return self.kind.called(self.target or self.live) or otherwise

    def shape(self, name: str) -> Shape:
        """Return the shape of a top-level field."""
        return self.kind.shape.members.get(name, FREE)

    @property
    def forced(self) -> list[str]:
        """Return the changed fields that cannot change on a live resource."""
        return [name for name in self.written if self.shape(name).has(IMMUTABLE)]

    @property
    def goes(self) -> bool:
        """Return whether what is there goes: deleted, or replaced."""
        return self.action is not None and self.action.destroys

    @property
    def past(self) -> str:
        """Return what becomes of the resource, empty when nothing happens."""
        return self.action.past if self.action else ""

    @property
    def written(self) -> list[str]:
        """Return the changed fields, in the order in which they are declared."""
        return [name for name in self.target if name in self.changed]

    def place(self, path: Path = ()) -> Place | None:
        """Return where the value at a path is declared, None for what nobody declares."""
        return self.resource.place(path) if self.resource else None

    def tolerate(self, part: str, handle: str) -> None:
        """Let a list hold, or lack, what the server joins to it or takes away."""
        self.tolerates = {**self.tolerates, part: (*self.tolerates.get(part, ()), handle)}


def aim(made: Draft, names: Names, paths: Sequence[str] = (), *, send_secrets: bool) -> None:
    """Say what a declared resource shall hold, and what that amounts to; at the paths the tenant's value stands."""
    declared = made.resource.fields if made.resource else {}
    aims = {
        name: with_ignored(target(value, made.live.get(name), shape), made.live.get(name), shape, names.ignored)
        for name, value in declared.items()
        if not (shape := made.shape(name)).has(CREATE_ONLY) or made.found is None
    }
    made.target = left_alone(aims, made.live, paths, made.kind.shape)
    if made.kind.finish:
        made.target[made.kind.finish.flag] = True
    if send_secrets:
        made.resent = frozenset(name for name, value in made.target.items() if secrets_in(value))
    made.changed = changed(made)
    made.fields = tuple(_fields(made))
    made.action = _action(made)


def changed(made: Draft) -> frozenset[str]:
    """Return the top-level fields whose live value is not the target."""
    return frozenset(
        name
        for name, value in made.target.items()
        if not same(made.live.get(name), value, made.shape(name), RESENT if name in made.resent else PLAINLY)
    )


def _fields(made: Draft) -> Iterator[FieldChange]:
    """Yield what differs, field by field; that what is new is to be finished goes without saying."""
    finish = made.kind.finish
    for name in made.written:
        if finish and name == finish.flag and made.found is None:
            continue
        shape = made.shape(name)
        found = differences(made.live.get(name), made.target[name], shape, name, resend=name in made.resent)
        yield from (each._replace(forces_replacement=True) for each in found) if shape.has(IMMUTABLE) else found


def _action(made: Draft) -> Action | None:
    """Return what the differences amount to."""
    if made.found is None:
        return Action.CREATE
    if made.forced:
        return Action.REPLACE
    return Action.UPDATE if made.changed else None
