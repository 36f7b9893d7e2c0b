"""The plan as a value: what would change, why, by which calls in which order, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from tenantry.model.address import Address
from tenantry.model.call import Call, Wait
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.state import Purpose

PRUNED = "prune"
"""What a resource was found by that nobody declares, in a section that holds what is declared and no more."""


class Action(StrEnum):
    """What happens to a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        """Return the sign that plans show."""
        return {"create": "+", "update": "~", "replace": "-/+", "delete": "-"}[self.value]

    @property
    def past(self) -> str:
        """Return what becomes of the resource: it is created, updated, replaced or deleted."""
        return f"{self.value}d"

    @property
    def rank(self) -> int:
        """Return where it stands when the dangerous comes first."""
        return {"delete": 0, "replace": 1, "update": 2, "create": 3}[self.value]

    @property
    def destroys(self) -> bool:
        """Return whether what is there goes."""
        return self in {Action.DELETE, Action.REPLACE}


class Effect(StrEnum):
    """What happens to a value inside a resource."""

    SET = "set"
    ADDED = "added"
    REMOVED = "removed"


class FieldChange(NamedTuple):
    """One value that changes; ``live`` and ``desired`` are fit to be shown (secrets masked, ABSENT as None).

    For list items and map keys ``effect`` is added or removed, and only that side is filled. ``is_program``: show a short diff.
    ``called``: what people call the live resource that ``live`` names by its id, where no handle does.
    """

    path: str
    live: Any
    desired: Any
    effect: Effect = Effect.SET
    forces_replacement: bool = False
    is_program: bool = False
    is_secret: bool = False
    called: str = ""


class Lost(NamedTuple):
    """What the server deletes along with something else: what plans call it, and its id."""

    name: str
    id: str


class Op(StrEnum):
    """What a step does; a change is made of one or more steps."""

    CREATE = "create"
    UPDATE = "update"
    WIDEN = "widen"
    NARROW = "narrow"
    SET_REFERENCE = "set-reference"
    ATTACH = "attach"
    DETACH = "detach"
    FINISH = "finish"
    DELETE = "delete"


@dataclass(frozen=True)
class Step:
    """One call of a change, after the steps in ``after``. ``before`` is awaited first, ``until`` afterwards."""

    number: int
    address: Address
    op: Op
    call: Call
    after: tuple[int, ...] = ()
    before: Wait | None = None
    until: Wait | None = None


@dataclass(frozen=True)
class Change:
    """All that happens to one resource.

    ``pre`` and ``post``: the resource before and after, in declared form, on the members that calls read or write, no secrets;
    of what is deleted or replaced ``pre`` holds all. It is None for a create, and ``post`` for a delete. ``name`` is the
    natural key for people. ``cascades`` says what the server deletes along. ``tolerates``: by field, what the server joins or
    takes away. ``place`` is where it is declared, of an update its first field that changes.
    """

    address: Address
    action: Action
    name: str
    matched_by: str
    reason: str
    fields: tuple[FieldChange, ...] = ()
    pre: Mapping[str, Any] | None = None
    post: Mapping[str, Any] | None = None
    id: str | None = None
    cascades: tuple[Lost, ...] = ()
    tolerates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = None

    @property
    def members(self) -> dict[str, Any]:
        """Return all members that the calls read or write: as they shall be, or as they were where that is not said."""
        return {**(self.pre or {}), **(self.post or {})}


@dataclass(frozen=True)
class Guard:
    """A refusal: apply will not run this plan unless ``flag`` is given (empty: no flag allows it).

    ``deletes``: how many deletes the flag must allow, where it takes a number.
    """

    rule: str
    sentence: str
    flag: str = ""
    address: Address | None = None
    deletes: int = 0


@dataclass(frozen=True)
class Attention:
    """A change that a reviewer must not overlook."""

    address: Address
    rule: str
    sentence: str


@dataclass(frozen=True)
class Summary:
    """Counts of resources by what happens to them."""

    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    unchanged: int = 0
    undeclared: int = 0

    @property
    def changes(self) -> int:
        """Return how many resources change."""
        return self.create + self.update + self.replace + self.delete


@dataclass(frozen=True)
class Plan:
    """The ordered changes that make a tenant what its files declare.

    ``ids``: the tenant's id of every declared resource that exists. ``inputs``: digests of the files it was made from.
    ``file``: where the tenant file was, which says how to reach the tenant, for whoever applies the plan without naming it.
    ``lifted``: refusals that flags lifted when it was made; whoever applies it must give the flags again.
    ``secrets``: names of the secrets an apply will need. ``reads``: requests made to compute it. ``steps`` is in a valid order.
    """

    id: str
    tenant: str
    caller: str
    changes: tuple[Change, ...] = ()
    steps: tuple[Step, ...] = ()
    guards: tuple[Guard, ...] = ()
    lifted: tuple[Guard, ...] = ()
    attention: tuple[Attention, ...] = ()
    notes: tuple[Note, ...] = ()
    summary: Summary = Summary()
    ids: Mapping[Address, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    scopes: frozenset[str] = frozenset()
    reads: int = 0
    purpose: Purpose = Purpose.DECLARED

    @property
    def is_empty(self) -> bool:
        """Return whether nothing would be written."""
        return not self.steps

    @cached_property
    def by_address(self) -> dict[Address, Change]:
        """Return the changes by what they are about."""
        return {change.address: change for change in self.changes}

    def steps_of(self, address: Address) -> tuple[Step, ...]:
        """Return the steps of one change, in order."""
        return self._steps.get(address, ())

    @cached_property
    def _steps(self) -> dict[Address, tuple[Step, ...]]:
        """The steps of every change."""
        found: dict[Address, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.address, []).append(step)
        return {address: tuple(steps) for address, steps in found.items()}
