"""A value as its field sees it: plain data for the validation, and the declared form of what is right."""

from __future__ import annotations

from typing import Any

from tenantry.desired.tree import HOLE, Node, Scalar, Sequence, is_partial, plain
from tenantry.desired.tree import Mapping as Map
from tenantry.model.marks import Sensitive, Undivided
from tenantry.model.place import Path, dotted
from tenantry.model.secret import PlainSecret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import Exclude, Include

_COLLECTIONS = frozenset({Form.SET, Form.KEYED, Form.MAP})


def is_include(node: Node, shape: Shape) -> bool:
    """Return whether the node is a collection in its include or exclude form."""
    return shape.form in _COLLECTIONS and is_partial(node) and not shape.has(Undivided())


def exact(node: Node, shape: Shape) -> Any:
    """Return plain data for the validation: partial collections stand as if they were exact, nulls are left out."""
    if isinstance(node, Map):
        if is_include(node, shape) or (shape.form is Form.ORDERED and is_partial(node)):
            included = node.entries.get("include")
            return exact(included, shape) if included is not None else ([] if shape.form is not Form.MAP else {})
        return {
            name: item.value if isinstance(item, Scalar) else exact(item, shape.inside(name))
            for name, item in node.entries.items()
            if not (isinstance(item, Scalar) and item.value is None)
        }
    if isinstance(node, Sequence):
        return [item.value if isinstance(item, Scalar) else exact(item, shape.item or FREE) for item in node.items]
    return node.value


def declared(node: Node, shape: Shape, path: Path, bad: frozenset[Path]) -> Any:
    """Return the declared form: partial collections as ``Include`` and ``Exclude``, marked texts as secrets."""
    if isinstance(node, Map):
        if is_include(node, shape):
            return _partial(node, shape, path, bad)
        return {
            name: declared(item, shape.inside(name), (*path, name), bad)
            for name, item in node.entries.items()
            if not _is_left_out(item, path, name, bad)
        }
    if isinstance(node, Sequence):
        return [
            declared(item, shape.item or FREE, (*path, index), bad)
            for index, item in enumerate(node.items)
            if not _is_left_out(item, path, index, bad)
        ]
    if shape.mark(Sensitive) and isinstance(node.value, str):
        return PlainSecret.of(dotted(path), node.value)
    return node.value


def _partial(node: Map, shape: Shape, path: Path, bad: frozenset[Path]) -> Include[Any] | Exclude:
    """Return the include or exclude form of a collection."""
    if "include" in node.entries and (*path, "include") not in bad:
        return Include(include=declared(node.entries["include"], shape, (*path, "include"), bad))
    excluded = plain(node.entries["exclude"]) if "exclude" in node.entries else []
    return Exclude(exclude=[item for item in excluded if isinstance(item, str)] if isinstance(excluded, list) else [])


def _is_left_out(node: Node, path: Path, step: str | int, bad: frozenset[Path]) -> bool:
    """Return whether a value could not be found, or does not fit."""
    return (isinstance(node, Scalar) and node.value is HOLE) or (bool(bad) and (*path, step) in bad)
