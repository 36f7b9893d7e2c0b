"""What a resource refers to: other resources, and single members of their lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.marks import KEY, MemberOf, Ref, RefKeys
from tenantry.model.spec import FREE, Shape
from tenantry.model.values import Exclude, Include, RawId


@dataclass(frozen=True)
class Member:
    """One item of a keyed list of another resource: the scope ``read:orders`` of ``apis.orders``."""

    owner: Address
    list: str
    value: str


@dataclass
class References:
    """The resources and the members of their lists that a value names by handle; raw ids are not among them."""

    resources: set[Address] = field(default_factory=set)
    members: set[Member] = field(default_factory=set)

    def __sub__(self, other: References) -> References:
        """Return what this one names and the other does not."""
        return References(self.resources - other.resources, self.members - other.members)


def references(tree: dict[str, Any], shape: Shape, only: frozenset[str] | None = None) -> References:
    """Return everything that a resource in declared form refers to; ``only`` restricts it to some of its fields."""
    found = References()
    for name, value in tree.items():
        if (only is None or name in only) and name in shape.members:
            _walk(value, shape.members[name], tree, shape, None, found)
    return found


def sections_referred_to(kind: Kind) -> frozenset[str]:
    """Return the sections that fields of this kind may refer to."""
    return frozenset(_sections(kind.shape))


def _sections(shape: Shape) -> Iterator[str]:
    """Yield the section of every reference mark inside a shape."""
    for mark in shape.marks:
        if isinstance(mark, Ref | RefKeys):
            yield mark.section
    for member in shape.members.values():
        yield from _sections(member)
    if shape.item:
        yield from _sections(shape.item)


def _walk(value: Any, shape: Shape, around: dict[str, Any], outer: Shape, key: Address | None, found: References) -> None:
    """Collect the references in a value; ``around`` is the object that holds it, ``key`` the map key above it."""
    if isinstance(value, Include):
        value = value.include
    if isinstance(value, Exclude) or value is None:
        return
    if ref := shape.mark(Ref):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and not isinstance(item, RawId):
                found.resources.add(Address(ref.section, item))
        return
    if member := shape.mark(MemberOf):
        owner = key if member.target == KEY else _neighbour(member.target, around, outer)
        if owner and isinstance(value, list):
            found.members |= {Member(owner, member.list, item) for item in value if isinstance(item, str)}
    if isinstance(value, dict):
        _walk_mapping(value, shape, key, found)
    elif isinstance(value, list):
        for item in value:
            _walk(item, shape.item or FREE, around, outer, key, found)


def _walk_mapping(value: dict[str, Any], shape: Shape, key: Address | None, found: References) -> None:
    """Collect the references in an object or in a map, whose keys may be references themselves."""
    keys = shape.mark(RefKeys)
    for name, item in value.items():
        owner = Address(keys.section, name) if keys and not isinstance(name, RawId) else None
        if owner:
            found.resources.add(owner)
        inner = shape.members.get(name) or shape.item or FREE
        # A mark on the map speaks of the lists that are its values.
        member = shape.mark(MemberOf)
        if member and owner and isinstance(item, list):
            found.members |= {Member(owner, member.list, scope) for scope in item if isinstance(scope, str)}
        _walk(item, inner, value, shape, owner or key, found)


def _neighbour(name: str, around: dict[str, Any], outer: Shape) -> Address | None:
    """Return the resource that the field ``name`` of the same object refers to."""
    ref = (outer.members.get(name) or FREE).mark(Ref)
    handle = around.get(name)
    if ref and isinstance(handle, str) and not isinstance(handle, RawId):
        return Address(ref.section, handle)
    return None
