"""What a resource refers to: other resources, and single members of their lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from tenantry.model.address import Address
from tenantry.model.marks import KEY, MemberOf, Ref, RefKeys
from tenantry.model.spec import FREE, Shape
from tenantry.model.values import Include, RawId


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


Raw = Mapping[tuple[str, str, str], Address]
"""Addresses of live resources that nobody declared, by section, kind of reference and raw value."""
NOTHING: Raw = MappingProxyType({})
REFERRING = (Ref, RefKeys, MemberOf)
"""The marks that speak of other resources."""


def references(tree: dict[str, Any], shape: Shape, only: frozenset[str] | None = None, raw: Raw = NOTHING) -> References:
    """Return everything that a resource in declared form refers to; ``only`` restricts it to some of its fields.

    Of what nobody declared only the resources in ``raw`` are named.
    """
    found, around = References(), _Around(tree, shape, raw)
    referring = shape.holding(*REFERRING)
    for name, value in tree.items():
        if name in referring and (only is None or name in only):
            _walk(value, referring[name], around, found)
    return found


class _Around(NamedTuple):
    """What surrounds a value: the object that holds it with its shape, and the resource that the map key above it names."""

    tree: dict[str, Any]
    shape: Shape
    raw: Raw
    key: Address | None = None

    def owner(self, member: MemberOf) -> Address | None:
        """Return the resource whose list a mark speaks of."""
        if member.target == KEY:
            return self.key
        ref = (self.shape.members.get(member.target) or FREE).mark(Ref)
        return _address(ref, self.tree.get(member.target), self.raw)


def _walk(value: Any, shape: Shape, around: _Around, found: References) -> None:
    """Collect the references at and below a value."""
    value = value.include if isinstance(value, Include) else value
    if not shape.holds(*REFERRING):
        return
    items = value if isinstance(value, list) else [value]
    if ref := shape.mark(Ref):
        found.resources |= {address for item in items if (address := _address(ref, item, around.raw))}
    elif isinstance(value, dict):
        _walk_mapping(value, shape, around, found)
    elif isinstance(value, list):
        member = shape.mark(MemberOf)
        if member and (owner := around.owner(member)):
            found.members |= {Member(owner, member.list, item) for item in items if isinstance(item, str)}
        for item in items:
            _walk(item, shape.item or FREE, around, found)


def _walk_mapping(value: dict[str, Any], shape: Shape, around: _Around, found: References) -> None:
    """Collect the references in an object or in a map, whose keys may be references themselves."""
    keys = shape.mark(RefKeys)
    for name, item in value.items():
        key = _address(keys, name, around.raw) or around.key
        if keys and key:
            found.resources.add(key)
        _walk(item, shape.inside(name), _Around(value, shape, around.raw, key), found)


def _address(ref: Ref | RefKeys | None, handle: Any, raw: Raw) -> Address | None:
    """Return the resource that a handle names; a raw id names none but what is known to stand behind it."""
    if ref is None or not isinstance(handle, str):
        return None
    return raw.get((ref.section, ref.by, str(handle))) if isinstance(handle, RawId) else Address(ref.section, handle)
