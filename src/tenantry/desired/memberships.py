"""Items that must be members of a list elsewhere: a grant's scopes are its API's, a trigger's actions are made for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.desired.mistakes import listed, nearest
from tenantry.model.address import Address
from tenantry.model.marks import Keyed, MemberOf, Ref, RefKeys, ServedBy
from tenantry.model.place import Path
from tenantry.model.spec import FREE, Shape
from tenantry.model.state import Resource
from tenantry.model.values import Include

Found = tuple[Path, str]
"""Where an item stands that is no member, and a sentence about it."""


class Memberships:
    """Checks fields whose items must be members of another resource's list, such as the scopes of an API."""

    def __init__(self, resources: Mapping[Address, Resource], shapes: Mapping[str, Shape]) -> None:
        self.resources = resources
        self.shapes = shapes

    def broken(self, value: Any, shape: Shape, path: Path = ()) -> Iterator[Found]:
        """Yield every item that its list does not hold, as far as that list is declared whole."""
        if not shape.holds(MemberOf):
            return
        if isinstance(value, Include):
            yield from self.broken(value.include, shape, (*path, "include"))
        elif isinstance(value, dict):
            yield from self._broken_members(value, shape, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.broken(item, shape.item or FREE, (*path, index))

    def _broken_members(self, value: dict[str, Any], shape: Shape, path: Path) -> Iterator[Found]:
        """Yield them of an object, or of a map; the list may belong to what a map's key refers to, or another member."""
        keys, members = shape.mark(RefKeys), shape.holding(MemberOf)
        for name, item in value.items():
            inner = members.get(name) or shape.item
            mark = inner.mark(MemberOf) if inner else None
            if inner and mark is None:
                yield from self.broken(item, inner, (*path, name))
            elif mark and keys:
                yield from self._strangers(item, mark, Address(keys.section, name), (*path, name))
            elif mark and (ref := _reference(shape, mark.target)):
                yield from self._strangers(item, mark, Address(ref.section, str(value.get(mark.target))), (*path, name))

    def _strangers(self, items: Any, mark: MemberOf, target: Address, path: Path) -> Iterator[Found]:
        """Yield every item that the target's list does not hold."""
        known = self._known(target, mark.list)
        if known is None:
            return
        if isinstance(items, Include):
            items, path = items.include, (*path, "include")
        for index, name in enumerate(items if isinstance(items, list) else ()):
            if isinstance(name, str) and name not in known:
                hint = nearest(name, known) or "; add it there"
                yield (*path, index), f"`{name}` is not among the `{mark.list}` of {target}{hint}"

    def unserved(self, resource: Resource) -> Iterator[Found]:
        """Yield every item that refers to a resource which is made for others than this one."""
        shape = self.shapes[resource.address.section]
        for name, member in shape.holding(ServedBy).items():
            mark, ref, items = member.mark(ServedBy), member.mark(Ref), resource.fields.get(name)
            for index, item in enumerate(items if isinstance(items, list) else ()):
                known = self._known(Address(ref.section, item), mark.list) if mark and ref else None
                if mark and known is not None and resource.address.handle not in known:
                    yield (name, index), f"`{item}` is made for {listed(sorted(known))}, says its `{mark.list}`"

    def _known(self, address: Address, name: str) -> set[str] | None:
        """Return the keys of a list that is declared whole, else None."""
        resource = self.resources.get(address)
        items = resource.fields.get(name) if resource else None
        mark = self.shapes[address.section].members[name].mark(Keyed) if address.section in self.shapes else None
        if not isinstance(items, list) or mark is None:
            return None
        return {item[mark.key] for item in items if isinstance(item, dict) and isinstance(item.get(mark.key), str)}


def _reference(shape: Shape, name: str) -> Ref | None:
    """Return the reference mark of a member."""
    return shape.members[name].mark(Ref) if name in shape.members else None
