"""Whether a tenant holds what a world declares, asked of its HTTP API in plain terms; nothing of the planner is used here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx

from tenantry.model.values import Exclude, Include
from tests.laws.worlds import World, absent, present


class Judge:
    """Asks a tenant's Management API, with a token of its own."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.twice: set[str] = set()

    async def get(self, path: str) -> Any:
        """Return the body of a GET below /api/v2; missing things are None."""
        answer = await self.http.get(f"/api/v2/{path}")
        return answer.json() if answer.status_code == httpx.codes.OK else None

    async def by(self, section: str, key: str) -> dict[str, dict[str, Any]]:
        """Return everything in a list by one of its members; these worlds are smaller than a page."""
        found = await self.get(f"{section}?per_page=100")
        items = [item for item in found if not item.get("global")]
        names = [item[key] for item in items]
        self.twice |= {name for name in names if names.count(name) > 1}
        return {item[key]: item for item in items}

    async def complaints(self, world: World) -> list[str]:
        """Return a sentence for everything that the tenant does not hold as declared."""
        gone = {fields["name"] for section in ("applications", "roles") for fields in absent(world)[section].values()}
        world = present(world)
        apps = await self.by("clients", "name")
        apis = await self.by("resource-servers", "identifier")
        found = [*_listed("applications", world, apps, "name"), *_listed("apis", world, apis, "identifier")]
        ids = {handle: apps.get(app["name"], {}).get("client_id") for handle, app in world["applications"].items()}
        found += [f"{name} is still there" for name in gone & (apps.keys() | (await self.by("roles", "name")).keys())]
        found += [f"{name} is there twice" for app in world["applications"].values() if (name := app["name"]) in self.twice]
        found += await self._grants(world, ids)
        found += await self._connections(world, ids)
        found += await self._roles(world)
        found += await self._organizations(world)
        found += await self._actions(world)
        if "" in world["tenant_settings"]:
            found += _differences("tenant_settings", world["tenant_settings"][""], await self.get("tenants/settings"))
        return found

    async def _grants(self, world: World, ids: dict[str, Any]) -> list[str]:
        held = await self.get("client-grants?per_page=100")
        by_pair = {(grant.get("client_id"), grant["audience"]): grant for grant in held}
        found: list[str] = []
        for handle, grant in world["client_grants"].items():
            pair = (ids[grant["client_id"]], world["apis"][grant["audience"]]["identifier"])
            found += _differences(f"client_grants.{handle}", {"scope": grant["scope"]}, by_pair.get(pair))
        return found

    async def _connections(self, world: World, ids: dict[str, Any]) -> list[str]:
        held = await self.by("connections", "name")
        found: list[str] = []
        for handle, wanted in world["connections"].items():
            live = held.get(wanted["name"])
            own = {name: value for name, value in wanted.items() if name != "enabled_clients"}
            found += _differences(f"connections.{handle}", own, live)
            if live and "enabled_clients" in wanted:
                page = await self.get(f"connections/{live['id']}/clients?take=1000")
                clients = [item["client_id"] for item in page["clients"]]
                found += _set(f"connections.{handle}.enabled_clients", _translated(wanted["enabled_clients"], ids), clients)
        return found

    async def _roles(self, world: World) -> list[str]:
        held = await self.by("roles", "name")
        found: list[str] = []
        for handle, wanted in world["roles"].items():
            live = held.get(wanted["name"])
            own = {name: value for name, value in wanted.items() if name != "permissions"}
            found += _differences(f"roles.{handle}", own, live)
            if live and "permissions" in wanted:
                items = await self.get(f"roles/{live['id']}/permissions?per_page=100")
                pairs = {(item["resource_server_identifier"], item["permission_name"]) for item in items}
                declared = {
                    (world["apis"][api]["identifier"], scope)
                    for api, scopes in wanted["permissions"].items()
                    for scope in scopes
                }
                if pairs != declared:
                    found.append(f"roles.{handle}.permissions: {pairs} instead of {declared}")
        return found

    async def _actions(self, world: World) -> list[str]:
        held = {action["name"]: action for action in (await self.get("actions/actions?per_page=100"))["actions"]}
        found: list[str] = []
        for handle, wanted in world["actions"].items():
            live = held.get(wanted["name"])
            found += _differences(f"actions.{handle}", wanted | {"all_changes_deployed": True}, _named(live))
        for point, wanted in world["triggers"].items():
            bindings = (await self.get(f"actions/triggers/{point}/bindings"))["bindings"]
            names = [binding["action"]["name"] for binding in bindings]
            if names != [world["actions"][handle]["name"] for handle in wanted["actions"]]:
                found.append(f"triggers.{point}: {names} instead of {wanted['actions']}")
        return found

    async def _organizations(self, world: World) -> list[str]:
        found: list[str] = []
        for handle, wanted in world.get("organizations", {}).items():
            live = await self.get(f"organizations/name/{quote(wanted['name'])}")
            own = {name: value for name, value in wanted.items() if name != "connections"}
            found += _differences(f"organizations.{handle}", own, live)
            if live and "connections" in wanted:
                items = await self.get(f"organizations/{live['id']}/enabled_connections?per_page=100")
                by_name = {item["connection"]["name"]: item for item in items}
                if set(by_name) != set(wanted["connections"]):
                    found.append(f"organizations.{handle}.connections: {set(by_name)}")
                for name, link in wanted["connections"].items():
                    found += _differences(f"organizations.{handle}.connections.{name}", link, by_name.get(name))
        return found


def _listed(section: str, world: World, held: dict[str, dict[str, Any]], key: str) -> Iterator[str]:
    """Yield what is wrong with the resources of a plain list."""
    for handle, wanted in world[section].items():
        yield from _differences(f"{section}.{handle}", wanted, held.get(wanted[key]))


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
        inside = wanted.include.items() if isinstance(wanted.include, dict) else wanted.include
        held = live.items() if isinstance(live, dict) else live
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


def _translated(wanted: Any, ids: dict[str, Any]) -> Any:
    """Return what is said about a set of handles as said about ids."""
    if isinstance(wanted, Include):
        return Include[list[str]](include=[ids[handle] for handle in wanted.include])
    if isinstance(wanted, Exclude):
        return Exclude(exclude=[ids[handle] for handle in wanted.exclude])
    return [ids[handle] for handle in wanted]
