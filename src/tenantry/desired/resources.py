"""Sections of a merged file → declared resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tenantry.desired.checked import Checked
from tenantry.desired.composition import check_composition
from tenantry.desired.interpolate import Interpolation
from tenantry.desired.mistakes import Mistakes, listed, nearest
from tenantry.desired.tree import Mapping, Node, Places, Scalar, Sequence, plain
from tenantry.model.address import HANDLE, Address
from tenantry.model.kind import Identity, Kind
from tenantry.model.marks import InOrder
from tenantry.model.place import Place, undotted
from tenantry.model.secret import Secret
from tenantry.model.spec import Block, Form
from tenantry.model.state import Lifecycle, Resource

OWN = ("lifecycle", "unchecked")
NOTHING = Mapping(Place("", 0, 0), is_settled=True)
"""What stands under ``unchecked:`` of most resources."""
PLAIN = Lifecycle()
"""What most resources have: nothing is said of how they are treated."""


class LifecycleSpec(Block):
    """How a declared resource is to be treated over time."""

    ignore_changes: Annotated[
        list[str] | None, Field(description="Fields whose live value is left as it is, written as paths."), InOrder()
    ] = None
    renamed_from: Annotated[str | None, Field(description="Former name, used while the new one is not found.")] = None
    id: Annotated[str | None, Field(description="The tenant's id, to pick one of several namesakes.")] = None
    managed: Annotated[bool | None, Field(description="False: it may be referred to, and is never written.")] = None
    absent: Annotated[bool | None, Field(description="True: it must not exist.")] = None


class Sections:
    """Reads sections; what is wrong in them is remembered."""

    def __init__(self, interpolation: Interpolation, mistakes: Mistakes) -> None:
        self.interpolation = interpolation
        self.mistakes = mistakes

    def resources(self, kind: Kind, node: Node, key: Place) -> Iterator[Resource]:
        """Yield every resource that a section declares, its references as they were written."""
        if not isinstance(node, Mapping):
            self._no_map(kind, node, key)
        elif kind.identity is Identity.SINGLETON:
            if node.entries:
                yield self._resource(kind, Address(kind.section, ""), node, key)
        else:
            for handle, body in node.entries.items():
                yield from self._declared(kind, handle, body, node.keys.get(handle, body.place))

    def _declared(self, kind: Kind, handle: str, body: Node, key: Place) -> Iterator[Resource]:
        """Yield the resource of one handle, if it can be read at all."""
        address = Address(kind.section, handle)
        if not HANDLE.fullmatch(handle):
            self.mistakes.add(f"`{handle}` cannot be a handle: use letters, digits, `_` and `-`", key)
        elif kind.handles and handle not in kind.handles:
            known = nearest(handle, kind.handles) or f"; known are {listed(sorted(kind.handles), 20)}"
            self.mistakes.add(f"there is no {kind.noun} `{handle}`{known}", key)
        elif isinstance(body, Mapping):
            yield self._resource(kind, address, body, key)
        elif isinstance(body, Sequence) and (field := shorthand(kind)):
            whole = Mapping(body.place, {field: body}, {field: key})
            yield self._resource(kind, address, whole, key)
        else:
            self.mistakes.add(f"`{address}` needs a map of fields", key, address=str(address))

    def _resource(self, kind: Kind, address: Address, body: Mapping, key: Place) -> Resource:
        """Return one resource with its own fields checked."""
        filled = self.interpolation.map(body.without(*OWN), kind.shape)
        extra = self.interpolation.map(self._unchecked(kind, body, address))
        check_composition(filled, kind.shape, self.mistakes)
        answered = kind.answered | {kind.id_field}
        known = Checked(kind.spec, filled, kind.noun, self.mistakes, str(address), answered=answered).fields()
        merged = Mapping(key, {**extra.entries, **filled.entries}, {**extra.keys, **filled.keys})
        resource = Resource(
            address,
            known | plain(extra),
            self._lifecycle(body.child("lifecycle"), str(address)),
            frozenset(extra.entries),
            Places(merged, key),
        )
        self._ignores_what_there_is(kind, resource, body)
        self._has_key(kind, resource)
        return resource

    def _ignores_what_there_is(self, kind: Kind, resource: Resource, body: Mapping) -> None:
        """Remember a mistake for each field that ``ignore_changes`` names and the kind does not have."""
        for path in resource.lifecycle.ignore_changes:
            steps = undotted(path)
            if steps and steps[0] not in resource.unchecked and (wrong := _leads_nowhere(steps, kind)):
                message = f"`ignore_changes`: {wrong}"
                self.mistakes.add(message, body.entries["lifecycle"].place, address=str(resource.address))

    def _unchecked(self, kind: Kind, body: Mapping, address: Address) -> Mapping:
        """Return what stands under ``unchecked:``; fields that are known do not belong there."""
        node = body.child("unchecked")
        if node is None:
            return NOTHING
        if not isinstance(node, Mapping):
            self.mistakes.add("`unchecked` is a map of fields", node.place, address=str(address))
            return NOTHING
        for name in node.entries.keys() & {*kind.shape.members, *OWN}:
            self.mistakes.add(
                f"`{name}` is a known field; declare it beside `unchecked`", node.keys[name], address=str(address)
            )
        return node.without(*kind.shape.members, *OWN)

    def _lifecycle(self, node: Node | None, address: str) -> Lifecycle:
        """Return the ``lifecycle:`` block."""
        if node is None:
            return PLAIN
        filled = self.interpolation.node(node)
        if not isinstance(filled, Mapping):
            self.mistakes.add("`lifecycle` is a map", node.place, address=address)
            return PLAIN
        said = {
            name: value
            for name, value in Checked(LifecycleSpec, filled, "lifecycle", self.mistakes, address).fields().items()
            if name in LifecycleSpec.model_fields and value is not None
        }
        if said.get("absent") and said.get("managed") is False:
            self.mistakes.add("what is not managed cannot be made absent; give one of the two", node.place, address=address)
        ignored = said.pop("ignore_changes", ())
        return Lifecycle(ignore_changes=tuple(ignored) if isinstance(ignored, list) else (), **said)

    def _has_key(self, kind: Kind, resource: Resource) -> None:
        """Remember a mistake if nothing says which live resource is meant."""
        address = str(resource.address)
        for name in kind.key:
            if isinstance(resource.fields.get(name), Secret):
                message = f"`{name}` finds the resource in the tenant, so it cannot be a secret"
                self.mistakes.add(message, resource.place((name,)), address=address)
        if resource.lifecycle.id:
            return
        for name in kind.key:
            if name in kind.required and (name,) not in resource.places:
                message = f"`{address}` needs `{name}`, by which it is found in the tenant"
                self.mistakes.add(message, resource.place(), address=address)

    def _no_map(self, kind: Kind, node: Node, key: Place) -> None:
        """Remember that a section is no map, and how it would be written."""
        if kind.identity is Identity.SINGLETON:
            self.mistakes.add(f"`{kind.section}` is a map of fields", key)
        elif isinstance(node, Sequence):
            self.mistakes.add(
                f"`{kind.section}` is a map, not a list: give each {kind.noun} a handle, as in "
                f"`{kind.section}: {{my-handle: {{…}}}}`",
                key,
            )
        elif isinstance(node, Scalar) and node.value is None:
            self.mistakes.add(f"`{kind.section}` declares nothing; write `{kind.section}: {{}}` to say that it is empty", key)
        else:
            self.mistakes.add(f"`{kind.section}` is a map from handles to fields", key)


def shorthand(kind: Kind) -> str:
    """Return the field that a plain list stands for: the only field of a kind, if that is an ordered list."""
    members = kind.shape.members
    name = next(iter(members))
    return name if len(members) == 1 and members[name].has(InOrder()) else ""


def _leads_nowhere(steps: list[str], kind: Kind) -> str:
    """Return why a path names nothing that could be left alone, or nothing when it does."""
    shape, where = kind.shape, f"{kind.noun}s"
    for step in steps:
        if shape.form is Form.OBJECT and not shape.is_open and step not in shape.members:
            return f"`{step}` is no field of {where}{nearest(step, shape.members)}"
        if shape.form in {Form.SCALAR, Form.SET, Form.ORDERED}:
            return f"{where} is left alone as a whole; take `{step}` away"
        shape, where = shape.inside(step), f"`{step}`"
    return ""
