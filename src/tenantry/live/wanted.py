"""Which resources are worth more requests than their place in a list: those that the configuration declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tenantry.model.kind import Json, Kind
from tenantry.model.state import DesiredState, Resource

Parts = frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """What to read beside the lists.

    ``parts``: which parts of a listed resource are read. ``resources``: the declared resources of a section, which must be
    found even where a list ends too early; for kinds known by their handle they are all that is read.
    """

    parts: Callable[[Kind, str, Json], Parts]
    resources: Mapping[str, tuple[Resource, ...]]
    is_everything: bool = False

    def of(self, section: str) -> tuple[Resource, ...]:
        """Return the declared resources of a section."""
        return self.resources.get(section, ())

    def fields(self, kind: Kind) -> frozenset[str]:
        """Return the fields that must be seen as they are: the declared ones, and all of what is to go or is exported."""
        managed = [resource for resource in self.of(kind.section) if resource.lifecycle.managed]
        if self.is_everything or any(resource.lifecycle.absent for resource in managed):
            return frozenset(kind.shape.members)
        return frozenset(name for resource in managed for name in resource.fields)


def _all_parts(kind: Kind, _id: str, data: Json) -> Parts:
    """Return every part, but none of what is no resource."""
    return frozenset() if kind.hidden(data) else kind.part_fields


EVERYTHING = Wanted(_all_parts, {}, is_everything=True)
"""All parts of all resources, for an export; kinds known by their handle must still be named."""


def wanted(desired: DesiredState) -> Wanted:
    """Return what planning this needs: the declared parts of declared resources that are not ignored."""
    by_section: dict[str, list[Resource]] = {}
    for resource in desired.resources.values():
        by_section.setdefault(resource.address.section, []).append(resource)
    finders = {section: _Finder(resources) for section, resources in by_section.items()}

    def parts(kind: Kind, id_: str, data: Json) -> Parts:
        if not kind.parts or kind.section not in finders or _is_ignored(kind, data, desired):
            return frozenset()
        return finders[kind.section].parts(kind, id_, data)

    return Wanted(parts, {section: tuple(resources) for section, resources in by_section.items()})


def fits(kind: Kind, resource: Resource, id_: str, data: Mapping[str, Any]) -> bool:
    """Return whether a live resource may be the declared one; references in keys are not judged, for handles are not ids."""
    if resource.lifecycle.id:
        return resource.lifecycle.id == id_
    if all(data.get(name) == resource.fields.get(name) for name in _plain_keys(kind)):
        return True
    return resource.lifecycle.renamed_from is not None and data.get(kind.key[0]) == resource.lifecycle.renamed_from


def _plain_keys(kind: Kind) -> tuple[str, ...]:
    """Return the members of the natural key that are no references."""
    return tuple(name for name in kind.key if name not in kind.key_refs)


def _is_ignored(kind: Kind, data: Json, desired: DesiredState) -> bool:
    """Return whether the configuration says to leave this resource alone."""
    name = kind.called(data)
    return any(fnmatchcase(name, pattern) for pattern in desired.manage.ignore.get(kind.section, ()))


class _Finder:
    """Finds the declared resources that a live one may be, without walking them all for each."""

    def __init__(self, resources: list[Resource]) -> None:
        self.resources = [each for each in resources if each.lifecycle.managed]
        self.indexed_for: Kind | None = None
        self.by_mark: dict[Any, list[Resource]] = {}

    def parts(self, kind: Kind, id_: str, data: Json) -> Parts:
        """Return the parts that are declared on whatever this live resource may be."""
        self._index(kind)
        marks = {id_, *(str(data.get(name)) for name in kind.key)}
        candidates = [resource for mark in marks for resource in self.by_mark.get(mark, ())]
        declared = {name for resource in candidates if fits(kind, resource, id_, data) for name in _concerned(kind, resource)}
        return frozenset(declared) & kind.part_fields

    def _index(self, kind: Kind) -> None:
        """File every resource under all that it may be found by."""
        if self.indexed_for is kind:
            return
        self.indexed_for = kind
        for resource in self.resources:
            marks = {str(resource.fields.get(name)) for name in kind.key}
            marks |= {each for each in (resource.lifecycle.id, resource.lifecycle.renamed_from) if each}
            for mark in marks:
                self.by_mark.setdefault(mark, []).append(resource)


def _concerned(kind: Kind, resource: Resource) -> Parts:
    """Return the parts that a run may touch: what is declared, and all of what is to go."""
    return kind.part_fields if resource.lifecycle.absent else frozenset(resource.fields)
