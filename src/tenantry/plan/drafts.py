"""What happens to each resource: of all that is declared, and of what nobody declares in sections that are pruned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenantry.model.address import Address
from tenantry.model.kind import Identity, Kind
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Resource
from tenantry.plan.draft import Draft, Tree, aim
from tenantry.plan.joining import join_and_leave
from tenantry.plan.match import Matched
from tenantry.plan.names import Names
from tenantry.plan.types import PRUNED, Action
from tenantry.plan.view import view

Views = Mapping[Address, Tree]


@dataclass(frozen=True)
class Wishes:
    """What the person who runs the tool asked for beside the files."""

    send_secrets: bool = False


def drafted(
    desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind], matched: Matched, wishes: Wishes
) -> dict[Address, Draft]:
    """Return what happens to every declared resource, and to every undeclared one of a pruned section."""
    made = _settled(desired, kinds, matched, wishes)
    join_and_leave(made, live)
    return made | _pruned(desired, kinds, matched, live.caller.client_id)


def _settled(desired: DesiredState, kinds: Mapping[str, Kind], matched: Matched, wishes: Wishes) -> dict[Address, Draft]:
    """Return the drafts of all that is declared.

    A replacement gives a resource a new id, so whoever refers to it by id must change as well: drafts are made again
    until no further replacement follows.
    """
    known = held = _views(desired, kinds, matched)
    replaced: set[Address] = set()
    while True:
        made = {
            address: _decided(_blank(resource, kinds[address.section], matched, known, held), matched.names, wishes)
            for address, resource in desired.resources.items()
            if resource.lifecycle.managed
        }
        more = {address for address, each in made.items() if each.action is Action.REPLACE} - replaced
        if not more:
            return made
        replaced |= more
        matched.names.forget(more)
        held = _views(desired, kinds, matched)


def _views(desired: DesiredState, kinds: Mapping[str, Kind], matched: Matched) -> Views:
    """Return every matched live resource in declared form, by the names that are known now."""
    return {
        address: view(kinds[address.section], found, matched.names, desired.resources[address].unchecked)
        for address, found in matched.pairs.items()
    }


def _blank(resource: Resource, kind: Kind, matched: Matched, known: Views, held: Views) -> Draft:
    """Return a draft that says what there is, and nothing yet of what is to become of it."""
    address = resource.address
    return Draft(
        kind,
        address,
        resource,
        matched.pairs.get(address),
        held.get(address, {}),
        known.get(address, {}),
        matched_by=matched.matched_by.get(address, ""),
    )


def _decided(made: Draft, names: Names, wishes: Wishes) -> Draft:
    """Return the draft with what is to become of its resource."""
    treated = made.resource.lifecycle if made.resource else Lifecycle()
    if treated.absent:
        made.action = Action.DELETE if made.found else None
        return made
    aim(made, names, treated.ignore_changes if made.found else (), send_secrets=wishes.send_secrets)
    if made.action is Action.REPLACE:
        aim(made, names, send_secrets=wishes.send_secrets)  # the new one has no value yet that could be left alone
    return made


def _pruned(desired: DesiredState, kinds: Mapping[str, Kind], matched: Matched, me: str) -> dict[Address, Draft]:
    """Return the deletes of what pruned sections hold and nobody declared."""
    made = {}
    for found in matched.undeclared:
        kind = kinds[found.section]
        if found.section in desired.manage.prune and _may_be_pruned(kind, found, me):
            address = Address(found.section, found.id)
            matched.names.doom(address, found.id, found.data)
            tree = view(kind, found, matched.names)
            made[address] = Draft(kind, address, None, found, tree, tree, action=Action.DELETE, matched_by=PRUNED)
    return made


def _may_be_pruned(kind: Kind, found: LiveResource, me: str) -> bool:
    """Return whether a resource is neither the server's nor the tool's own, nor one that always exists."""
    return kind.identity is Identity.LISTED and not kind.system(found.data) and not _is_own(kind, found, me)


def _is_own(kind: Kind, found: LiveResource, me: str) -> bool:
    """Return whether this is the tool's own application, or what gives it access."""
    owners = (found.data.get(name) for name in kind.key_refs)
    return bool(me) and (found.id == me or me in owners)
