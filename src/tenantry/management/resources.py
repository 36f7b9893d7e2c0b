"""One resource read again by its id, with the parts that matter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tenantry.management.answers import NOT_FOUND
from tenantry.management.client import ManagementClient
from tenantry.model.errors import ApiError, IncompleteRead
from tenantry.model.kind import Identity, Json, Kind
from tenantry.model.state import LiveResource


async def read_resource(client: ManagementClient, kind: Kind, id_: str, parts: Iterable[str] = ()) -> LiveResource | None:
    """Return the resource as it is now with the named parts, or None when there is none with this id."""
    try:
        data = await read_data(client, kind, id_)
        return LiveResource(kind.section, id_, data, await read_parts(client, kind, id_, parts))
    except ApiError as error:
        if error.status == NOT_FOUND:
            return None
        raise


async def find_data(client: ManagementClient, kind: Kind, id_: str) -> Json | None:
    """Return what the resource's own endpoint says, or None when there is none with this id."""
    try:
        return await read_data(client, kind, id_)
    except ApiError as error:
        if error.status == NOT_FOUND:
            return None
        raise


async def read_data(client: ManagementClient, kind: Kind, id_: str) -> Json:
    """Return what the resource's own endpoint says; a trigger's is its list.

    Raises: IncompleteRead when the answer is about nothing, or about something else; ApiError.
    """
    if kind.identity is Identity.BY_HANDLE and kind.listing:
        return {kind.listing.envelope: await client.pages(kind.listing, id_)}
    body = await client.get(tuple(map(str, kind.one(id_))))
    if not isinstance(body, dict) or (kind.identity is Identity.LISTED and body.get(kind.id_field) != id_):
        message = f"/{'/'.join(map(str, kind.one(id_)))} could not be read: the answer is about something else"
        raise IncompleteRead(message)
    return body


async def read_parts(client: ManagementClient, kind: Kind, id_: str, wanted: Iterable[str]) -> dict[str, tuple[Json, ...]]:
    """Return the named parts of a resource, each whole."""
    names = set(wanted)
    parts = [part for part in kind.parts if part.field in names]
    lists = await asyncio.gather(*(client.pages(part.read, id_) for part in parts))
    return {part.field: tuple(items) for part, items in zip(parts, lists, strict=True)}
