"""What the planner must know of a field, said on the field itself.

A kind's Spec carries these in ``Annotated[...]``; nothing else in the code base may know a field by its name.
Fields of lists carry exactly one of ``Unordered``, ``Keyed``, ``InOrder``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal


class Mark:
    """The base of all marks; a mark is a value and holds no behaviour."""


@dataclass(frozen=True)
class Unordered(Mark):
    """The order of this list means nothing: it compares as a set."""


@dataclass(frozen=True)
class Keyed(Mark):
    """The items of this list are objects, told apart by their member ``key``; their order means nothing."""

    key: str


@dataclass(frozen=True)
class InOrder(Mark):
    """The order of this list has a meaning: it is exact, and its order counts."""


@dataclass(frozen=True)
class Undivided(Mark):
    """This value, and every collection in it, is declared whole: no tenant holds it, so there is nothing to leave alone."""


@dataclass(frozen=True)
class Ref(Mark):
    """The value (or each item, or each key of a map) is the handle of a resource of ``section``.

    ``by`` says what stands for it on the wire: its ``id``, or the named member of the target (``identifier``, ``name``).
    """

    section: str
    by: str = "id"


@dataclass(frozen=True)
class RefKeys(Mark):
    """The keys of this map are handles of resources of ``section``; ``by`` as in ``Ref``."""

    section: str
    by: str = "id"


@dataclass(frozen=True)
class MemberOf(Mark):
    """Each item names a member of a list of another resource, which must hold it before and after.

    ``target`` is the field beside this one (or, with ``KEY``, the key of the map around it) that refers to that resource;
    ``list`` is the list there, whose items are keyed. A grant's ``scope`` is ``MemberOf("audience", "scopes")``.
    """

    target: str
    list: str


@dataclass(frozen=True)
class ServedBy(Mark):
    """Each item refers to a resource whose keyed list ``list`` must name the handle of this one: an action, its triggers.

    What an item refers to cannot be deleted.
    """

    list: str


KEY = "*"
"""In ``MemberOf.target``: the key of the map that holds the list."""


class Once(Mark, Enum):
    """When a field may be written."""

    IMMUTABLE = auto()
    """It is set on create; another value forces a replacement."""
    CREATE_ONLY = auto()
    """It is sent on create and never compared again."""
    UPDATE_ONLY = auto()
    """A create refuses it: it is written in a second call."""


IMMUTABLE = Once.IMMUTABLE
CREATE_ONLY = Once.CREATE_ONLY
UPDATE_ONLY = Once.UPDATE_ONLY


@dataclass(frozen=True)
class Clear(Mark):
    """``null`` is written as ``wire``; a field without this mark cannot be cleared."""

    wire: Any = None


@dataclass(frozen=True)
class Merges(Mark):
    """PATCH is proven to merge this object per member: only changed members are sent.

    With ``removes`` a member that must go is sent as ``null``.
    """

    removes: bool = False


@dataclass(frozen=True)
class AbsentMeans(Mark):
    """The server leaves the field out when it has this value."""

    value: Any


@dataclass(frozen=True)
class Twin(Mark):
    """The field is read back as ``of``, in another unit: its value is ``of`` times ``factor``."""

    of: str
    factor: int


class Sensitive(Mark, Enum):
    """The value is a secret."""

    READABLE = auto()
    """The server returns it, so it is compared (and shown as changed, no more)."""
    WRITE_ONLY = auto()
    """The server never returns it: sent on create, when its name is new, and with ``--send-secrets``."""


READABLE_SECRET = Sensitive.READABLE
WRITE_ONLY_SECRET = Sensitive.WRITE_ONLY


@dataclass(frozen=True)
class Excludes(Mark):
    """The server refuses this member beside those named; what is declared drives what is only carried over out of a write."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class MadeOf(Mark):
    """The server makes this member of those named, unless it is sent; carried over when one of them changes, it is stale."""

    names: frozenset[str]


@dataclass(frozen=True)
class Unreturned(Mark):
    """The server never returns this field: it is unverifiable, said once in the plan, and no difference."""


@dataclass(frozen=True)
class Unreadable(Mark):
    """The object holds members that cannot be read back, and is replaced as a whole.

    It is written only when the value of every live member is at hand: declared, or as the tenant answers it, be it encrypted.
    """


@dataclass(frozen=True)
class SignsIn(Mark):
    """The application signs in by this field: a tool that changes it on its own application may lock itself out."""


@dataclass(frozen=True)
class Program(Mark):
    """The text is a program or a template: not interpolated, shown as a short diff."""


@dataclass(frozen=True)
class Watch(Mark):
    """Some changes of this field belong under the plan's Attention: those of which ``when`` is true.

    ``grows``, ``shrinks``: the list gains, loses an item; ``rises``: the number goes up (or becomes endless);
    ``changes``: a live value changes; ``becomes``: the new value is ``value``; ``turns``: the same, on what is not new.
    """

    when: Literal["grows", "shrinks", "rises", "changes", "becomes", "turns"]
    rule: str
    sentence: str
    value: Any = None
