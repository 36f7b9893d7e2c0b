"""Whether a run has kept its hands off what is not its own, and pruned what it was to prune."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tenantry.model.state import Manage
from tests.laws.meaning import declared
from tests.laws.snapshot import Held, Snapshot, at, scopes_of
from tests.laws.worlds import KEYS, World, treatment

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


def trespasses(before: Snapshot, after: Snapshot, world: World, manage: Manage, me: str) -> Iterator[str]:
    """Yield a sentence for everything that a run towards a world has done to what the world does not declare."""
    ours = declared(world, before, after)
    ignored = ignored_ids(before, manage)
    strange = _strange(before, after)
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


def _strange(before: Snapshot, after: Snapshot) -> set[str]:
    """Return what references call whatever came or went: ids, identifiers of APIs, and their scopes."""
    moved = before.keys() ^ after.keys()
    around = {**before, **after}
    apis = {around[key].name for key in moved if key[0] == "apis"}
    return {id_ for _, id_ in moved} | apis | scopes_of(before) ^ scopes_of(after)


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


def ignored_ids(around: Snapshot, manage: Manage) -> set[str]:
    """Return the ids, and the identifiers of APIs, that a file says to ignore."""
    found = (each for each in around.values() if is_ignored(each, around, manage))
    return {name for each in found for name in (each.id, each.data.get("identifier")) if name}


def _named_in(items: Any) -> set[str]:
    """Return every text in a list, or in its objects."""
    named = (item.values() if isinstance(item, dict) else [item] for item in items or ())
    return {each for some in named for each in some if isinstance(each, str)}


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
