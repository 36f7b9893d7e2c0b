"""How a value is composed, which no Spec can say: partial forms, members that exclude each other, items that come twice."""

from __future__ import annotations

from tenantry.desired.declared import is_include
from tenantry.desired.mistakes import Mistakes, listed
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Node, Scalar, Sequence, is_partial
from tenantry.model.marks import Excludes, Keyed, Ref
from tenantry.model.spec import FREE, Form, Shape


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
