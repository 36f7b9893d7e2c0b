"""The last look: does the tenant hold what was written? Judged by the comparison that made the plan."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tenantry.apply.outcome import Failed
from tenantry.apply.run import Run
from tenantry.management.resources import find_data
from tenantry.model.address import Address
from tenantry.model.errors import ApiError, IncompleteRead, TenantryError
from tenantry.model.kind import Identity, Json, Key, Kind
from tenantry.model.state import LiveResource
from tenantry.plan import Action, Change, settled, shortcomings, view

LOOK_AGAIN_S = (0.5, 1.0, 2.0, 4.0)
"""A tenant may answer reads from before a write for a moment."""

Wrong = dict[Address, str]


async def verify(run: Run, changes: Iterable[Change]) -> list[Failed]:
    """Return a record for each of these changes that the tenant does not show, although it was carried out.

    Whoever was asked to stop looks no more: the next run will.
    """
    wrong: Wrong = {}
    twice: Wrong = {}
    open_ = {change.address: change for change in changes}
    for pause_s in (*LOOK_AGAIN_S, None):
        wrong = {} if run.stop.is_set() else await _look(run, open_, twice)
        if not wrong or pause_s is None:
            break
        open_ = {address: open_[address] for address in wrong}
        await run.client.sleep(pause_s)
    return [_record(run.plan.by_address[address], reason) for address, reason in {**twice, **wrong}.items()]


def _record(change: Change, reason: str) -> Failed:
    """Return the record of a change that was made and does not hold."""
    message = f"it was written, but the tenant does not show just that: {reason}"
    return Failed(change.address, change.action, "unverified", message, place=change.place)


async def _look(run: Run, changes: Mapping[Address, Change], twice: Wrong) -> Wrong:
    """Return what is wrong with any of the changes, section by section; ``twice`` gains what no later look can mend."""
    by_section: dict[str, list[Change]] = defaultdict(list)
    for change in changes.values():
        by_section[change.address.section].append(change)
    found = await asyncio.gather(*(_look_at(run, run.kinds[name], group, twice) for name, group in by_section.items()))
    return {address: reason for wrong in found for address, reason in wrong.items()}


async def _look_at(run: Run, kind: Kind, changes: Sequence[Change], twice: Wrong) -> Wrong:
    """Return what is wrong with the changes of one section."""
    listed = await _listed(run, kind) if _is_listing_cheaper(run, kind, len(changes)) else None
    reasons = await asyncio.gather(*(_reason(run, kind, change, listed) for change in changes))
    twice |= _there_twice(changes, kind, _made_by_others(run, kind, listed or {}))
    return {change.address: reason for change, reason in zip(changes, reasons, strict=True) if reason}


def _there_twice(changes: Sequence[Change], kind: Kind, others: Mapping[Key, list[str]]) -> Wrong:
    """Return what is wrong with whatever is new and shares its name with what somebody else made meanwhile."""
    new = [change for change in changes if change.action is Action.CREATE] if others else []
    made = {change.address: others.get(kind.natural_key(change.post or {}), []) for change in new}
    return {
        address: f"another {kind.noun} of this name appeared meanwhile ({', '.join(ids)}); delete what is too much"
        for address, ids in made.items()
        if ids
    }


def _is_listing_cheaper(run: Run, kind: Kind, count: int) -> bool:
    """Return whether the section's list takes fewer requests than reading the changed resources one by one."""
    if kind.identity is not Identity.LISTED or kind.listing is None:
        return False
    return count > len(run.seen[kind.section]) // kind.listing.size + 1


async def _listed(run: Run, kind: Kind) -> dict[str, Json] | None:
    """Return the section's resources by id, or None when the list does not tell the whole truth."""
    if kind.listing is None:
        return None
    try:
        listing = await run.client.listing(kind.listing)
    except (IncompleteRead, ApiError):
        return None
    return None if listing.is_truncated else {str(item.get(kind.id_field)): item for item in listing.items}


async def _reason(run: Run, kind: Kind, change: Change, listed: dict[str, Json] | None) -> str:
    """Return why the tenant does not show a change; empty when it does."""
    id_ = run.ids.get(change.address)
    if id_ is None:
        return "its id is not known"
    try:
        data = listed.get(id_) if listed is not None else await find_data(run.client, kind, id_)
        if change.action is Action.DELETE:
            return "it is still there" if data is not None else ""
        if data is None:
            return "it is not there"
        tree = await run.with_parts(change, id_, data)
    except TenantryError as error:
        return f"reading it failed ({error})"
    wrong = shortcomings(kind, settled(change, tree), change.post or {})
    return f"{', '.join(wrong)} {'differs' if len(wrong) == 1 else 'differ'}" if wrong else ""


def _made_by_others(run: Run, kind: Kind, listed: Mapping[str, Json]) -> dict[Key, list[str]]:
    """Return by name the ids of what may share its name and was neither there before nor made by this run."""
    found: dict[Key, list[str]] = {}
    for id_, data in listed.items() if not kind.is_unique else ():
        if id_ not in run.seen[kind.section] and not kind.hidden(data):
            key = kind.natural_key(view(kind, LiveResource(kind.section, id_, data), run.names))
            found.setdefault(key, []).append(id_)
    return found
