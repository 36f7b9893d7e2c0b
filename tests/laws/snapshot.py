"""All that a tenant holds, as its HTTP API tells it, and whether a run has kept its hands off what is not its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tenantry.model.state import Manage
from tenantry.model.values import Exclude, Include
from tenantry.plan import Op, Plan
from tests.laws.judge import Judge
from tests.laws.worlds import KEYS, POINTS, World, present, treatment

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
    "oidc_logout": {"oidc_backchannel_logout"},
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
    ours = declared(world, before, after)
    ignored = _ignored(before, manage)
    strange = {id_ for _, id_ in before.keys() ^ after.keys()} | _scopes(before) ^ _scopes(after)
    for key, held in before.items():
        now, wanted = after.get(key), ours.get(key)
        is_ours = wanted is not None and treatment(wanted).managed
        if now is None:
            if not is_ours and not _may_go(held, before, after, manage, me, is_declared=wanted is not None):
                yield f"{held.section} {held.name} ({held.id}) is gone, and nobody asked for that"
            continue
        yield from _changes(held, now, wanted if wanted is not None and is_ours else {}, strange)
        for part in ("enabled_clients", "permissions", "connections", "actions"):
            if lost := ignored & _named_in(held.data.get(part)) - _named_in(now.data.get(part)):
                yield f"{held.section} {held.name}.{part} has lost {lost}, which is ignored"
    for key, held in after.items():
        if key not in {**before, **ours}:
            yield f"{held.section} {held.name} came from nowhere"
        if key not in before and held.section in KEYS and sum(_is_namesake(held, each) for each in after.values()) > 1:
            yield f"{held.section} {held.name} is there twice"


def _changes(held: Held, now: Held, said: Mapping[str, Any], strange: set[str]) -> Iterator[str]:
    """Yield what has changed of a resource and was not declared, or was to be left alone."""
    kept, found = _bare(held.data, strange, said), _bare(now.data, strange, said)
    for name in sorted({name for name in {**kept, **found} if kept.get(name) != found.get(name)}):
        if not _is_coupled(name, said):
            yield f"{held.section} {held.name}.{name}: {kept.get(name)} became {found.get(name)}, undeclared"
    for path in treatment(said).ignore_changes:
        was, became = (_without(at(each.data, path), strange, None, each.data) for each in (held, now))
        if (was or None) != (became or None):
            yield f"{held.section} {held.name}.{path}: {was} became {became}, and was to be left alone"


def _is_namesake(one: Held, other: Held) -> bool:
    return (one.section, one.name) == (other.section, other.name)


def at(value: Any, path: str) -> Any:
    """Return what stands at a path, written as files write it; None where there is nothing."""
    for bracketed, plain in re.findall(r"\[([^\]]*)\]|([^.\[]+)", path):
        step = bracketed or plain
        if isinstance(value, list):
            value = next((item for item in value if item.get("value") == step), None)
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


async def complaints(judge: Judge, world: World, before: Snapshot, manage: Manage | None = None) -> list[str]:
    """Return a sentence for everything that the tenant does not hold as declared, after a run that found ``before``."""
    after = await snapshot(judge)
    ids = identified(world, before, after)
    still = [
        f"{section}.{handle} is still there" for (section, handle), _ in ids.items() if treatment(world[section][handle]).absent
    ]
    fair = Judge(judge.http, _ignored(before, manage or Manage()))
    return [*still, *await fair.complaints(expected(world, before, after, ids), ids)]


def _ignored(around: Snapshot, manage: Manage) -> set[str]:
    """Return the ids, and the identifiers of APIs, that a file says to ignore."""
    found = (each for each in around.values() if is_ignored(each, around, manage))
    return {name for each in found for name in (each.id, each.data.get("identifier")) if name}


def _named_in(items: Any) -> set[str]:
    """Return every text in a list, or in its objects."""
    named = (item.values() if isinstance(item, dict) else [item] for item in items or ())
    return {each for some in named for each in some if isinstance(each, str)}


def identified(world: World, before: Snapshot, after: Snapshot) -> dict[tuple[str, str], str]:
    """Return the tenant's id of what a world calls by section and handle."""
    return {
        (held.section, handle): held.id
        for held in after.values()
        for handle in world.get(held.section, {})
        if _Around(world, after, before).means(held, handle)
    }


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


def lacking(world: World, before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Yield what a world refers to and the tenant cannot give: it is not the tool's to change."""
    ids = identified(world, before, after)

    def scopes(api: str) -> set[str] | None:
        fields = world["apis"][api]
        treated = treatment(fields)
        held = after.get(("apis", ids.get(("apis", api), "")))
        is_free = treated.managed and not any(path.startswith("scopes") for path in treated.ignore_changes)
        return None if is_free or held is None else {each["value"] for each in held.data.get("scopes") or ()}

    for section, entries in world.items():
        for handle, fields in entries.items():
            for api, named in _scopes_named(section, fields):
                known = scopes(api)
                if known is not None and not named <= known:
                    yield f"{section}.{handle}: {api} has no {named - known}"
    for point, bound in world.get("triggers", {}).items():
        if "actions" in treatment(bound).ignore_changes:
            yield from _bound_for_good(world, after, ids, point)
            continue
        for handle in bound["actions"]:
            action = after.get(("actions", ids.get(("actions", handle), "")))
            if not treatment(world["actions"][handle]).managed and action and not _fits(action, point):
                yield f"actions.{handle} is not deployed, or not written for {point}"


def _bound_for_good(world: World, after: Snapshot, ids: Mapping[tuple[str, str], str], point: str) -> Iterator[str]:
    """Yield the actions that cannot go, nor be replaced, because a trigger runs them that is left alone."""
    handles = {id_: handle for (section, handle), id_ in ids.items() if section == "actions"}
    for id_ in after["triggers", point].data["actions"]:
        wanted = world["actions"].get(handles.get(id_, ""), {})
        held = [each["id"] for each in after["actions", id_].data["supported_triggers"]]
        said = [each["id"] for each in wanted.get("supported_triggers", ())]
        if treatment(wanted).absent or said != held:
            yield f"action {id_} cannot go: {point} runs it, and is left alone"


def _fits(action: Held, point: str) -> bool:
    """Return whether an action can be bound to a trigger."""
    is_for_it = any(each["id"] == point for each in action.data["supported_triggers"])
    return is_for_it and bool(action.data.get("all_changes_deployed"))


def _scopes_named(section: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Yield the APIs of which a resource names scopes, with these."""
    if section == "client_grants":
        yield fields["audience"], set(fields["scope"])
    said = fields.get("permissions") if section == "roles" else None
    for api, named in (said.include if isinstance(said, Include) else said if isinstance(said, dict) else {}).items():
        yield api, set(named)


def announced(made: Plan, written: Mapping[str, int]) -> int:
    """Return how many writes a plan announced, less the deploys that turned out needless: a new name needs none."""
    deploys = sum(count for path, count in written.items() if path.endswith("/deploy"))
    finishes = [step for step in made.steps if step.op is Op.FINISH]
    assert deploys <= len(finishes)
    return len(made.steps) - len(finishes) + deploys


def left_over(before: Snapshot, after: Snapshot, world: World, manage: Manage, me: str) -> Iterator[str]:
    """Yield what pruning should have taken away."""
    ours = declared(world, before, after)
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


def declared(world: World, before: Snapshot, after: Snapshot) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what is declared of each resource that a world speaks of, before a run and after it."""
    return {
        key: wanted
        for where in (before, after)
        for key, held in where.items()
        for handle, wanted in world.get(held.section, {}).items()
        if _Around(world, where, before).means(held, handle)
    }


@dataclass(frozen=True)
class _Around:
    """A world and the tenant as it is looked at, beside what a run found there."""

    world: World
    where: Snapshot
    before: Snapshot

    def means(self, held: Held, handle: str) -> bool:
        """Return whether a resource is the one that the world calls by a handle."""
        if held.section in {"triggers", "tenant_settings"}:
            return held.id == handle
        wanted = self.world[held.section][handle]
        id_ = treatment(wanted).id
        if id_ and ((held.section, id_) in self.before or treatment(wanted).absent):  # what went by its id took no name along
            is_new = (held.section, held.id) not in self.before
            return held.id == id_ or (is_new and self._answers(held, wanted))
        return not self._is_picked(held) and self._answers(held, wanted)

    def _answers(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a resource is what a declaration without an id speaks of."""
        return self._grants(held, wanted) if held.section == "client_grants" else self._is_called(held, wanted)

    def _is_picked(self, held: Held) -> bool:
        """Return whether the world names a resource by its id: no other declaration means it, whatever it is called."""
        return any(treatment(each).id == held.id for each in self.world[held.section].values()) and _key(held) in self.before

    def _is_called(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a resource has the declared name, or the one before it where nothing has the declared one."""
        if held.section not in KEYS:
            return False
        name = wanted[KEYS[held.section]]
        if held.name == name:
            return True
        namesakes = [each for each in self.where.values() if each.section == held.section and each.name == name]
        return held.name == treatment(wanted).renamed_from and all(self._is_picked(each) for each in namesakes)

    def _grants(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a grant is one of the application and the API that the world names; an API may have gone."""
        owner = self.where.get(("applications", str(held.data.get("client_id"))))
        apis = [each for each in self.where.values() if each.section == "apis" and each.name == held.data["audience"]]
        return (
            owner is not None
            and self.means(owner, wanted["client_id"])
            and (not apis or any(self.means(each, wanted["audience"]) for each in apis))
        )


def _key(held: Held) -> tuple[str, str]:
    return held.section, held.id


def _may_go(held: Held, before: Snapshot, after: Snapshot, manage: Manage, me: str, *, is_declared: bool) -> bool:
    """Return whether something that is not ours may be gone: pruned, or along with what it belonged to."""
    if is_ignored(held, before, manage):
        return False
    if held.section == "client_grants":
        owners = {("applications", str(held.data.get("client_id")))}
        owners |= {key for key, each in before.items() if key[0] == "apis" and each.name == held.data["audience"]}
        if any(owner in before and owner not in after for owner in owners):
            return True
    return held.section in manage.prune and not is_declared and held.id != me and not held.data.get("is_system")


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
