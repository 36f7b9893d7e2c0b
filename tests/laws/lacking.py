"""What a run cannot bring about, for others keep what it would need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.model.values import Include
from tests.laws.meaning import identified
from tests.laws.snapshot import Held, Snapshot, scopes_of
from tests.laws.worlds import World, treatment


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


def dangling(held: Snapshot) -> Iterator[str]:
    """Yield every scope that a grant or a role holds of an API that has no such scope."""
    known = scopes_of(held)
    for each in held.values():
        if each.section == "client_grants":
            yield from {f"{each.data['audience']} {scope}" for scope in each.data.get("scope") or ()} - known
        for item in each.data["permissions"] if each.section == "roles" else ():
            yield from {f"{item['resource_server_identifier']} {item['permission_name']}"} - known
