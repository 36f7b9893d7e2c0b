"""Handles in fields: each must name a declared resource; identifiers of declared APIs become handles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tenantry.desired.mistakes import Mistakes, nearest
from tenantry.kinds import KINDS
from tenantry.model.address import MANAGEMENT_API, USERINFO, Address
from tenantry.model.marks import Ref, RefKeys
from tenantry.model.place import Path, Place, dotted, place_at
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.state import Resource
from tenantry.model.values import Exclude, Include

BUILT_IN: dict[str, tuple[str, ...]] = {"apis": (MANAGEMENT_API, USERINFO)}
"""Handles that every tenant has without declaring them."""

_RAW = re.compile(
    r"(?:con|rol|org|cgr|tpc|ucl)_[A-Za-z0-9]{10,}|[A-Za-z0-9]{32}|[0-9a-f]{24}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
Tell = Callable[[Path, str], None]


class References:
    """Everything that can be referred to in one tenant."""

    def __init__(self, resources: Iterable[Resource], tenant: Mapping[str, str]) -> None:
        self.absent: set[Address] = set()
        self.handles: dict[str, set[str]] = {section: set(names) for section, names in BUILT_IN.items()}
        self.identifiers: dict[tuple[str, str], str] = {}
        self.names: dict[tuple[str, str], str] = {}
        if api := tenant.get("api_identifier"):
            self.identifiers["apis", api] = MANAGEMENT_API
        if issuer := tenant.get("issuer"):
            self.identifiers["apis", f"{issuer}userinfo"] = USERINFO
        for resource in resources:
            self._declare(resource)

    def _declare(self, resource: Resource) -> None:
        """Let one declared resource be referred to."""
        section, handle = resource.address.section, resource.address.handle
        self.handles.setdefault(section, set()).add(handle)
        if resource.lifecycle.absent:
            self.absent.add(resource.address)
        if isinstance(identifier := resource.fields.get("identifier"), str):
            self.identifiers[section, identifier] = handle
        if isinstance(name := resource.fields.get("name"), str):
            self.names.setdefault((section, name), handle)

    def normalised(self, fields: Any, shape: Shape, tell: Tell, path: Path = ()) -> Any:
        """Return the value with every reference as a handle; those that name nothing are told."""
        if not shape.holds(Ref, RefKeys):
            return fields
        ref = shape.mark(Ref)
        if isinstance(fields, Include):
            return Include(include=self.normalised(fields.include, shape, tell, (*path, "include")))
        if isinstance(fields, Exclude):
            keys = ref or shape.mark(RefKeys)
            found = [self._one(item, keys, tell, (*path, "exclude")) for item in fields.exclude] if keys else fields.exclude
            return Exclude(exclude=found)
        if isinstance(fields, dict):
            return self._members(fields, shape, tell, path)
        if isinstance(fields, list):
            item = Shape(Form.SCALAR, (ref,)) if ref else shape.item or FREE
            return [self.normalised(value, item, tell, (*path, index)) for index, value in enumerate(fields)]
        if ref and isinstance(fields, Secret):
            tell(path, f"`{dotted(path)}` refers to a resource by its handle, so it cannot be a secret")
        return self._one(fields, ref, tell, path) if ref and isinstance(fields, str) else fields

    def _members(self, fields: dict[str, Any], shape: Shape, tell: Tell, path: Path) -> dict[str, Any]:
        """Return an object or a map with the references inside it, and those that are its keys, as handles."""
        if shape.form is not Form.MAP:
            inside = shape.holding(Ref, RefKeys)
            referring = [name for name in fields if name in inside]
            return fields | {name: self.normalised(fields[name], inside[name], tell, (*path, name)) for name in referring}
        keys, item = shape.mark(RefKeys), shape.item or FREE
        return {
            (self._one(name, keys, tell, (*path, name)) if keys else name): self.normalised(value, item, tell, (*path, name))
            for name, value in fields.items()
        }

    def _one(self, value: str, ref: Ref | RefKeys, tell: Tell, path: Path) -> str:
        """Return the handle that a reference names, or the reference itself with a mistake told."""
        if not value:
            return value
        section = ref.section
        handle = value if value in self.handles.get(section, ()) else self.identifiers.get((section, value))
        if handle is None:
            tell(path, self._unknown(section, value, path))
            return value
        if Address(section, handle) in self.absent:
            tell(path, f"`{dotted(path)}` refers to {section}.{handle}, which is declared absent")
        return handle

    def _unknown(self, section: str, value: str, path: Path) -> str:
        """Return what is wrong with a reference that names nothing."""
        where, known = dotted(path), self.handles.get(section, set())
        if named := self.names.get((section, value)):
            return f"`{where}`: `{value}` is a name; refer to it by its handle, `{named}`"
        if _RAW.fullmatch(value):
            return (
                f"`{where}` looks like a raw id; declare the resource under `{section}:` and refer to it by its handle "
                "(`lifecycle: {managed: false}` if it is not yours to change)"
            )
        hint = nearest(value, known)
        if not hint:
            hint = "; declare it, with `lifecycle: {managed: false}` if it is not yours to change"
        return f"`{where}`: there is no `{value}` under `{section}:`{hint}"


def of_resource(resource: Resource, mistakes: Mistakes) -> Tell:
    """Return a function that remembers mistakes at paths of one resource."""
    return lambda path, message: mistakes.add(
        message, resource.place(path), address=str(resource.address), code="unknown_reference"
    )


def of_block(block: str, places: Mapping[Path, Place], mistakes: Mistakes) -> Tell:
    """Return a function that remembers mistakes at paths of one block."""
    return lambda path, message: mistakes.add(f"{block}: {message}", place_at(places, path), code="unknown_reference")


def duplicates(resources: Iterable[Resource]) -> Iterator[tuple[Resource, Place | None, str]]:
    """Yield resources that would find the same live resource as one before them."""
    seen: dict[tuple[Any, ...], Resource] = {}
    for resource in resources:
        kind = KINDS[resource.address.section]
        key = kind.natural_key(resource.fields)
        if not any(key) or resource.lifecycle.id:
            continue
        other = seen.setdefault((kind.section, *key), resource)
        if other is not resource:
            names = " and ".join(f"`{name}`" for name in kind.key if resource.fields.get(name))
            message = f"{resource.address} has the same {names} as {other.address}; both would be the same {kind.noun}"
            yield resource, resource.place((kind.key[0],)), message
