"""One run of a plan: what it knows of the tenant while it goes, shared by all its steps."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tenantry.apply.journal import Journal
from tenantry.management.client import ManagementClient
from tenantry.management.resources import read_parts, read_resource
from tenantry.model.address import Address
from tenantry.model.kind import Json, Kind
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan import Change, Names, Op, Plan, Step, names_of, shortcomings, view


class State(StrEnum):
    """What progress is told about a step."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


Progress = Callable[[Step, State], None]


@dataclass
class Run:
    """The plan, the way to the tenant, and what has been learned: ids of what was created, names, ids already seen."""

    plan: Plan
    client: ManagementClient
    kinds: Mapping[str, Kind]
    journal: Journal
    progress: Progress
    stop: asyncio.Event
    names: Names
    ids: dict[Address, str]
    seen: defaultdict[str, set[str]]
    begun: set[int] = field(default_factory=set)
    """The steps whose request was about to be sent."""
    turns: dict[Any, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @classmethod
    def of(
        cls,
        plan: Plan,
        live: LiveState,
        client: ManagementClient,
        kinds: Mapping[str, Kind],
        *,
        journal: Journal,
        progress: Progress,
        stop: asyncio.Event,
    ) -> Run:
        """Return a run that knows what the live state shows."""
        seen = defaultdict(set, {section: {each.id for each in found} for section, found in live.resources.items()})
        names = names_of(plan, live, kinds)
        return cls(plan, client, kinds, journal, progress, stop, names, dict(plan.ids), seen)

    def kind(self, address: Address) -> Kind:
        """Return the kind of a resource."""
        return self.kinds[address.section]

    def learn(self, address: Address, id_: str, data: Mapping[str, Any]) -> None:
        """Remember the id of a resource that this run created or found."""
        self.ids[address] = id_
        self.seen[address.section].add(id_)
        self.names.add(address, id_, data)

    async def held(self, change: Change) -> Json | None:
        """Return what the tenant holds of a resource that was there before this run, in declared form, or None."""
        if change.id is None:
            return None
        found = await read_resource(self.client, self.kind(change.address), change.id, self.parts(change))
        return None if found is None else self.viewed(change, found)

    async def with_parts(self, change: Change, id_: str, data: Json) -> Json:
        """Return the declared form of a resource that a list showed, with the parts that the change concerns."""
        kind = self.kind(change.address)
        parts = await read_parts(self.client, kind, id_, self.parts(change))
        return self.viewed(change, LiveResource(kind.section, id_, data, parts))

    def parts(self, change: Change) -> frozenset[str]:
        """Return the parts that the change reads or writes."""
        return self.kind(change.address).part_fields & change.members.keys()

    def viewed(self, change: Change, live: LiveResource) -> Json:
        """Return a live resource in declared form, unchecked members included."""
        kind = self.kind(change.address)
        return view(kind, live, self.names, frozenset(change.members) - set(kind.shape.members))

    def own(self, change: Change) -> Json:
        """Return the members of the post-image that the create call itself carries."""
        kind = self.kind(change.address)
        flag = kind.finish.flag if kind.finish else None
        later = {
            name
            for step in self.plan.steps_of(change.address)
            if step.op is Op.SET_REFERENCE and isinstance(step.call.body, dict)
            for name in step.call.body
        }
        apart = kind.part_fields | later
        return {name: value for name, value in (change.post or {}).items() if name not in apart and name != flag}

    def differs(self, change: Change, tree: Json) -> list[str]:
        """Return the members on which a resource is not what the create call said."""
        return shortcomings(self.kind(change.address), tree, self.own(change))

    def is_namesake(self, change: Change, tree: Json) -> bool:
        """Return whether a resource has the natural key of the one that the change creates."""
        kind = self.kind(change.address)
        return kind.natural_key(tree) == kind.natural_key(change.post or {})

    async def namesakes(self, change: Change) -> dict[str, tuple[Json, Json]]:
        """Return by id, raw and in declared form, whatever the tenant lists with the natural key of the change."""
        kind = self.kind(change.address)
        if kind.listing is None:
            return {}
        by_key = kind.listing.by_key
        extra = ((by_key, str((change.post or {})[kind.key[0]])),) if by_key else ()
        found: dict[str, tuple[Json, Json]] = {}
        for data in (await self.client.listing(kind.listing, extra=extra)).items:
            id_ = str(data.get(kind.id_field, ""))
            tree = self.viewed(change, LiveResource(kind.section, id_, data))
            if not kind.hidden(data) and self.is_namesake(change, tree):
                found[id_] = (data, tree)
        return found
