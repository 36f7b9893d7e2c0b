"""Reads a tenant: each needed section once, whole, all at once; then the parts of what is declared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tenantry.live.wanted import Wanted, fits
from tenantry.management.answers import NOT_FOUND
from tenantry.management.client import ManagementClient
from tenantry.management.resources import find_data, read_parts
from tenantry.model.errors import ApiError, IncompleteRead, NotAllowed, lacking
from tenantry.model.kind import Identity, Json, Kind
from tenantry.model.state import Caller, LiveResource, LiveState, Resource

T = TypeVar("T")


async def read(client: ManagementClient, kinds: Mapping[str, Kind], wanted: Wanted, sections: Iterable[str]) -> LiveState:
    """Return what the tenant holds in these sections.

    Raises: IncompleteRead when a list is not whole; NotAllowed with all scopes that any of the reads lacked; ApiError.
    """
    before = client.counts.reads
    caller = await client.caller()
    chosen = [kinds[section] for section in sorted(set(sections))]
    _require_whole(chosen, wanted, caller)
    found = await _all([_Section(client, kind, wanted).read() for kind in chosen])
    return LiveState(
        {kind.section: resources for kind, (resources, _) in zip(chosen, found, strict=True)},
        caller,
        frozenset(kind.section for kind, (_, is_truncated) in zip(chosen, found, strict=True) if is_truncated),
        client.counts.reads - before,
    )


def _require_whole(chosen: Iterable[Kind], wanted: Wanted, caller: Caller) -> None:
    """Return when nothing that matters is shown emptier to this token than it is.

    Raises: NotAllowed, for a plan of what is withheld would be wrong, and a write of it would lose what is there.
    """
    scopes = {scope for kind in chosen for name, scope in kind.withheld.items() if name in wanted.fields(kind)}
    if missing := sorted(scopes - caller.scopes):
        raise lacking(missing, "without which the tenant hides what is declared", caller)


async def _all(work: Sequence[Awaitable[T]]) -> list[T]:
    """Return all results; refusals for missing scopes are joined to one that names them all."""
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    refusals = [error for error in errors if isinstance(error, NotAllowed) and error.missing]
    if refusals:
        raise _joined(refusals)
    if errors:
        raise errors[0]
    return [result for result in results if not isinstance(result, BaseException)]


def _joined(refusals: list[NotAllowed]) -> NotAllowed:
    """Return one refusal that names every scope that was missed."""
    missing = sorted({scope for refusal in refusals for scope in refusal.missing})
    message = f"the token lacks scopes; any of these would do where it was refused: {', '.join(missing)}"
    return NotAllowed(message, missing=missing, **refusals[0].asked)


@dataclass(frozen=True)
class _Section:
    """One section being read."""

    client: ManagementClient
    kind: Kind
    wanted: Wanted

    async def read(self) -> tuple[tuple[LiveResource, ...], bool]:
        """Return the section's resources, and whether the tenant has more than it lists."""
        match self.kind.identity:
            case Identity.SINGLETON:
                return await self.named(self.kind.section), False
            case Identity.BY_HANDLE:
                handles = [resource.address.handle for resource in self.wanted.of(self.kind.section)]
                found = await _all([self.named(handle) for handle in handles])
                return tuple(each for some in found for each in some), False
            case Identity.LISTED:
                return await self.listed()

    async def named(self, id_: str) -> tuple[LiveResource, ...]:
        """Return the resource that is known by its name alone, if the tenant has it."""
        data = await find_data(self.client, self.kind, id_)
        return () if data is None else (await self.with_parts(id_, data),)

    async def listed(self) -> tuple[tuple[LiveResource, ...], bool]:
        """Return what is listed, and what is declared but stands behind the end of the list."""
        if self.kind.listing is None:
            message = f"{self.kind.section} cannot be listed"
            raise IncompleteRead(message)
        listing = await self.client.listing(self.kind.listing)
        items = self.by_id(listing.items)
        if listing.is_truncated:
            for extra in await _all([self.behind_the_end(each) for each in self.missing_from(items)]):
                items |= extra
        return await self.whole(items), listing.is_truncated

    def by_id(self, items: list[Json]) -> dict[str, Json]:
        """Return the items by their ids; that none comes twice was seen to when they were listed.

        Raises: IncompleteRead when one has no id.
        """
        found = {str(item.get(self.kind.id_field, "")): item for item in items}
        if "" in found:
            message = f"the list of {self.kind.section} could not be read whole: an item has no id"
            raise IncompleteRead(message)
        return found

    def missing_from(self, items: dict[str, Json]) -> list[Resource]:
        """Return the declared resources that are not among the items."""
        return [
            resource
            for resource in self.wanted.of(self.kind.section)
            if not any(fits(self.kind, resource, id_, data) for id_, data in items.items())
        ]

    async def behind_the_end(self, resource: Resource) -> dict[str, Json]:
        """Return the live resources that a declared one may be, asked for one by one because the list ended too early."""
        if resource.lifecycle.id:
            data = await find_data(self.client, self.kind, resource.lifecycle.id)
            return {} if data is None else {resource.lifecycle.id: data}
        items: dict[str, Json] = {}
        for name in filter(None, (resource.fields.get(self.kind.key[0]), resource.lifecycle.renamed_from)):
            items |= await self.named_like(str(name), resource)
        return {id_: data for id_, data in items.items() if fits(self.kind, resource, id_, data)}

    async def named_like(self, name: str, resource: Resource) -> dict[str, Json]:
        """Return what the tenant lists under a name.

        Raises: IncompleteRead when it cannot be asked so.
        """
        listing = self.kind.listing
        if listing is None or not listing.by_key:
            message = (
                f"the tenant has more {self.kind.section} than it lists, and {resource.address} is not in the list; "
                f"give its id as `lifecycle: {{id: …}}`"
            )
            raise IncompleteRead(message)
        found = await self.client.listing(listing, extra=((listing.by_key, name),))
        return self.by_id(found.items)

    async def whole(self, items: dict[str, Json]) -> tuple[LiveResource, ...]:
        """Return the listed resources, each with those of its parts that matter, if it is still there when they are read."""
        found = {id_: (LiveResource(self.kind.section, id_, data),) for id_, data in items.items()}
        more = [id_ for id_, data in items.items() if self.wanted.parts(self.kind, id_, data)]
        read = await _all([self.still_there(id_, items[id_]) for id_ in more])
        return tuple(each for some in {**found, **dict(zip(more, read, strict=True))}.values() for each in some)

    async def still_there(self, id_: str, data: Json) -> tuple[LiveResource, ...]:
        """Return a listed resource with its parts; nothing when it was deleted since it was listed."""
        try:
            return (await self.with_parts(id_, data),)
        except ApiError as error:
            if error.status == NOT_FOUND and await find_data(self.client, self.kind, id_) is None:
                return ()
            raise

    async def with_parts(self, id_: str, data: Json) -> LiveResource:
        """Return the resource with those of its parts that matter."""
        names = self.wanted.parts(self.kind, id_, data)
        parts = await read_parts(self.client, self.kind, id_, names) if names else {}
        return LiveResource(self.kind.section, id_, data, parts)
