"""Paces requests to a real tenant: no more per endpoint than it allows, and none before the time that it names.

Source: Auth0 docs, "Rate limit policy" (/userinfo: a few requests a minute and user; ``X-RateLimit-*``).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping

from tenantry.smoke.timing import Timing

WINDOW_S = 60.0
PER_WINDOW = {"/userinfo": 4}
"""Requests per minute that a run sends at most for each of its users, and for nobody in particular."""


class Pacing:
    """Remembers when each endpoint was asked for whom, and until when it wants to be left alone."""

    def __init__(self, timing: Timing, *, longest_wait_s: float, per_window: Mapping[str, int] | None = None) -> None:
        self._timing = timing
        self._per_window = PER_WINDOW if per_window is None else per_window
        self._longest_wait_s = longest_wait_s
        self._sent: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._not_before: dict[str, float] = {}
        self._turns: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def turn(self, path: str, user: str = "") -> None:
        """Return when the endpoint may be asked for a user; who asks for the same one goes one after the other."""
        if path not in self._per_window and path not in self._not_before:
            return
        async with self._turns[path, user]:
            wait_s = min(max(self._rest_s(path), self._limit_s(path, user)), self._longest_wait_s)
            if wait_s > 0:
                await self._timing.sleep(wait_s)
            self._sent[path, user].append(self._timing.now())

    def learn(self, path: str, headers: Mapping[str, str], ahead_s: float = 0.0) -> None:
        """Remember what an answer says of its endpoint's limit; the tenant's clock, which tells when, may be ahead of ours."""
        remaining, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
        if remaining == "0" and reset.isdigit():
            self._not_before[path] = float(reset) - ahead_s

    def _rest_s(self, path: str) -> float:
        """Return how long the endpoint wants to be left alone."""
        return self._not_before.pop(path, 0.0) - self._timing.now()

    def _limit_s(self, path: str, user: str) -> float:
        """Return how long until one more fits into the user's minute."""
        most, sent, now = self._per_window.get(path), self._sent[path, user], self._timing.now()
        while sent and now - sent[0] >= WINDOW_S:
            sent.popleft()
        return 0.0 if most is None or len(sent) < most else WINDOW_S - (now - sent[0])
