"""What a tenant is to hold after a run, less what is to be left alone there, and whether it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from tenantry.model.state import Manage
from tenantry.model.values import Exclude, Include
from tests.laws.judge import Judge
from tests.laws.meaning import identified
from tests.laws.restraint import ignored_ids
from tests.laws.snapshot import Snapshot, at
from tests.laws.worlds import World, present, treatment


def complaints(world: World, before: Snapshot, after: Snapshot, manage: Manage) -> Iterator[str]:
    """Yield a sentence for everything that the tenant does not hold as declared, after a run that found ``before``."""
    ids = identified(world, before, after)
    for section, handle in ids:
        if treatment(world[section][handle]).absent:
            yield f"{section}.{handle} is still there"
    yield from Judge(after, ids, ignored_ids(before, manage)).complaints(expected(world, before, after, ids))


def expected(world: World, before: Snapshot, after: Snapshot, ids: Mapping[tuple[str, str], str]) -> World:
    """Return what a world asks for, in a tenant that held some of it before: that is spared what is to be left alone."""
    found = present(world)
    for section, entries in found.items():
        for handle, fields in entries.items():
            lifecycle = treatment(world[section][handle])
            key = section, ids.get((section, handle), "")
            if not lifecycle.managed:
                entries[handle] = {}
            elif key in before and key in after:
                entries[handle] = _spared(fields, lifecycle.ignore_changes, after[key].data)
    return found


def _spared(fields: dict[str, Any], paths: Iterable[str], live: Mapping[str, Any]) -> dict[str, Any]:
    """Return declared fields with what the tenant holds at the paths that are to be left alone."""
    found = deepcopy(fields)
    for path in paths:
        name, _, inside = path.replace("[", ".").replace("]", "").partition(".")
        if not inside:
            found.pop(name, None)
        elif name in found:
            found[name] = _spared_inside(found[name], inside, at(live, path))
    return found


def _spared_inside(value: Any, name: str, live: Any) -> Any:
    """Return one declared object, map or list of objects with what the tenant holds under a name in it."""
    if isinstance(value, Exclude):
        return Exclude(exclude=[each for each in value.exclude if each != name])
    if isinstance(value, Include):
        inner = value.include
        is_list = isinstance(inner, list)
        return Include[Any](include=[each for each in inner if each["value"] != name] if is_list else _but(inner, name))
    if isinstance(value, list):
        return [*(each for each in value if each["value"] != name), *([live] if live else [])]
    return value if value is None and live is None else _but(value or {}, name) | ({} if live is None else {name: live})


def _but(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != name}
