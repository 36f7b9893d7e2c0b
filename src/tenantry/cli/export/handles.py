"""The handles under which a live tenant's resources are exported, made of their natural keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from unicodedata import combining, normalize

from tenantry.model.address import Address
from tenantry.model.kind import Identity, Kind
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan import Names, in_key_order, name_builtins, view


class UsedNames(Names):
    """Names that remember which handles were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[tuple[str, str]] = set()

    def handle(self, section: str, by: str, value: Any) -> Any:
        """Return the handle and remember it."""
        handle = super().handle(section, by, value)
        self.used.add((section, str(handle)))
        return handle


def named(live: LiveState, kinds: Mapping[str, Kind]) -> tuple[dict[tuple[str, str], LiveResource], UsedNames]:
    """Return the resources by section and handle, and the names by which they refer to each other; none is used yet."""
    names = UsedNames()
    name_builtins(names, live)
    resources = {
        (kind.section, handle): resource for kind in in_key_order(kinds) for handle, resource in _handles(kind, live, names)
    }
    names.used.clear()
    return resources, names


def _handles(kind: Kind, live: LiveState, names: Names) -> Iterator[tuple[str, LiveResource]]:
    """Yield the resources of a kind with their handles, and name them; namesakes get a number each, by id.

    A number that is part of another's name is passed over: beside `My App 2` the second `My App` is `my-app-3`.
    """
    resources = [resource for resource in live.of(kind.section) if not _is_foreign(kind, resource, live)]
    stems = sorted(((_stem(kind, resource, names), resource) for resource in resources), key=lambda pair: (pair[0], pair[1].id))
    wanted = {stem for stem, _ in stems}
    taken: set[str] = set()
    for stem, resource in stems:
        numbered = (f"{stem}-{number}" for number in count(2))
        handle = stem if stem not in taken else next(each for each in numbered if each not in taken and each not in wanted)
        taken.add(handle)
        names.add(Address(kind.section, handle), resource.id, resource.data)
        yield handle, resource


def _is_foreign(kind: Kind, resource: LiveResource, live: LiveState) -> bool:
    """Return whether a resource is not to be written at all: the server's own, or no resource to the kind."""
    is_management_api = resource.data.get("identifier") == live.caller.api_identifier
    return kind.hidden(resource.data) or (kind.system(resource.data) and (is_management_api or bool(kind.key_refs)))


def _stem(kind: Kind, resource: LiveResource, names: Names) -> str:
    """Return the handle that a resource would like to have."""
    if kind.identity is Identity.SINGLETON:
        return ""
    if kind.identity is Identity.BY_HANDLE:
        return resource.id
    called = kind.called(view(kind, resource, names))
    bare = "".join(letter for letter in normalize("NFKD", called.casefold()) if not combining(letter))
    text = re.sub(r"[^a-z0-9_]+", "-", bare.removeprefix("https://")).strip("-")
    return text or kind.noun.replace(" ", "-")
