"""The waits between requests: whoever is asked to stop waits no longer, for nothing of theirs is on its way meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tenantry.model.errors import Interrupted


class Pauses:
    """Sleeps, and breaks off as soon as the event is set that it was told to heed."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sleep = sleep
        self._stop: asyncio.Event | None = None

    def heed(self, stop: asyncio.Event) -> None:
        """Let this event end every wait, also those to come."""
        self._stop = stop

    async def __call__(self, seconds: float) -> None:
        """Return after so many seconds.

        Raises: Interrupted once the event is set.
        """
        if self._stop is None:
            await self._sleep(seconds)
        elif self._stop.is_set() or not await _slept(self._sleep(seconds), self._stop):
            message = "interrupted while waiting for its turn"
            raise Interrupted(message)


async def _slept(sleep: Awaitable[None], stop: asyncio.Event) -> bool:
    """Return whether the sleep came to its end before the event was set."""
    sleeping, stopping = asyncio.ensure_future(sleep), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({sleeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return sleeping.done() and not stopping.done()
    finally:
        sleeping.cancel()
        stopping.cancel()
