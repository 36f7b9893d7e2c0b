"""Lists read whole, or an error: a page that is short, repeated or missing must never make the world look smaller.

Source: Auth0 docs and recordings: ``take``/``from``/``next``; ``page``/``per_page``/``total``, which ends at 1,000 results;
actions answer their envelope without being asked and leave out ``page`` and ``total`` when they are zero.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tenantry.model.errors import IncompleteRead
from tenantry.model.kind import Json, Pages

CEILING = 1000
"""Offset paging answers no result beyond this one."""

Query = tuple[tuple[str, str], ...]
Get = Callable[[tuple[str, ...], Query], Awaitable[Any]]


@dataclass(frozen=True)
class Listing:
    """The items of a list; ``is_truncated`` when the server has more than it will ever list."""

    items: list[Json]
    is_truncated: bool = False


async def read_list(get: Get, pages: Pages, owner: str | None = None, extra: Query = ()) -> Listing:
    """Return the whole list of ``owner`` (if the list has one); ``extra`` narrows it.

    Raises: IncompleteRead when the pages do not fit together.
    """
    reading = _Reading(get, pages, tuple(owner if owner and step == "{id}" else step for step in pages.path), extra)
    listing = await {"checkpoint": reading.by_checkpoint, "offset": reading.by_offset, "bare": reading.bare}[pages.style]()
    reading.refuse_repetition(listing.items)
    return listing


@dataclass(frozen=True)
class _Reading:
    """One list being read."""

    get: Get
    pages: Pages
    path: tuple[str, ...]
    extra: Query

    async def bare(self) -> Listing:
        """Return an unpaged list."""
        return Listing(self.items(await self.ask()))

    async def by_checkpoint(self) -> Listing:
        """Return a list that is followed from one ``next`` to the following."""
        items: list[Json] = []
        seen: set[str] = set()
        start: Query = ()
        while True:
            answer = await self.ask(("take", str(self.pages.size)), *start)
            page = self.items(answer)
            items += page
            mark = answer.get("next") if isinstance(answer, dict) else None
            if not mark or not page:
                return Listing(items)
            if mark in seen:
                raise self.incomplete("the server leads in a circle: it gave the same continuation twice")
            seen.add(mark)
            start = (("from", mark),)

    async def by_offset(self) -> Listing:
        """Return a list that is read page by page, as far as the server lets us."""
        first = await self.page(0)
        items, size = self.items(first), self.size_of(first)
        total = first.get("total") if isinstance(first, dict) else None
        if isinstance(total, int):
            return await self.by_total(items, size, total)
        return await self.until_short(items, size)

    async def by_total(self, items: list[Json], size: int, total: int) -> Listing:
        """Return the rest of a list whose length the first page told, all pages at once."""
        within = min(total, CEILING // size * size)
        rest = await asyncio.gather(*(self.page(number) for number in range(1, -(-within // size))))
        pages = [items, *(self.items(answer) for answer in rest)]
        if any(answer.get("total", total) != total for answer in rest if isinstance(answer, dict)):
            raise self.incomplete("it changed while it was being read; try again")
        found = sum(map(len, pages))
        if found != within or any(len(page) != size for page in pages[:-1]):
            raise self.incomplete(f"{found} of {total} came, a page was short")
        return Listing([item for page in pages for item in page], is_truncated=total > within)

    async def until_short(self, items: list[Json], size: int) -> Listing:
        """Return the rest of a list that ends with its first short page."""
        last, number = items, 1
        while len(last) >= size:
            if (number + 1) * size > CEILING:
                return Listing(items, is_truncated=True)
            last = self.items(await self.page(number))
            items = items + last
            number += 1
        return Listing(items)

    async def page(self, number: int) -> Any:
        """Return one page."""
        return await self.ask(("page", str(number)), ("per_page", str(self.pages.size)))

    async def ask(self, *query: tuple[str, str]) -> Any:
        """Return one answer."""
        return await self.get(self.path, (*self.pages.query, *self.extra, *query))

    def items(self, answer: Any) -> list[Json]:
        """Return the items in an answer."""
        found = answer if self.pages.style == "bare" else answer.get(self.pages.envelope) if isinstance(answer, dict) else None
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.incomplete(f"the answer holds no list of {self.pages.envelope}")
        return found

    def size_of(self, answer: Any) -> int:
        """Return the page size that the server really uses: it may cap what it was asked for."""
        said = (answer.get("limit") or answer.get("per_page")) if isinstance(answer, dict) else None
        return min(self.pages.size, said) if isinstance(said, int) and said > 0 else self.pages.size

    def refuse_repetition(self, items: Iterable[Json]) -> None:
        """Refuse a list in which something appears twice: then something else is likely missing."""
        seen, name = set[str](), self.pages.id_field
        for item in items:
            identity = str(item[name]) if name in item else json.dumps(item, sort_keys=True)
            if identity in seen:
                raise self.incomplete(f"{item.get(name, 'an item')} came twice: it changed while it was being read; try again")
            seen.add(identity)

    def incomplete(self, reason: str) -> IncompleteRead:
        """Return the error that names the list."""
        return IncompleteRead(f"the list /{'/'.join(self.path)} could not be read whole: {reason}")
