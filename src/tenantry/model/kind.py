"""What a kind of resource is: data about endpoints, identity, scopes and effects; no behaviour of planner or applier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any, Literal, NamedTuple

from tenantry.model.address import IdOf
from tenantry.model.call import Call, Segment
from tenantry.model.marks import Ref
from tenantry.model.place import Path, dotted
from tenantry.model.spec import Shape, Spec, shape_of

Json = dict[str, Any]
Key = tuple[Any, ...]
"""The values of a natural key."""
Predicate = Callable[[Mapping[str, Any]], bool]
"""A question about a live resource."""


class Identity(Enum):
    """How a declared resource finds its live one."""

    LISTED = auto()
    """There are many; they are listed, and found by key."""
    SINGLETON = auto()
    """There is exactly one; it can be neither created nor deleted."""
    BY_HANDLE = auto()
    """The handle itself is the tenant's name for it (a trigger); it always exists."""


@dataclass(frozen=True)
class Pages:
    """How a list is read whole. In ``path`` the segment ``{id}`` stands for the owner of the list.

    ``checkpoint`` has no end; ``offset`` ends at 1,000 results; ``bare`` is one unpaged array.
    """

    path: tuple[str, ...]
    envelope: str
    style: Literal["checkpoint", "offset", "bare"]
    size: int = 100
    query: tuple[tuple[str, str], ...] = ()
    by_key: str = ""
    """The query parameter that finds one by its natural key, where the list ends too early."""
    id_field: str = "id"
    """The member that tells the items apart; those that lack it are told apart by all that they say."""


@dataclass(frozen=True)
class Scopes:
    """The scopes of the Management API that each operation needs; empty where there is no such operation."""

    read: tuple[str, ...] = ()
    create: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartCall:
    """A call on a part of a resource: it attaches something, detaches it, or updates what is there."""

    call: Call
    effect: Literal["attach", "detach", "update"]


@dataclass(frozen=True)
class Part:
    """A field of a resource that has an endpoint of its own.

    ``from_wire`` turns the listed items into the field's declared form (ids where handles will stand); ``calls`` turns live and
    target value, both in that form with ``IdOf`` in place of handles, into the calls that lead from one to the other.
    ``on_create`` is False where a new owner already has the part's value from its own create call.
    """

    field: str
    read: Pages
    from_wire: Callable[[list[Json]], Any]
    calls: Callable[[IdOf, Any, Any], tuple[PartCall, ...]]
    scopes: Scopes = Scopes()


class Condition(NamedTuple):
    """What GET must answer of a resource: ``value`` in the member ``field``; those of ``failed`` mean that it never will."""

    field: str
    value: Any
    failed: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Finish:
    """Staged work after a write: ``flag`` is a pseudo-field that is true when it is done.

    Whenever the resource is written, or ``flag`` reads false, ``ready`` is awaited, ``verb`` sent to the resource's path with
    ``suffix``, and ``done`` awaited.
    """

    flag: str
    verb: str
    suffix: tuple[str, ...]
    ready: Condition
    done: Condition
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cascade:
    """What the server deletes along: resources of ``section`` whose ``field`` refers to the deleted one."""

    section: str
    field: str


@dataclass(frozen=True)
class Attaches:
    """What the server joins a new resource to: the part ``part`` of every resource of ``section``.

    It does so unless the live value at ``switch`` (a singleton's section, then the path in it) is false. ``listing`` tells of
    a resource which ones of ``section`` hold it.
    """

    section: str
    part: str
    switch: tuple[str, ...]
    listing: Pages


@dataclass(frozen=True)
class Breach:
    """A rule of a kind that a resource breaks, at a path inside it; ``is_warning`` when the server would accept it."""

    path: Path
    message: str
    is_warning: bool = False

    @property
    def sentence(self) -> str:
        """Return the message with the path that it is about."""
        return f"`{dotted(self.path)}`: {self.message}"


@dataclass(frozen=True)
class DeleteGuard:
    """A delete that loses more than configuration: it needs ``flag`` when ``applies`` to the live resource."""

    rule: str
    flag: str
    sentence: str
    applies: Predicate


Rule = Callable[[Mapping[str, Any]], Iterable[Breach]]
"""A rule over one resource's fields in declared form; it must hold its tongue about fields that are absent."""


def _as_is(data: Json) -> Json:
    """Return the data unchanged."""
    return data


def _never(_: Mapping[str, Any]) -> bool:
    """Return False."""
    return False


@dataclass(frozen=True)
class Kind:
    """All that the tool knows of one kind of resource; a new kind is a new value of this type."""

    section: str
    """The YAML key."""
    noun: str
    """What sentences call one."""
    spec: type[Spec]
    path: tuple[str, ...]
    """Where they are listed and created, below ``/api/v2``; of a singleton, where it is."""
    scopes: Scopes
    identity: Identity = Identity.LISTED
    listing: Pages | None = None
    key: tuple[str, ...] = ("name",)
    """The fields of the natural key."""
    is_unique: bool = True
    """Whether the server refuses a second one with that key."""
    parts: tuple[Part, ...] = ()
    finish: Finish | None = None
    from_wire: Callable[[Json], Json] = _as_is
    """Turns what GET answers into the declared form, where they differ; pure."""
    to_wire: Callable[[Json], Json] = _as_is
    """Turns what is to be written from the declared form into the wire's; pure."""
    system: Predicate = _never
    """Whether a live resource is the server's own."""
    system_fields: frozenset[str] = frozenset()
    """The only fields of the server's own that may be changed."""
    hidden: Predicate = _never
    """Whether a live resource is none at all (the legacy global client) and is dropped on reading."""
    cascades: tuple[Cascade, ...] = ()
    attaches: tuple[Attaches, ...] = ()
    rules: tuple[Rule, ...] = ()
    delete_guard: DeleteGuard | None = None
    replace_flag: str = ""
    """The flag without which none is replaced, empty where a replacement harms nobody."""
    server_choices: Mapping[str, str] = field(default_factory=dict)
    """Fields that a create should not leave to the server, with a reason each."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Fields that are shown empty, not refused, to a token without the scope."""
    required: tuple[str, ...] = ()
    """Fields that a create must name."""
    handles: frozenset[str] = frozenset()
    """The only handles there are, where the handle is the tenant's own name."""
    aliases: tuple[str, ...] = ()
    """Other names of the section in files."""
    deletes_later: bool = False
    """Whether a delete is only done when a read no longer shows the resource."""
    answered: frozenset[str] = frozenset()
    """Members of an answer that the server alone sets, so that no file may name them; the id is always one."""

    @cached_property
    def shape(self) -> Shape:
        """Return the shape of the kind's Spec."""
        return shape_of(self.spec)

    @cached_property
    def id_field(self) -> str:
        """Return the member that holds a resource's id, empty where there is only one and none is needed."""
        return self.listing.id_field if self.listing else ""

    @cached_property
    def key_refs(self) -> Mapping[str, Ref]:
        """Return the members of the natural key that refer to other resources, each with what it refers to."""
        return {name: ref for name in self.key if (ref := self.shape.members[name].mark(Ref))}

    def natural_key(self, tree: Mapping[str, Any]) -> Key:
        """Return the natural key of a resource in declared form; silence counts as what the server means by it."""
        return tuple(self.shape.members[name].spoken(tree.get(name)) for name in self.key)

    def called(self, tree: Mapping[str, Any]) -> str:
        """Return the natural key of a resource as people read it, empty where nothing is said of it."""
        return " ".join(str(tree[name]) for name in self.key if tree.get(name))

    @cached_property
    def part_fields(self) -> frozenset[str]:
        """Return the names of the fields with an endpoint of their own."""
        return frozenset(part.field for part in self.parts)

    def one(self, id_: Segment) -> tuple[Segment, ...]:
        """Return the path of one resource of this kind."""
        if self.identity is Identity.SINGLETON:
            return self.path
        return tuple(id_ if segment == "{id}" else segment for segment in self._pattern)

    @property
    def _pattern(self) -> tuple[str, ...]:
        """Return the path of one resource, with ``{id}`` for its id (at the end unless the path itself says where)."""
        return self.path if "{id}" in self.path else (*self.path, "{id}")
