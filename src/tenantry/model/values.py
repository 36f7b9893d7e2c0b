"""How a configuration may speak of a collection: all of it, or only some members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from tenantry.model.marks import Unordered

T = TypeVar("T")
V = TypeVar("V")


class Include(BaseModel, Generic[T]):
    """These members are added; others are left alone."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
    include: T


class Exclude(BaseModel):
    """These members (or keys) are removed; others are left alone."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
    exclude: list[str]


SetOf = Annotated[list[T] | Include[list[T]] | Exclude, Unordered()]
"""A list whose order means nothing, exact, or with include/exclude."""

ListOf = list[T] | Include[list[T]] | Exclude
"""A list of objects that a ``Keyed`` mark tells apart, exact, or with include/exclude."""

MapOf = dict[str, V] | Include[dict[str, V]] | Exclude
"""A free-form map, exact, or with include/exclude."""


class RawId(str):
    """A live reference to something that no handle stands for, kept as the tenant's own id or name."""

    __slots__ = ()


class Absent:
    """The type of ``ABSENT``."""

    def __repr__(self) -> str:
        """Return ``ABSENT``."""
        return "ABSENT"

    def __bool__(self) -> bool:
        """Return False: there is nothing here."""
        return False


ABSENT = Absent()
"""Nothing is here: neither a value nor null."""


def is_empty(value: Any) -> bool:
    """Return whether ``value`` is absent, null or an empty text, list or map: these compare equal."""
    return value is ABSENT or value is None or (not value and isinstance(value, str | list | dict | tuple))


def mapped(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """Return a document with each of its leaves and keys replaced by what ``leaf`` makes of it, and lists for tuples."""
    if isinstance(value, dict):
        return {leaf(key): mapped(item, leaf) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(item, leaf) for item in value]
    return leaf(value)


def leaves(value: Any) -> Iterator[Any]:
    """Yield each leaf and each key of a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def value_at(value: Any, path: Iterable[str]) -> Any:
    """Return the member of a document that a path of names leads to, None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
