"""How a value is composed, which no Spec can say: in part or whole, members that exclude each other, items that come twice."""

from __future__ import annotations

from tenantry.desired.declared import is_include
from tenantry.desired.mistakes import Mistakes, listed
from tenantry.desired.tree import HOLE, Node, Scalar, Sequence, is_partial
from tenantry.desired.tree import Mapping as Map
from tenantry.model.marks import Excludes, Keyed, Ref, Undivided
from tenantry.model.place import Path, dotted
from tenantry.model.spec import FREE, Form, Shape

_LISTS = frozenset({Form.SET, Form.KEYED, Form.ORDERED})


def check_composition(node: Node, shape: Shape, mistakes: Mistakes) -> None:
    """Remember whatever is composed as it cannot be, at any depth."""
    if isinstance(node, Sequence):
        _doubles(node, shape, mistakes)
        for item in node.items:
            if not isinstance(item, Scalar):
                check_composition(item, shape.item or FREE, mistakes)
    elif isinstance(node, Map) and is_include(node, shape):
        _partial(node, shape, mistakes)
    elif isinstance(node, Map):
        if shape.form is Form.ORDERED and is_partial(node):
            mistakes.add("the order of this list counts, so it is declared whole: write a plain list", node.place)
        _rivals(node, shape, mistakes)
        for name, item in node.entries.items():
            if not isinstance(item, Scalar):
                check_composition(item, shape.inside(name), mistakes)


def undivided(node: Node, shape: Shape, mistakes: Mistakes, address: str | None = None, path: Path = ()) -> Node:
    """Return the node with a hole, and a mistake remembered, wherever a part of what is declared whole stands."""
    if isinstance(node, Sequence):
        inside = shape.item or FREE
        items = (undivided(item, inside, mistakes, address, (*path, index)) for index, item in enumerate(node.items))
        return Sequence(node.place, tuple(items))
    if not isinstance(node, Map):
        return node
    if shape.has(Undivided()) and is_partial(node) and not _is_itself(node, shape):
        instead = "the map itself" if shape.form is Form.MAP else "a plain list"
        message = f"`{dotted(path)}` is declared whole, without `include` and `exclude`: write {instead}"
        mistakes.add(message, node.place, address=address)
        return Scalar(node.place, HOLE)
    entries = {
        name: undivided(item, shape.inside(name), mistakes, address, (*path, name)) for name, item in node.entries.items()
    }
    return Map(node.place, entries, node.keys)


def _is_itself(node: Map, shape: Shape) -> bool:
    """Return whether `include` and `exclude` are names in a map like any others, or the node is no collection at all."""
    if shape.form in _LISTS:
        return False
    return shape.form is not Form.MAP or all(_may_be(item, shape.item or FREE) for item in node.entries.values())


def _may_be(node: Node, shape: Shape) -> bool:
    """Return whether the node looks like a value of this shape; an object has one of its members, or none at all."""
    if isinstance(node, Scalar) and node.value is HOLE:
        return True
    match shape.form:
        case Form.FREE:
            return True
        case Form.SCALAR:
            return isinstance(node, Scalar)
        case Form.OBJECT:
            return isinstance(node, Map) and (not node.entries or not node.entries.keys().isdisjoint(shape.members))
        case Form.MAP:
            return isinstance(node, Map)
        case Form.SET | Form.KEYED | Form.ORDERED:
            return isinstance(node, Sequence)


def _partial(node: Map, shape: Shape, mistakes: Mistakes) -> None:
    """Remember what is wrong with a collection in its include or exclude form."""
    if len(node.entries) > 1:
        mistakes.add("give either `include` or `exclude`, not both", node.place)
    if included := node.entries.get("include"):
        check_composition(included, shape, mistakes)
    excluded = node.entries.get("exclude")
    if excluded is not None and not _is_texts(excluded):
        mistakes.add("`exclude` lists texts: items, keys of items, or keys of a map", excluded.place)


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


def _is_texts(node: Node) -> bool:
    """Return whether the node is a list of texts."""
    return isinstance(node, Sequence) and all(isinstance(item, Scalar) and isinstance(item.value, str) for item in node.items)
