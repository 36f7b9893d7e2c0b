"""Whether a tenant holds what a world declares, asked of its HTTP API in plain terms; nothing of the planner is used here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import httpx

from tenantry.model.values import Exclude, Include
from tests.laws.worlds import World

Ids = Mapping[tuple[str, str], str]
"""The tenant's id of what a world calls by section and handle."""


class Judge:
    """Asks a tenant's Management API, with a token of its own; of lists it passes over what is ``ignored``, by id or key."""

    def __init__(self, http: httpx.AsyncClient, ignored: Collection[str] = ()) -> None:
        self.http = http
        self.ignored = ignored

    async def get(self, path: str) -> Any:
        """Return the body of a GET below /api/v2; missing things are None."""
        answer = await self.http.get(f"/api/v2/{path}")
        return answer.json() if answer.status_code == httpx.codes.OK else None

    async def by(self, section: str, key: str) -> dict[str, dict[str, Any]]:
        """Return everything in a list by one of its members; these worlds are smaller than a page."""
        found = await self.get(f"{section}?per_page=100")
        items = found if isinstance(found, list) else found["actions"]
        return {item[key]: item for item in items if not item.get("global")}

    async def complaints(self, world: World, ids: Ids) -> list[str]:
        """Return a sentence for everything that the tenant does not hold as declared."""
        apis = await self.by("resource-servers", "id")
        identifiers = {handle: apis.get(ids.get(("apis", handle), ""), {}).get("identifier") for handle in world["apis"]}
        found = list(_listed("apis", world, apis, ids))
        found += _listed("applications", world, await self.by("clients", "client_id"), ids)
        found += await self._grants(world, ids)
        found += await self._connections(world, ids)
        found += await self._roles(world, ids, identifiers)
        found += await self._organizations(world, ids)
        found += await self._actions(world, ids)
        if "" in world["tenant_settings"]:
            found += _differences("tenant_settings", world["tenant_settings"][""], await self.get("tenants/settings"))
        return found

    async def _grants(self, world: World, ids: Ids) -> list[str]:
        held = await self.by("client-grants", "id")
        found: list[str] = []
        for handle, grant in world["client_grants"].items():
            own = {name: value for name, value in grant.items() if name == "scope"}
            found += _differences(f"client_grants.{handle}", own, held.get(ids.get(("client_grants", handle), "")))
        return found

    async def _connections(self, world: World, ids: Ids) -> list[str]:
        held = await self.by("connections", "id")
        found: list[str] = []
        for handle, wanted in world["connections"].items():
            live = held.get(ids.get(("connections", handle), ""))
            own = {name: value for name, value in wanted.items() if name != "enabled_clients"}
            found += _differences(f"connections.{handle}", own, live)
            if live and "enabled_clients" in wanted:
                page = await self.get(f"connections/{live['id']}/clients?take=1000")
                clients = [item["client_id"] for item in page["clients"] if item["client_id"] not in self.ignored]
                translated = _translated(wanted["enabled_clients"], lambda each: ids.get(("applications", each)))
                found += _set(f"connections.{handle}.enabled_clients", translated, clients)
        return found

    async def _roles(self, world: World, ids: Ids, identifiers: Mapping[str, Any]) -> list[str]:
        held = await self.by("roles", "id")
        found: list[str] = []
        for handle, wanted in world["roles"].items():
            live = held.get(ids.get(("roles", handle), ""))
            own = {name: value for name, value in wanted.items() if name != "permissions"}
            found += _differences(f"roles.{handle}", own, live)
            if live and "permissions" in wanted:
                by_api: dict[str, Any] = {}
                for item in await self.get(f"roles/{live['id']}/permissions?per_page=100"):
                    if item["resource_server_identifier"] not in self.ignored:
                        by_api.setdefault(item["resource_server_identifier"], set()).add(item["permission_name"])
                said = _translated(wanted["permissions"], identifiers.get, lambda scopes: set(scopes or ()))
                found += _parts(f"roles.{handle}.permissions", said, by_api)
        return found

    async def _actions(self, world: World, ids: Ids) -> list[str]:
        held = await self.by("actions/actions", "id")
        found: list[str] = []
        for handle, wanted in world["actions"].items():
            live = held.get(ids.get(("actions", handle), ""))
            deployed = {"all_changes_deployed": True} if "supported_triggers" in wanted else {}
            found += _differences(f"actions.{handle}", wanted | deployed, _named(live))
        for point, bound in world["triggers"].items():
            if "actions" not in bound:
                continue
            bindings = (await self.get(f"actions/triggers/{point}/bindings"))["bindings"]
            bound_ids = [each["action"]["id"] for each in bindings if each["action"]["id"] not in self.ignored]
            if bound_ids != [ids.get(("actions", handle)) for handle in bound["actions"]]:
                found.append(f"triggers.{point}: {bound_ids} instead of {bound['actions']}")
        return found

    async def _organizations(self, world: World, ids: Ids) -> list[str]:
        held = await self.by("organizations", "id")
        found: list[str] = []
        for handle, wanted in world["organizations"].items():
            live = held.get(ids.get(("organizations", handle), ""))
            own = {name: value for name, value in wanted.items() if name != "connections"}
            found += _differences(f"organizations.{handle}", own, live)
            if live and "connections" in wanted:
                items = await self.get(f"organizations/{live['id']}/enabled_connections?per_page=100")
                by_id = {item["connection_id"]: item for item in items if item["connection_id"] not in self.ignored}
                said = _translated(wanted["connections"], lambda each: ids.get(("connections", each)))
                found += _parts(f"organizations.{handle}.connections", said, by_id)
        return found


def _listed(section: str, world: World, held: Mapping[str, dict[str, Any]], ids: Ids) -> Iterator[str]:
    """Yield what is wrong with the resources of a plain list."""
    for handle, wanted in world[section].items():
        yield from _differences(f"{section}.{handle}", wanted, held.get(ids.get((section, handle), "")))


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
