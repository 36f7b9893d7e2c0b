"""Whether a tenant holds what a world declares, by what its HTTP API tells; nothing of the planner is used here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenantry.model.values import Exclude, Include
from tests.laws.snapshot import Snapshot
from tests.laws.worlds import World

PARTS = {"connections": "enabled_clients", "roles": "permissions", "organizations": "connections"}
"""By section, the member that has an endpoint of its own."""


@dataclass(frozen=True)
class Judge:
    """Judges a tenant as it is ``held``; ``ids`` tells what a world calls by section and handle.

    In lists it passes over what is ``ignored``, by id or by identifier.
    """

    held: Snapshot
    ids: Mapping[tuple[str, str], str]
    ignored: Collection[str] = ()

    def complaints(self, world: World) -> Iterator[str]:
        """Yield a sentence for everything that the tenant does not hold as declared."""
        for section, entries in world.items():
            for handle, wanted in entries.items():
                yield from self._resource(section, f"{section}.{handle}", wanted, self._live(section, handle))

    def _resource(self, section: str, path: str, wanted: dict[str, Any], live: Any) -> Iterator[str]:
        """Yield what is wrong with one resource; its natural key is how it was found."""
        part = PARTS.get(section, "")
        match section:
            case "triggers":
                yield from self._bindings(path, wanted, live)
            case "client_grants":
                yield from _differences(path, {name: value for name, value in wanted.items() if name == "scope"}, live)
            case "actions":
                deployed = {"all_changes_deployed": True} if "supported_triggers" in wanted else {}
                yield from _differences(path, wanted | deployed, _named(live))
            case _:
                yield from _differences(path, {name: value for name, value in wanted.items() if name != part}, live)
        if live and part in wanted:
            yield from self._part(section, f"{path}.{part}", wanted[part], live[part])

    def _part(self, section: str, path: str, wanted: Any, items: list[dict[str, Any]]) -> Iterator[str]:
        """Yield what is wrong with a part that has an endpoint of its own."""
        if section == "connections":
            clients = [item["client_id"] for item in items if item["client_id"] not in self.ignored]
            yield from _set(path, _translated(wanted, lambda each: self.ids.get(("applications", each))), clients)
        elif section == "roles":
            by_api: dict[str, Any] = {}
            for item in items:
                by_api.setdefault(item["resource_server_identifier"], set()).add(item["permission_name"])
            said = _translated(wanted, self._identifier, lambda scopes: set(scopes or ()))
            yield from _parts(path, said, {api: scopes for api, scopes in by_api.items() if api not in self.ignored})
        else:
            by_id = {item["connection_id"]: item for item in items if item["connection_id"] not in self.ignored}
            yield from _parts(path, _translated(wanted, lambda each: self.ids.get(("connections", each))), by_id)

    def _bindings(self, path: str, wanted: dict[str, Any], live: Any) -> Iterator[str]:
        """Yield what is wrong with the actions of a trigger, in their order."""
        bound = [id_ for id_ in live["actions"] if id_ not in self.ignored]
        if "actions" in wanted and bound != [self.ids.get(("actions", handle)) for handle in wanted["actions"]]:
            yield f"{path}: {bound} instead of {wanted['actions']}"

    def _live(self, section: str, handle: str) -> Any:
        """Return all that the tenant tells of what a handle means; None where there is no such thing."""
        found = self.held.get((section, self.ids.get((section, handle), "")))
        return found.data if found else None

    def _identifier(self, handle: str) -> Any:
        api = self._live("apis", handle)
        return api and api["identifier"]


def _parts(path: str, wanted: Any, held: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a map of parts, by what the tenant calls their targets; an empty one is none."""
    if isinstance(wanted, Exclude):
        yield from (f"{path}: {key} is still there" for key in wanted.exclude if key in held)
        return
    declared = wanted.include if isinstance(wanted, Include) else wanted
    if not isinstance(wanted, Include) and (more := held.keys() - declared.keys()):
        yield f"{path}: {more} is there too"
    for key, value in declared.items():
        if isinstance(value, dict):
            yield from _differences(f"{path}.{key}", value, held.get(key))
        elif held.get(key, set()) != value:
            yield f"{path}.{key}: {held.get(key)} instead of {value}"


def _differences(path: str, wanted: dict[str, Any], live: dict[str, Any] | None) -> Iterator[str]:
    """Yield what is wrong with an object, member by declared member."""
    if live is None:
        yield f"{path} is missing"
        return
    for name, value in wanted.items():
        yield from _difference(f"{path}.{name}", value, live.get(name))


def _difference(path: str, wanted: Any, live: Any) -> Iterator[str]:
    """Yield what is wrong with one value; nothing, null and empty are one."""
    if path.endswith("secrets"):
        if set(live) != set(wanted):
            yield f"{path}: {set(live)} instead of {set(wanted)}"
    elif isinstance(wanted, Include | Exclude | list):
        yield from _set(path, wanted, live or [])
    elif isinstance(wanted, dict) and path.endswith(("metadata",)):
        if (live or {}) != wanted:
            yield f"{path}: {live} instead of {wanted}"
    elif isinstance(wanted, dict):
        yield from _differences(path, wanted, live or {})
    elif (live or None) != (wanted or None):
        yield f"{path}: {live!r} instead of {wanted!r}"


def _set(path: str, wanted: Any, live: Any) -> Iterator[str]:
    """Yield what is wrong with a set, or with the keys of a map of which only some are declared."""
    if isinstance(wanted, Include):
        is_map = isinstance(wanted.include, dict)
        inside = wanted.include.items() if is_map else _plain(wanted.include)
        held = live.items() if isinstance(live, dict) else _plain(live)
        if not all(item in held for item in inside):
            yield f"{path}: {live} lacks some of {wanted.include}"
    elif isinstance(wanted, Exclude):
        if set(wanted.exclude) & set(live):
            yield f"{path}: {live} has some of {wanted.exclude}"
    elif _plain(live) != _plain(wanted):
        yield f"{path}: {live} instead of {wanted}"


def _named(action: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return an action with its secrets as the world declares them: by name, without what nobody can read."""
    if action is None:
        return None
    keyed = {"dependencies": ["name", "version"], "supported_triggers": ["id", "version"]}
    lists = {name: [{key: item[key] for key in keys} for item in action.get(name) or ()] for name, keys in keyed.items()}
    return action | lists | {"secrets": {secret["name"]: None for secret in action.get("secrets") or ()}}


def _plain(items: list[Any]) -> set[str]:
    return {str(item.get("value", item)) if isinstance(item, dict) else str(item) for item in items}


def _translated(wanted: Any, id_of: Callable[[str], Any], value: Callable[[Any], Any] = lambda each: each) -> Any:
    """Return what is said about a set or a map of handles as said about what the tenant calls them."""
    if isinstance(wanted, Include):
        return Include[Any](include=_translated(wanted.include, id_of, value))
    if isinstance(wanted, Exclude):
        return Exclude.model_construct(exclude=[id_of(handle) for handle in wanted.exclude])
    if isinstance(wanted, dict):
        return {id_of(handle): value(each) for handle, each in wanted.items()}
    return [id_of(handle) for handle in wanted]
