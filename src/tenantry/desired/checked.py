"""A resource's values against its Spec: every complaint with its place, and the declared form of what is right."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from tenantry.desired.composition import undivided
from tenantry.desired.declared import declared, exact, is_include
from tenantry.desired.messages import sentence
from tenantry.desired.mistakes import Mistakes, listed, nearest
from tenantry.desired.tree import Hole, Node, Scalar, Sequence
from tenantry.desired.tree import Mapping as Map
from tenantry.kinds import KINDS
from tenantry.model.marks import Clear, Sensitive
from tenantry.model.place import Path, Place, dotted
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Block, Form, Shape, shape_of

RESOURCES = frozenset(kind.spec for kind in KINDS.values())

FEW = 8
"""An object with no more members than this is told whole when one of them is misspelt."""

NAME_IN_A_MAP = "[key]"
"""How pydantic's location of an error ends that is about a key, not about its value."""

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
        self.noun = noun
        self.mistakes = mistakes
        self.address = address
        self.answered = answered
        self.shape = shape_of(spec)
        self.node: Node = undivided(node, self.shape, mistakes, address) if issubclass(spec, Block) else node
        self.bad: set[Path] = set()

    def fields(self) -> dict[str, Any]:
        """Return the values in declared form; whatever does not fit the Spec is remembered as a mistake and left out."""
        self._nulls(self.node, self.shape, ())
        try:
            self.spec.model_validate(exact(self.node, self.shape))
        except ValidationError as wrong:
            for error in wrong.errors(include_url=False):
                self._tell(dict(error))
        found = declared(self.node, self.shape, (), frozenset(self.bad))
        return found if isinstance(found, dict) else {}

    def _tell(self, error: dict[str, Any]) -> None:
        """Remember one complaint of the validation, unless it is none of ours."""
        found = _located(self.node, self.shape, error["loc"], is_extra=error["type"] == "extra_forbidden")
        if found is None or _is_told(error, found[1], self.spec):
            return
        path, shape, node, key = found
        last = str(error["loc"][-1]) if error["loc"] else ""
        place = key or node.place
        self.bad.add((*path, last) if error["type"] == "extra_forbidden" else path)
        if error["type"] == "extra_forbidden":
            self._unknown(path, last, shape, place)
        elif error["type"] == "missing":
            self.mistakes.add(f"`{dotted((*path, last))}` is missing", place, address=self.address)
        elif last == NAME_IN_A_MAP:
            told = sentence(error, str(path[-1]), node, is_sensitive=False)
            self.mistakes.add(f"`{dotted(path[:-1])}`: the name {told}", place, address=self.address)
        else:
            is_sensitive = shape.mark(Sensitive) is not None
            told = sentence(error, dotted(path), node, is_sensitive=is_sensitive, members=shape.members)
            self.mistakes.add(told, node.place, address=self.address)

    def _unknown(self, path: Path, name: str, shape: Shape, place: Place) -> None:
        """Remember a field that is not known, with the one that was probably meant."""
        if not path and name in self.answered:
            self.mistakes.add(f"`{name}` is set by the tenant alone; leave it out", place, address=self.address)
            return
        where = f"`{dotted(path)}`" if path else f"{_article(self.noun)}"
        hint = "" if name in shape.members else nearest(name, shape.members)
        if not hint and len(shape.members) <= FEW:
            hint = f"; known are {listed(shape.members)}"
        newer = "" if hint or path or not self.address else "; a field newer than this version goes under `unchecked:`"
        self.mistakes.add(f"`{name}` is no field of {where}{hint}{newer}", place, address=self.address)

    def _nulls(self, node: Node, shape: Shape, path: Path) -> None:
        """Remember every null that stands on a field that cannot be cleared, or that is not known."""
        if isinstance(node, Scalar):
            if node.value is None and path and not _may_be_null(shape):
                told = f"`{dotted(path)}` cannot be cleared with null{_empty(shape)}; leave it out to leave it alone"
                self.mistakes.add(told, node.place, address=self.address)
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                if not _is_said(item):
                    self._nulls(item, shape.item or FREE, (*path, index))
        elif isinstance(node, Map):
            is_partly = is_include(node, shape)
            for name, item in node.entries.items():
                if isinstance(item, Scalar) and item.value is None and not _has(shape, name):
                    self.bad.add((*path, name))
                    self._unknown(path, name, shape, node.keys[name])
                elif not _is_said(item) and not (shape.form is Form.MAP and isinstance(item, Scalar)):
                    self._nulls(item, shape if is_partly else shape.inside(name), path if is_partly else (*path, name))


def _has(shape: Shape, name: str) -> bool:
    """Return whether an object may have a member of this name."""
    return name in shape.members or shape.form is not Form.OBJECT or shape.is_open


def _may_be_null(shape: Shape) -> bool:
    """Return whether null clears a field, or is a value like any other of it."""
    return shape.form is Form.FREE or shape.mark(Clear) is not None


def _is_said(node: Node) -> bool:
    """Return whether the node is a single value, and not null."""
    return isinstance(node, Scalar) and node.value is not None


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


def _located(
    root: Node, shape: Shape, loc: tuple[Any, ...], *, is_extra: bool
) -> tuple[Path, Shape, Node, Place | None] | None:
    """Return path, shape, node and key of a complaint; None if it is about a form that the value does not have.

    A complaint of a member too many is about the object around it, also where the member is known, but not to this one.
    """
    path: Path = ()
    node, key = root, None
    for number, step in enumerate(loc):
        if is_include(node, shape) and isinstance(node, Map) and "include" in node.entries:
            node, path = node.entries["include"], (*path, "include")
        if isinstance(node, Map) and step in node.entries:
            if number == len(loc) - 1 and shape.form is Form.OBJECT and (is_extra or step not in shape.members):
                return path, shape, node.entries[step], node.keys.get(step)
            key, shape = node.keys.get(step), shape.inside(step)
            node, path = node.entries[step], (*path, step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node, shape, path, key = node.items[step], shape.item or FREE, (*path, step), None
        elif isinstance(step, str) and step.startswith(_FOREIGN):
            return None
    return path, shape, node, key
