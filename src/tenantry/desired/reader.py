"""A file's text → its values with their places, read as YAML 1.2 core."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isinf
from pathlib import Path
from typing import Any

import yaml

from tenantry.desired import not_yaml
from tenantry.desired.mistakes import Mistakes
from tenantry.desired.tree import HOLE, MARK, Mapping, Node, Scalar, Sequence
from tenantry.files import read_bytes
from tenantry.model.errors import ConfigError
from tenantry.model.place import Place

MOST_BYTES = 2_000_000
MOST_NODES = 200_000
MOST_DEPTH = 100
LONGEST_NUMBER = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TAGS = {
    yaml.ScalarEvent: {"!", "str", "int", "float", "bool", "null"},
    yaml.SequenceStartEvent: {"!", "seq"},
    yaml.MappingStartEvent: {"!", "map"},
}
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBERS_BEGIN = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def read(path: Path, name: str, mistakes: Mistakes) -> Mapping:
    """Return what the file says; a file that cannot be read says nothing, and the mistake is remembered."""
    start, text = Place(name, 1, 1), ""
    try:
        text = read_bytes(path, MOST_BYTES).decode("utf-8-sig")
        node = _Builder(text, name, mistakes).document()
    except OSError as wrong:
        mistakes.add(f"the file cannot be read: {wrong.strerror or wrong}", start)
    except UnicodeDecodeError:
        mistakes.add("the file is not UTF-8 text", start)
    except ConfigError as wrong:
        mistakes.add(wrong.message, wrong.place)
    except yaml.MarkedYAMLError as wrong:
        why, place = not_yaml.told(wrong, text, name)
        mistakes.add(f"this is not YAML: {why}", place)
    except yaml.YAMLError:
        mistakes.add("this is not YAML: it holds a character that YAML does not allow", start)
    else:
        if isinstance(node, Mapping):
            return node
        if not (isinstance(node, Scalar) and node.value is None):
            mistakes.add("a file holds a map of sections, such as `applications:`", node.place)
    return Mapping(start)


def scalar(text: str) -> Any:
    """Return the value that unquoted text stands for in the core schema of YAML 1.2.

    Raises: ValueError for a number that is out of all proportion.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBERS_BEGIN:
        return text
    if _INT.fullmatch(text):
        return int(_bounded(text), 0) if text[:2] in ("0o", "0x") else int(_bounded(text))
    return _finite(float(_bounded(text))) if _FLOAT.fullmatch(text) else text


def _bounded(text: str) -> str:
    """Return the text of a number that is short enough to be shown."""
    if len(text) > LONGEST_NUMBER:
        raise ValueError(text)
    return text


def _finite(number: float) -> float:
    """Return a number that JSON can say."""
    if isinf(number):
        raise ValueError(number)
    return number


class _Builder:
    """Builds the values of one document from the parser's events."""

    def __init__(self, text: str, name: str, mistakes: Mistakes) -> None:
        self.name = name
        self.mistakes = mistakes
        self.event: Callable[[], Any] = _LOADER(text).get_event
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.count = 0
        self.marked = 0
        """How many values with marks were met so far: where none was met in between, a collection is settled."""

    def document(self) -> Node:
        """Return the only document, or null for an empty file."""
        self.event()
        event = self.event()
        if isinstance(event, yaml.StreamEndEvent):
            return Scalar(Place(self.name, 1, 1), None)
        node = self.node(self.event(), 0)
        self.event()
        after = self.event()
        if not isinstance(after, yaml.StreamEndEvent):
            raise ConfigError("a file holds one document; begin a new file here", self.place(after))
        return node

    def place(self, event: Any) -> Place:
        """Return where an event begins."""
        mark = event.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1)

    def node(self, event: Any, depth: int) -> Node:
        """Return the node that begins with this event.

        Raises: ConfigError when the document is too deep or, with its aliases written out, too large.
        """
        if depth > MOST_DEPTH:
            raise ConfigError(f"values are nested deeper than {MOST_DEPTH} levels", self.place(event))
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        before = self.count
        self.grow(1, event)
        if event.tag and event.tag.removeprefix(_TAG) not in _TAGS[type(event)]:
            self.mistakes.add(f"the tag `{event.tag}` means nothing here; leave it out", self.place(event))
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            node = self.mapping(event, depth)
        else:
            node = self.sequence(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.count - before)
        return node

    def grow(self, by: int, event: Any) -> None:
        """Count values, those of aliases each time."""
        self.count += by
        if self.count > MOST_NODES:
            raise ConfigError(f"the file holds more than {MOST_NODES:,} values, aliases written out", self.place(event))

    def alias(self, event: Any) -> Node:
        """Return what an alias stands for."""
        if event.anchor not in self.anchors:
            raise ConfigError(f"nothing above is named `&{event.anchor}`", self.place(event))
        node, size = self.anchors[event.anchor]
        self.grow(size, event)
        self.marked += not node.is_settled
        return node

    def scalar(self, event: Any) -> Scalar:
        """Return a single value."""
        place, text = self.place(event), event.value
        self.marked += MARK in text
        is_plain = not event.style
        tag = (event.tag or "").removeprefix(_TAG)
        if tag in ("", "!"):
            return Scalar(place, self.value(text, place) if is_plain and tag == "" else text, text, is_plain)
        return Scalar(place, text if tag == "str" else self.value(text, place), text, is_plain=False)

    def value(self, text: str, place: Place) -> Any:
        """Return what unquoted text stands for."""
        try:
            return scalar(text)
        except ValueError:
            self.mistakes.add("this number is too large; put it in quotes if it is text", place)
            return HOLE

    def sequence(self, event: Any, depth: int) -> Sequence:
        """Return a list."""
        items, before = [], self.marked
        while not isinstance(inner := self.event(), yaml.SequenceEndEvent):
            items.append(self.node(inner, depth + 1))
        return Sequence(self.place(event), tuple(items), is_settled=self.marked == before)

    def mapping(self, event: Any, depth: int) -> Mapping:
        """Return a map; a key that stands twice is a mistake."""
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        before = self.marked
        while not isinstance(inner := self.event(), yaml.MappingEndEvent):
            place = self.place(inner)
            key = self.key(inner, depth)
            value = self.node(self.event(), depth + 1)
            if key in entries:
                self.mistakes.add(f"`{key}` stands here twice, first at {keys[key]}; keep one", place)
            elif key == "<<":
                self.mistakes.add("`<<` does not merge in YAML 1.2; use `extends`, or write the members out", place)
            else:
                entries[key], keys[key] = value, place
        return Mapping(self.place(event), entries, keys, is_settled=self.marked == before)

    def key(self, event: Any, depth: int) -> str:
        """Return a key's text."""
        if isinstance(event, yaml.ScalarEvent) and not (event.anchor or event.tag):
            return str(event.value)
        node = self.node(event, depth + 1)
        if isinstance(node, Scalar):
            return node.text
        raise ConfigError("a key is a single text, not a list or a map", node.place)
