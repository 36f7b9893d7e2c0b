"""What a file says, value by value, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tenantry.model.place import Path, Place

MARK = "${"
"""How a mark begins; a node without any says what it means, so most need not be walked for them."""


class Scalar(NamedTuple):
    """A single value; ``text`` is how it was written, ``is_plain`` whether without quotes."""

    place: Place
    value: Any
    text: str = ""
    is_plain: bool = True

    @property
    def is_settled(self) -> bool:
        """Return whether the value is no mark, and no text with marks inside."""
        return not (isinstance(self.value, str) and MARK in self.value)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; ``is_settled`` when surely no mark is inside."""

    place: Place
    items: tuple[Node, ...] = ()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; keys have places of their own; ``is_settled`` when surely no mark is inside."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    is_settled: bool = False

    def without(self, *names: str) -> Mapping:
        """Return the map less some keys."""
        if self.entries.keys().isdisjoint(names):
            return self
        kept = {name: node for name, node in self.entries.items() if name not in names}
        return Mapping(self.place, kept, self.keys, self.is_settled)

    def child(self, name: str) -> Node | None:
        """Return what stands under a key."""
        return self.entries.get(name)


Node = Scalar | Sequence | Mapping


class Hole:
    """The type of ``HOLE``."""


HOLE = Hole()
"""In place of a value that could not be found: its mistake has been told, and nothing more is said of it."""

PARTIAL = frozenset({"include", "exclude"})


def is_partial(node: Node) -> bool:
    """Return whether the node is the include or exclude form of a collection."""
    return isinstance(node, Mapping) and bool(node.entries) and node.entries.keys() <= PARTIAL


def plain(node: Node) -> Any:
    """Return the node's value as plain data."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {name: plain(item) for name, item in node.entries.items()}


class Places(AnyMapping[Path, Place]):
    """The places of all values inside a map, looked up when they are asked for: most never are.

    Collections stand where their key does, single values where they are written.
    """

    def __init__(self, node: Mapping, key: Place) -> None:
        self._node = node
        self._key = key

    def __getitem__(self, path: Path) -> Place:
        """Return where the value at a path stands."""
        node: Node = self._node
        key: Place | None = self._key
        for step in path:
            if isinstance(node, Mapping) and isinstance(step, str):
                key = node.keys.get(step)
                node = node.entries[step]
            elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
                node, key = node.items[step], None
            else:
                raise KeyError(path)
        return node.place if isinstance(node, Scalar) else key or node.place

    def __iter__(self) -> Iterator[Path]:
        """Yield every path that has a place."""
        return _paths(self._node)

    def __len__(self) -> int:
        """Return how many values there are."""
        return sum(1 for _ in self)


def _paths(node: Node, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value at and inside a node."""
    yield path
    inside = node.entries.items() if isinstance(node, Mapping) else enumerate(node.items if isinstance(node, Sequence) else ())
    for step, item in inside:
        yield from _paths(item, (*path, step))
