"""A resource's values against its Spec: every complaint with its place, and the declared form of what is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tenantry.desired.messages import sentence
from tenantry.desired.mistakes import Mistakes, listed, nearest
from tenantry.desired.tree import HOLE, Hole, Node, Scalar, Sequence, is_partial, plain
from tenantry.desired.tree import Mapping as Map
from tenantry.kinds import KINDS
from tenantry.model.marks import Clear, Excludes, Keyed, Ref, Sensitive
from tenantry.model.place import Path, Place, dotted
from tenantry.model.secret import PlainSecret, Secret
from tenantry.model.spec import FREE, Form, Shape, shape_of
from tenantry.model.values import Exclude, Include

K = TypeVar("K")

_COLLECTIONS = frozenset({Form.SET, Form.KEYED, Form.MAP})
RESOURCES = frozenset(kind.spec for kind in KINDS.values())

FEW = 8
"""An object with no more members than this is told whole when one of them is misspelt."""

_FOREIGN = ("Include[", "Exclude", "is-instance[", "function-plain")


class Checked:
    """One object of the configuration and the Spec it must fit.

    Any text of a resource may be a secret; of a block only what is marked. What the server alone sets is ``answered``.
    """

    def __init__(
        self,
        spec: type[BaseModel],
        node: Map,
        noun: str,
        mistakes: Mistakes,
        address: str | None = None,
        *,
        answered: frozenset[str] = frozenset(),
    ) -> None:
        self.spec = spec
        self.node = node
        self.noun = noun
        self.mistakes = mistakes
        self.address = address
        self.answered = answered
        self.shape = shape_of(spec)
        self.bad: set[Path] = set()

    def fields(self) -> dict[str, Any]:
        """Return the values in declared form; whatever does not fit the Spec is remembered as a mistake and left out."""
        self._nulls(self.node, self.shape, ())
        try:
            self.spec.model_validate(_exact(self.node, self.shape))
        except ValidationError as wrong:
            for error in wrong.errors(include_url=False):
                self._tell(dict(error))
        declared = _declared(self.node, self.shape, (), frozenset(self.bad))
        return declared if isinstance(declared, dict) else {}

    def _tell(self, error: dict[str, Any]) -> None:
        """Remember one complaint of the validation, unless it is none of ours."""
        found = _located(self.node, self.shape, error["loc"])
        if found is None or _is_told(error, found[1], self.spec):
            return
        path, shape, node, key = found
        self.bad.add((*path, error["loc"][-1]) if error["type"] == "extra_forbidden" else path)
        if error["type"] == "extra_forbidden":
            self._unknown(path, str(error["loc"][-1]), shape, key or node.place)
            return
        if error["type"] == "missing":
            name = str(error["loc"][-1])
            self.mistakes.add(f"`{dotted((*path, name))}` is missing", key or node.place, address=self.address)
            return
        is_sensitive = shape.mark(Sensitive) is not None
        message = sentence(error, dotted(path), node, is_sensitive=is_sensitive)
        self.mistakes.add(message, node.place, address=self.address)

    def _unknown(self, path: Path, name: str, shape: Shape, place: Place) -> None:
        """Remember a field that is not known, with the one that was probably meant."""
        if not path and name in self.answered:
            self.mistakes.add(f"`{name}` is set by the tenant alone; leave it out", place, address=self.address)
            return
        where = f"`{dotted(path)}`" if path else f"{_article(self.noun)}"
        hint = nearest(name, shape.members)
        if not hint and len(shape.members) <= FEW:
            hint = f"; known are {listed(shape.members)}"
        newer = "" if hint or path or not self.address else "; a field newer than this version goes under `unchecked:`"
        self.mistakes.add(f"`{name}` is no field of {where}{hint}{newer}", place, address=self.address)

    def _nulls(self, node: Node, shape: Shape, path: Path) -> None:
        """Remember every null that stands on a field that cannot be cleared, or that is not known."""
        if isinstance(node, Scalar):
            if node.value is None and path and shape.form is not Form.FREE and shape.mark(Clear) is None:
                self.mistakes.add(
                    f"`{dotted(path)}` cannot be cleared with null{_empty(shape)}; leave it out to leave it alone",
                    node.place,
                    address=self.address,
                )
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                if not _is_said(item):
                    self._nulls(item, shape.item or FREE, (*path, index))
        elif isinstance(node, Map):
            is_include = _is_include(node, shape)
            for name, item in node.entries.items():
                if isinstance(item, Scalar) and item.value is None and not _has(shape, name):
                    self.bad.add((*path, name))
                    self._unknown(path, name, shape, node.keys[name])
                elif not _is_said(item) and not (shape.form is Form.MAP and isinstance(item, Scalar)):
                    self._nulls(item, shape if is_include else _member(shape, name), path if is_include else (*path, name))


def _has(shape: Shape, name: str) -> bool:
    """Return whether an object may have a member of this name."""
    return name in shape.members or shape.form is not Form.OBJECT or shape.is_open


def _is_said(node: Node) -> bool:
    """Return whether the node is a single value, and not null."""
    return isinstance(node, Scalar) and node.value is not None


def _is_left_out(node: Node, path: Path, step: str | int, bad: frozenset[Path]) -> bool:
    """Return whether a value could not be found, or does not fit."""
    return (isinstance(node, Scalar) and node.value is HOLE) or (bool(bad) and (*path, step) in bad)


def _is_told(error: dict[str, Any], shape: Shape, spec: type[BaseModel]) -> bool:
    """Return whether nothing need be said: the value could not be found, or is a secret that is not looked up yet."""
    if isinstance(error.get("input"), Hole):
        return True
    may_be_secret = shape.mark(Sensitive) is not None or spec in RESOURCES
    return may_be_secret and isinstance(error.get("input"), Secret) and error["type"] in ("string_type", "literal_error")


def _article(noun: str) -> str:
    """Return the noun with its article."""
    if noun.endswith("s") or noun.startswith("the "):
        return noun
    return f"an {noun}" if noun[0].lower() in "aeio" else f"a {noun}"


def _empty(shape: Shape) -> str:
    """Return what would empty a field in place of null."""
    match shape.form:
        case Form.SET | Form.KEYED | Form.ORDERED:
            return "; `[]` empties it"
        case Form.MAP:
            return "; `{}` empties it"
        case _:
            return ""


def _is_include(node: Node, shape: Shape) -> bool:
    """Return whether the node is a collection in its include or exclude form."""
    return shape.form in _COLLECTIONS and is_partial(node)


def _member(shape: Shape, name: str) -> Shape:
    """Return the shape of an object's member or a map's value; a map's mark of secrecy speaks of its values."""
    if shape.form is Form.MAP and shape.mark(Sensitive):
        return Shape(Form.SCALAR, tuple(mark for mark in shape.marks if isinstance(mark, Sensitive)))
    return shape.inside(name)


def _exact(node: Node, shape: Shape) -> Any:
    """Return plain data for the validation: partial collections stand as if they were exact, nulls are left out."""
    if isinstance(node, Map):
        if _is_include(node, shape) or (shape.form is Form.ORDERED and is_partial(node)):
            included = node.entries.get("include")
            return _exact(included, shape) if included is not None else ([] if shape.form is not Form.MAP else {})
        return {
            name: item.value if isinstance(item, Scalar) else _exact(item, _member(shape, name))
            for name, item in node.entries.items()
            if not (isinstance(item, Scalar) and item.value is None)
        }
    if isinstance(node, Sequence):
        return [item.value if isinstance(item, Scalar) else _exact(item, shape.item or FREE) for item in node.items]
    return node.value


def _declared(node: Node, shape: Shape, path: Path, bad: frozenset[Path]) -> Any:
    """Return the declared form: partial collections as ``Include`` and ``Exclude``, marked texts as secrets."""
    if isinstance(node, Map):
        if _is_include(node, shape):
            return _partial(node, shape, path, bad)
        return {
            name: _declared(item, _member(shape, name), (*path, name), bad)
            for name, item in node.entries.items()
            if not _is_left_out(item, path, name, bad)
        }
    if isinstance(node, Sequence):
        return [
            _declared(item, shape.item or FREE, (*path, index), bad)
            for index, item in enumerate(node.items)
            if not _is_left_out(item, path, index, bad)
        ]
    if shape.mark(Sensitive) and isinstance(node.value, str):
        return PlainSecret.of(dotted(path), node.value)
    return node.value


def _partial(node: Map, shape: Shape, path: Path, bad: frozenset[Path]) -> Include[Any] | Exclude:
    """Return the include or exclude form of a collection."""
    if "include" in node.entries and (*path, "include") not in bad:
        return Include(include=_declared(node.entries["include"], shape, (*path, "include"), bad))
    excluded = plain(node.entries["exclude"]) if "exclude" in node.entries else []
    return Exclude(exclude=[item for item in excluded if isinstance(item, str)] if isinstance(excluded, list) else [])


def _located(root: Node, shape: Shape, loc: tuple[Any, ...]) -> tuple[Path, Shape, Node, Place | None] | None:
    """Return path, shape, node and key of a complaint; None if it is about a form that the value does not have."""
    path: Path = ()
    node, key = root, None
    for number, step in enumerate(loc):
        if _is_include(node, shape) and isinstance(node, Map) and "include" in node.entries:
            node, path = node.entries["include"], (*path, "include")
        if isinstance(node, Map) and step in node.entries:
            if number == len(loc) - 1 and shape.form is Form.OBJECT and step not in shape.members:
                return path, shape, node.entries[step], node.keys.get(step)
            key, shape = node.keys.get(step), _member(shape, step)
            node, path = node.entries[step], (*path, step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node, shape, path, key = node.items[step], shape.item or FREE, (*path, step), None
        elif isinstance(step, str) and step.startswith(_FOREIGN):
            return None
    return path, shape, node, key


def _rivals(node: Map, shape: Shape, mistakes: Mistakes) -> None:
    """Remember each member that the server refuses beside another one."""
    if not shape.rivals:
        return
    said = {name for name, item in node.entries.items() if not (isinstance(item, Scalar) and item.value is None)}
    for name in node.entries:
        others = shape.rivals.get(name, frozenset()) & said
        if name in said and others and shape.members[name].mark(Excludes):
            mistakes.add(f"`{name}` excludes {listed(sorted(others))}; declare only one way", node.keys.get(name, node.place))


def _doubles(node: Sequence, shape: Shape, mistakes: Mistakes) -> None:
    """Remember each object of a list whose key, and each reference of an ordered list, that stands in the list already."""
    keyed, seen = shape.mark(Keyed), set[str]()
    is_sequence = shape.form is Form.ORDERED and shape.mark(Ref) is not None
    for item in node.items if keyed or is_sequence else ():
        key = item.entries.get(keyed.key) if keyed and isinstance(item, Map) else item if is_sequence else None
        if isinstance(key, Scalar) and isinstance(key.value, str):
            if key.value in seen:
                mistakes.add(f"`{key.value}` stands in this list twice; keep one", key.place)
            seen.add(key.value)


def partials(node: Node, shape: Shape, mistakes: Mistakes) -> None:
    """Remember include and exclude forms that are used where they cannot be, or wrongly."""
    if isinstance(node, Sequence):
        _doubles(node, shape, mistakes)
        for _, item in _composed(enumerate(node.items)):
            partials(item, shape.item or FREE, mistakes)
    if not isinstance(node, Map):
        return
    if _is_include(node, shape):
        if len(node.entries) > 1:
            mistakes.add("give either `include` or `exclude`, not both", node.place)
        if included := node.entries.get("include"):
            partials(included, shape, mistakes)
        excluded = node.entries.get("exclude")
        if excluded is not None and not _is_texts(excluded):
            mistakes.add("`exclude` lists texts: items, keys of items, or keys of a map", excluded.place)
        return
    if shape.form is Form.ORDERED and is_partial(node):
        mistakes.add("the order of this list counts, so it is declared whole: write a plain list", node.place)
    _rivals(node, shape, mistakes)
    for name, item in _composed(node.entries.items()):
        partials(item, _member(shape, name), mistakes)


def _composed(nodes: Iterable[tuple[K, Node]]) -> Iterator[tuple[K, Node]]:
    """Yield the nodes that hold others, each with what it is found by."""
    return ((key, node) for key, node in nodes if not isinstance(node, Scalar))


def _is_texts(node: Node) -> bool:
    """Return whether the node is a list of texts."""
    return isinstance(node, Sequence) and all(isinstance(item, Scalar) and isinstance(item.value, str) for item in node.items)
