"""How fast requests may go, so that the tenant's real logins keep their share of its rate limit; no I/O.

The server advertises the size of its bucket and what is left in it, but neither how fast it refills nor who else draws on it.
One thing tells how much all take together: a bucket of whose refill 80 % are taken is full a fifth of the time, and is found
full by a fifth of the requests that come at random. So ours come at random, and each that finds it full makes us a little
faster, each that does not a little slower. That brings any number of runs to the share, though none knows of the others.

Where to begin is measured: what is there is taken at once, and then we look how much of it comes back.

Source: Auth0 docs, rate limit policy (token bucket; x-ratelimit-limit, -remaining). R. W. Wolff, Poisson arrivals see time
averages, 1982.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tenantry.management.chance import AT_ONCE, Law

STEP = 0.05
"""By how much one request that finds the bucket full, or not, changes the pace at most."""
UNLIKELY = 0.0001
"""A run of requests that found it full, if as unlikely as this at the wanted share: others have ended, the pace is doubled."""
LOOK_S, SHORTEST_LOOK_S, LONGEST_LOOK_S = 0.5, 0.01, 16.0
"""How long to wait for the next look while the refill is not known: shorter while the bucket is found full, longer if empty."""
ENOUGH = 4
"""A look at fewer requests that came back is too coarse, for the figures are whole numbers."""
WINDOW_S, PLENTY, LONGEST_WINDOW_S = 2.0, 8, 16.0
"""A known refill is measured again over so long, and so many requests, or so long at most."""
OTHERS = 4
"""How many runs may begin together without being refused: each has no more on its way unseen than this part of what is left."""
UNSEEN_S = 0.01
"""How long to wait for answers, when enough is on its way, before looking again."""
REFUSED = 0.75
"""What remains of the pace after a 429."""


@dataclass(frozen=True)
class Seen:
    """What an answer said: how much was ``left`` after our request number ``ticket``, ``at`` what time."""

    at: float = 0.0
    ticket: int = 0
    left: int = 0

    def came_back(self, since: Seen) -> int:
        """Return how many requests the bucket got back since then, less what others took."""
        return self.left - since.left + self.ticket - since.ticket


@dataclass(eq=False)
class Budget:
    """What may still be sent of one bucket of the server.

    ``refill`` is what the server refills as far as it is there for us, 0 while unknown. ``level`` is what we have saved of
    ``share`` of it; below 0 it is what the next request waits for.
    Units: requests, seconds.
    """

    share: float
    luck: Callable[[], float]
    limit: int | None = None
    refill: float = 0.0
    level: float = 0.0
    sent: int = 0
    _law: Law = AT_ONCE
    _most: float = 0.0
    _reserve: int = 0
    _bound: float = 0.0
    _run: int = 0
    _burst: int = 0
    _is_settled: bool = False
    _is_crowded: bool = False
    _is_waiting: bool = False
    _look_s: float = LOOK_S
    _held_until: float = 0.0
    _filled_at: float = 0.0
    _sent_at: float = 0.0
    _pause_s: float = LOOK_S
    _waited: set[int] = field(default_factory=set)
    _latest: Seen = Seen()
    _window: Seen = Seen()
    _began: Seen = Seen()

    def wait_s(self, now: float) -> float:
        """Return how long the next request has to wait; 0 when it may go."""
        if now < self._held_until:
            return self._held_until - now
        if self.limit is None:
            return 0.0
        self._fill(now)
        if self._is_much_unseen(now):
            self._is_crowded = True
            return UNSEEN_S
        short = self._short(now)
        if short <= 0:
            return 0.0
        if not self.refill and self.sent > self._latest.ticket and now < self._sent_at + LOOK_S:
            return UNSEEN_S
        self._is_waiting = True
        if not self.refill:
            return max(0.0, self._sent_at + self._pause_s - now)
        wait_s = max(0.001, short / (self.share * self.refill))
        if short > -self.level:  # it is the server's bucket that we wait for: nothing is saved meanwhile
            self.level, self._filled_at = 0.0, now + wait_s
        return wait_s

    def send(self, now: float) -> int:
        """Take note of a request that goes now; return its ticket."""
        self._fill(now)
        self.sent += 1
        if self._is_waiting:
            self._waited.add(self.sent)
        elif self.refill and self._has_much_saved:
            self._is_settled, self._burst = False, self.sent
        self._is_waiting = False
        self.level -= self._law.gap(self.luck()) if self.refill else 1
        self._sent_at = now
        self._pause_s = self._look_s * (1 + self.luck())
        return self.sent

    def answered(self, ticket: int, limit: int | None, left: int | None, now: float) -> None:
        """Learn from the headers of the answer to ``ticket``; answers that were overtaken teach nothing."""
        if limit is None or left is None or (limit == self.limit and ticket <= self._latest.ticket):
            return
        seen, has_waited, was_full = Seen(now, ticket, left), ticket in self._waited, left >= limit - 1
        self._waited = {other for other in self._waited if other > ticket}
        if limit != self.limit:
            self._start(limit, seen)
        elif not self.refill:
            self._look(seen, has_waited=has_waited, was_full=was_full)
        elif not self._is_settled:
            self._measure(seen, was_full=was_full)
        elif has_waited:  # so it came at random
            self._adjust(seen, was_full=was_full)
        self._latest = seen

    def refused(self, now: float, hold_s: float) -> None:
        """Take note of a 429: it took nothing from the bucket, which is empty, and nothing may go for a while."""
        self._held_until = max(self._held_until, now + hold_s)
        self._latest = Seen(self._held_until, self.sent, 1)
        self._waited.clear()
        if self.refill or self._bound:
            self._know(REFUSED * self.refill or self._bound, self._latest)
        else:
            self._window, self._look_s = self._latest, min(LONGEST_LOOK_S, 2 * self._look_s)

    def _start(self, limit: int, seen: Seen) -> None:
        """Begin with what the server says it has."""
        self.limit, self.refill, self._bound, self._look_s = limit, 0.0, 0.0, LOOK_S
        self._law, self._most = Law.of(self.share, limit), max(1.0, self.share * limit - 1)
        # Rounded first: 50 less 80 % is 10, whatever binary fractions say. One must be seen to be missing.
        self._reserve = max(0, min(limit - 2, int(round(limit * (1 - self.share), 6))))
        self._is_settled, self._is_crowded, self._window, self._began = False, False, seen, seen
        self._spend(seen)

    def _spend(self, seen: Seen) -> None:
        """Take at once what is there, for what silence has saved would flow over."""
        self.level = min(self._most, seen.left - self._reserve - 1) - (self.sent - seen.ticket)

    def _look(self, seen: Seen, *, has_waited: bool, was_full: bool) -> None:
        """Conclude from what came back, since all was taken, how fast the bucket refills."""
        if not has_waited or seen.at <= self._window.at:
            self._window = seen
            if was_full:
                self._spend(seen)
            if was_full and self._is_crowded and seen.at >= self._began.at + WINDOW_S:  # it refills faster than we can take
                self._know((seen.ticket - self._began.ticket) / (seen.at - self._began.at) / self.share, seen)
            return
        came_back = seen.came_back(self._window)
        refill = came_back / (seen.at - self._window.at)
        if was_full and self._look_s > SHORTEST_LOOK_S:  # some flowed over: look sooner
            self._bound, self._look_s, self._window = max(self._bound, refill), self._look_s / 2, seen
            self._spend(seen)
        elif came_back >= ENOUGH or self._bound:
            self._know(refill if came_back >= ENOUGH else max(self._bound, refill), seen)
        elif seen.left < max(1, self._reserve):
            self._look_s = min(LONGEST_LOOK_S, 2 * self._look_s)

    def _measure(self, seen: Seen, *, was_full: bool) -> None:
        """Conclude from what is left how fast the bucket refills, until it is full for the first time."""
        elapsed, came_back = seen.at - self._window.at, seen.came_back(self._window)
        if was_full:
            self._is_settled, self._run = True, 0
        elif seen.ticket <= self._burst:
            self._window = seen
        elif (elapsed >= WINDOW_S and came_back >= PLENTY) or elapsed >= LONGEST_WINDOW_S:
            self._know(min(self.refill, max(1, came_back) / elapsed), seen)  # only what finds it full makes faster

    def _adjust(self, seen: Seen, *, was_full: bool) -> None:
        """Become a little faster or slower, so that the bucket is found full as often as it should be."""
        self._fill(seen.at)
        self._run = self._run + 1 if was_full else 0
        self.refill *= 1 + STEP * (was_full - self._law.full)
        if self._law.full**self._run < UNLIKELY:
            self.refill *= 2

    def _know(self, refill: float, seen: Seen) -> None:
        """Take a refill for known, and measure anew from here."""
        self._fill(seen.at)
        self.refill, self.level = refill, 0.0
        self._is_settled, self._window = False, seen

    @property
    def _has_much_saved(self) -> bool:
        """Return whether there was silence, and not merely a late awakening: what is saved is then taken at once."""
        return self.level > self._most / 2

    def _is_much_unseen(self, now: float) -> bool:
        """Return whether as much is on its way as may be, for others may be doing the same; lost answers are not waited for."""
        if self.refill:
            return False
        most = max(1, (self._latest.left - self._reserve) // OTHERS)
        return self.sent - self._latest.ticket >= most and now < self._sent_at + LOOK_S

    def _short(self, now: float) -> float:
        """Return how many requests have to come back, or to be saved, before the next may go."""
        is_one = self.limit == 1 and self.refill  # nothing is ever left of one, which says nothing
        return max(-self.level, 0.0 if is_one else 1 + self._reserve - self._left(now))

    def _left(self, now: float) -> float:
        """Return what the server has left once the requests on their way have arrived."""
        sure = self.refill if self._is_settled else self.refill / OTHERS
        came_back = sure * max(0.0, now - self._latest.at)
        return min(float(self.limit or 0), self._latest.left + came_back) - (self.sent - self._latest.ticket)

    def _fill(self, now: float) -> None:
        """Let what we have saved grow up to now."""
        elapsed = max(0.0, now - self._filled_at)
        self._filled_at = max(now, self._filled_at)
        self.level = min(self._most, self.level + elapsed * self.share * self.refill)
