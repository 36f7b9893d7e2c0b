"""All that a tenant holds, as its HTTP API tells it, and whether a run has kept its hands off what is not its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tenantry.model.state import Manage
from tests.laws.judge import Judge
from tests.laws.worlds import POINTS, World

LISTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "applications": ("clients?per_page=100", "name", {}),
    "apis": ("resource-servers?per_page=100", "identifier", {}),
    "client_grants": ("client-grants?per_page=100", "id", {}),
    "connections": ("connections?per_page=100", "name", {"enabled_clients": "connections/{}/clients?take=1000"}),
    "roles": ("roles?per_page=100", "name", {"permissions": "roles/{}/permissions?per_page=100"}),
    "organizations": (
        "organizations?per_page=100",
        "name",
        {"connections": "organizations/{}/enabled_connections?per_page=100"},
    ),
    "actions": ("actions/actions?per_page=100", "name", {}),
}
"""By section: its list, the member that people know one by, and the parts that have an endpoint of their own."""
MAPS = {"client_metadata", "metadata", "secrets", "permissions", "connections"}
"""Members of which all is declared when anything is."""
OF_THE_SERVER = {"updated_at", "created_at"}
COUPLED = {
    "session_lifetime": {"session_lifetime_in_minutes"},
    "token_lifetime": {"token_lifetime_for_web"},
    "signing_alg": {"signing_secret"},
    "supported_triggers": {"status", "all_changes_deployed", "deployed_version", "current_version"},
}
"""What the server changes along with a member; an action is always brought to be deployed, also what was drafted by hand."""


@dataclass(frozen=True)
class Held:
    """One resource: what people know it by, and all that the tenant tells of it."""

    section: str
    id: str
    name: str
    data: Mapping[str, Any]


Snapshot = dict[tuple[str, str], Held]


async def snapshot(judge: Judge) -> Snapshot:
    """Return everything that the tenant holds."""
    found: Snapshot = {}
    for section, (path, key, parts) in LISTS.items():
        body = await judge.get(path)
        for item in body if isinstance(body, list) else body["actions"]:
            if item.get("global"):
                continue
            id_ = str(item.get("client_id") if section == "applications" else item["id"])
            more = {name: _items(await judge.get(part.format(id_))) for name, part in parts.items()}
            found[section, id_] = Held(section, id_, str(item[key]), {**item, **more})
    for point in POINTS:
        bindings = (await judge.get(f"actions/triggers/{point}/bindings"))["bindings"]
        found["triggers", point] = Held("triggers", point, point, {"actions": [each["action"]["id"] for each in bindings]})
    found["tenant_settings", ""] = Held("tenant_settings", "", "", await judge.get("tenants/settings"))
    return found


def _items(body: Any) -> Any:
    return body["clients"] if isinstance(body, dict) else body


def trespasses(before: Snapshot, after: Snapshot, world: World, manage: Manage, me: str) -> Iterator[str]:
    """Yield a sentence for everything that a run towards a world has done to what the world does not declare."""
    ours = _declared(world, before, after)
    strange = {id_ for _, id_ in before.keys() ^ after.keys()} | _scopes(before) ^ _scopes(after)
    for key, held in before.items():
        now, wanted = after.get(key), ours.get(key)
        if now is None:
            if wanted is None and not _may_go(held, before, after, manage, me):
                yield f"{held.section} {held.name} ({held.id}) is gone, and nobody asked for that"
        else:
            kept = _bare(held.data, strange, wanted or {})
            found = _bare(now.data, strange, wanted or {})
            for name in sorted({name for name in {**kept, **found} if kept.get(name) != found.get(name)}):
                if not (wanted is not None and _is_coupled(name, wanted)):
                    yield f"{held.section} {held.name}.{name}: {kept.get(name)} became {found.get(name)}, undeclared"
    yield from (f"{held.section} {held.name} came from nowhere" for key, held in after.items() if key not in {**before, **ours})


def left_over(after: Snapshot, world: World, manage: Manage, me: str) -> Iterator[str]:
    """Yield a sentence for everything that pruning should have taken away."""
    ours = _declared(world, after, after)
    for key, held in after.items():
        is_system = held.data.get("is_system") or held.id == me or held.data.get("client_id") == me
        if held.section in manage.prune and key not in ours and not is_system and not is_ignored(held, after, manage):
            yield f"{held.section} {held.name} is left in a pruned section"


def is_ignored(held: Held, around: Snapshot, manage: Manage) -> bool:
    """Return whether the file says to leave this alone, or what it hangs on."""
    if held.section == "client_grants":
        owner = around.get(("applications", str(held.data.get("client_id"))))
        apis = (each for (section, _), each in around.items() if section == "apis" and each.name == held.data["audience"])
        return any(is_ignored(each, around, manage) for each in (owner, *apis) if each)
    return any(fnmatchcase(held.name, pattern) for pattern in manage.ignore.get(held.section, ()))


def _declared(world: World, *around: Snapshot) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what is declared of each resource that a world speaks of."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for where in around:
        for key, held in where.items():
            for handle, wanted in world.get(held.section, {}).items():
                if _is_meant(held, handle, wanted, world, where):
                    found[key] = wanted
    return found


def _is_meant(held: Held, handle: str, wanted: Mapping[str, Any], world: World, where: Snapshot) -> bool:
    """Return whether a resource is the one that a world calls by a handle."""
    if held.section in {"triggers", "tenant_settings"}:
        return held.id == handle
    if held.section == "client_grants":
        owner = where.get(("applications", str(held.data.get("client_id"))))
        app, api = world["applications"][wanted["client_id"]], world["apis"][wanted["audience"]]
        return owner is not None and owner.name in _names(app, "name") and held.data["audience"] in _names(api, "identifier")
    return held.name in _names(wanted, LISTS[held.section][1])


def _names(wanted: Mapping[str, Any], key: str) -> set[Any]:
    """Return what a declared resource is called, and was."""
    lifecycle = wanted.get("lifecycle")
    return {wanted[key], lifecycle.renamed_from if lifecycle else None}


def _may_go(held: Held, before: Snapshot, after: Snapshot, manage: Manage, me: str) -> bool:
    """Return whether something undeclared may be gone: pruned, or along with what it belonged to."""
    if is_ignored(held, before, manage):
        return False
    if held.section == "client_grants":
        owners = {("applications", str(held.data.get("client_id")))}
        owners |= {key for key, each in before.items() if key[0] == "apis" and each.name == held.data["audience"]}
        if any(owner in before and owner not in after for owner in owners):
            return True
    return held.section in manage.prune and held.id != me and not held.data.get("is_system")


def dangling(held: Snapshot) -> Iterator[str]:
    """Yield every scope that a grant or a role holds of an API that has no such scope."""
    known = _scopes(held)
    for each in held.values():
        if each.section == "client_grants":
            yield from {f"{each.data['audience']} {scope}" for scope in each.data.get("scope") or ()} - known
        for item in each.data["permissions"] if each.section == "roles" else ():
            yield from {f"{item['resource_server_identifier']} {item['permission_name']}"} - known


def _scopes(held: Snapshot) -> set[str]:
    """Return every scope of every API, which roles and grants may lose along with the API's."""
    return {
        f"{each.name} {scope['value']}"
        for (section, _), each in held.items()
        if section == "apis"
        for scope in each.data.get("scopes") or ()
    }


def _bare(data: Any, strange: set[str], declared: Mapping[str, Any]) -> Any:
    """Return a resource without what was declared of it, and without mentions of what came or went."""
    said = {name: value for name, value in data.items() if name not in OF_THE_SERVER}
    return _without(said, strange, declared, data)


def _is_whole(declared: Mapping[str, Any], name: str) -> bool:
    """Return whether a declared member speaks of all of itself: an object does not, but of the members it names."""
    return name in declared and (not isinstance(declared[name], dict) or name in MAPS)


def _without(value: Any, strange: set[str], declared: Any, owner: Mapping[str, Any]) -> Any:
    """Return a value without what is declared in it, and without mentions of strange ids."""
    if isinstance(value, dict):
        known = declared if isinstance(declared, dict) else {}
        kept = {
            name: _without(item, strange, known.get(name), owner) for name, item in value.items() if not _is_whole(known, name)
        }
        return {name: item for name, item in kept.items() if item not in (None, [], {})}  # nothing, null and empty are one
    if isinstance(value, list):
        return [item for item in value if not _mentions(item, strange, owner)]
    return None if value in strange and isinstance(value, str) else value


def _mentions(item: Any, strange: set[str], owner: Mapping[str, Any]) -> bool:
    """Return whether an item of a list speaks of something that came or went: an id, or a scope of an API."""
    if isinstance(item, dict):
        pair = f"{item.get('resource_server_identifier')} {item.get('permission_name')}"
        return pair in strange or any(_mentions(each, strange, owner) for each in item.values())
    return isinstance(item, str) and (item in strange or f"{owner.get('audience')} {item}" in strange)


def _is_coupled(name: str, declared: Mapping[str, Any]) -> bool:
    """Return whether the server changes a member along with a declared one."""
    return any(name in others for said, others in COUPLED.items() if said in declared)
