"""What the server deletes along with what is deleted: shown and counted, not sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan.draft import Draft
from tenantry.plan.match import Matched, display_name
from tenantry.plan.types import Action, Lost

Cascades = Mapping[Address, tuple[Lost, ...]]
"""By what is deleted or replaced: all that goes along, where anything does."""


def cascades(drafts: Mapping[Address, Draft], live: LiveState, kinds: Mapping[str, Kind], matched: Matched) -> Cascades:
    """Return what the server deletes along with each resource that goes."""
    addresses = {(found.section, found.id): address for address, found in matched.pairs.items()}

    def lost(other: LiveResource) -> Lost:
        known = addresses.get((other.section, other.id))
        return Lost(str(known or f"{other.section}.{_short(kinds[other.section], other)}"), other.id)

    going = [(address, made.kind, made.found) for address, made in drafts.items() if made.goes and made.found]
    along = {address: tuple(map(lost, lost_along(kind, found, live))) for address, kind, found in going}
    return {address: each for address, each in along.items() if each}


def lost_along(kind: Kind, found: LiveResource, live: LiveState) -> Iterator[LiveResource]:
    """Yield what the server deletes along with a live resource."""
    marks = {found.id, found.data.get("identifier")} - {None}
    for cascade in kind.cascades:
        yield from (other for other in live.of(cascade.section) if other.data.get(cascade.field) in marks)


def _short(kind: Kind, live: LiveResource) -> str:
    return display_name(kind, live.data).replace(" ", "/")


def without_cascaded(drafts: Mapping[Address, Draft], going_along: Cascades) -> dict[Address, Draft]:
    """Return the drafts without the deletes that the server makes anyway."""
    gone = {each.id for address, lost in going_along.items() if drafts[address].action is Action.DELETE for each in lost}
    return {
        address: made
        for address, made in drafts.items()
        if not (made.action is Action.DELETE and made.found and made.found.id in gone)
    }
