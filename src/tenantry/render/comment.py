"""How much a comment on a pull request holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tenantry.render.clean import count

LIMIT = 60_000
"""Characters; the best-known forge refuses comments above 65,536."""
LAST = 200
"""Characters that are kept for the line that counts what is left out."""


def fitting(blocks: Iterable[str], total: int, room: int, noun: str) -> Iterator[str]:
    """Yield as many of the ``total`` blocks as there is room for, each ending its line, then how many are left out."""
    for number, block in enumerate(blocks):
        room -= len(block) + 1
        if room < LAST:
            yield f"\n… and {count(total - number, noun)}, too long to show here.\n"
            return
        yield block
