"""How fast requests may go, so that the tenant's real logins keep their share of its rate limit; no I/O.

The server advertises the size of its bucket and what is left in it, but not how fast it refills. That is learned: what is
left now, less what was left then, plus our own requests in between, is what came back (less what others took). Other runs
may be learning at the same time: what is left is the one thing that all of them see, so no run has more on its way unseen than
its part of that.

Source: Auth0 docs, rate limit policy (token bucket; x-ratelimit-limit, -remaining).
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW_S = 4.0
"""How long one measurement of the refill lasts before a new one starts."""
SHORTEST_S = 0.4
"""A measurement over less than this says little: the figures are whole numbers."""
LOOK_S = 0.5
"""How long to wait for the next look while the refill is not known.

It grows while nothing comes back and shrinks while the bucket is full."""
SHORTEST_LOOK_S = 0.05
LONGEST_LOOK_S = 2.0
LONGEST_WINDOW_S = 16.0
"""How long it lasts at most, where little comes back in ``WINDOW_S``."""
ENOUGH, PLENTY = 4, 8
"""A measurement of fewer requests than this is too coarse to be trusted at all; to end a window."""
TRUSTWORTHY_S = 1.0
"""A measurement over less than this is used, but not trusted: several runs that begin together empty the bucket first."""
OTHERS = 3
"""How many runs may share a tenant without being refused: each keeps to this part of what is left."""
UNSEEN_S = 0.01
"""How long to wait for answers, when enough is on its way, before looking again."""
FASTER, PROBE_S = 1.5, 1.0
"""By how much, and how often, a refill is taken to be more than was measured while the bucket is found full."""
FIRST_TRUSTED_S, TRUSTED_S = 2.5, 20.0
"""How long a good measurement is believed although the bucket is found full: the first least, for others may have begun too."""
SMALLEST = 2
"""Below this the advertised numbers say nothing, and 429 has to."""


@dataclass(frozen=True)
class Seen:
    """What an answer said: how much was ``left`` after our request number ``ticket``, ``at`` what time."""

    at: float = 0.0
    ticket: int = 0
    left: int = 0


@dataclass
class Budget:
    """What may still be sent of one bucket of the server.

    ``level`` is our own bucket: ``share`` of the server's size, refilled with ``share`` of what the server refills.
    Units: requests, seconds.
    """

    share: float
    limit: int | None = None
    refill: float = 0.0
    level: float = 0.0
    sent: int = 0
    _held_until: float = 0.0
    _filled_at: float = 0.0
    _sent_at: float = 0.0
    _look_s: float = LOOK_S
    _shortest_look_s: float = SHORTEST_LOOK_S
    _trusted_s: float = FIRST_TRUSTED_S / 2
    _trusted_until: float = 0.0
    _latest: Seen = Seen()
    _window: Seen = Seen()

    @property
    def size(self) -> float:
        """Return how many requests may go at once after silence."""
        return max(1.0, self.share * (self.limit or 0))

    def wait_s(self, now: float) -> float:
        """Return how long the next request has to wait; 0 when it may go."""
        if now < self._held_until:
            return self._held_until - now
        if self.limit is None or self.limit < SMALLEST:
            return 0.0
        if self._is_much_unseen(now):
            return UNSEEN_S
        self._fill(now)
        short = max(1 - self.level, 1 + self._reserve - self._left(now))
        if short <= 0:
            return 0.0
        if self.refill:
            return max(0.001, short / (self.share * self.refill))
        return max(0.0, self._sent_at + self._look_s - now)

    def _is_much_unseen(self, now: float) -> bool:
        """Return whether as much is on its way as may be, for others may be doing the same; lost answers are not waited for."""
        on_way = self.sent - self._latest.ticket
        return on_way >= max(1, self._latest.left // OTHERS) and now < self._sent_at + LOOK_S

    def send(self, now: float) -> int:
        """Take note of a request that goes now; return its ticket."""
        self._fill(now)
        self.level -= 1
        self.sent += 1
        self._sent_at = now
        return self.sent

    def answered(self, ticket: int, limit: int | None, left: int | None, now: float) -> None:
        """Learn from the headers of the answer to ``ticket``; answers that were overtaken teach nothing."""
        if limit is None or left is None or (limit == self.limit and ticket <= self._latest.ticket):
            return
        seen = Seen(now, ticket, left)
        if limit != self.limit:
            self._start(limit, seen)
        elif left >= limit - 1:
            self._found_full(seen)
        else:
            self._measure(seen)
        self._latest = seen

    def refused(self, now: float, hold_s: float) -> None:
        """Take note of a 429: it took nothing from the bucket, which is empty, and nothing may go for a while."""
        self._shortest_look_s = min(LOOK_S, 4 * self._shortest_look_s)
        self._look_s = max(self._look_s, self._shortest_look_s)
        self._held_until = max(self._held_until, now + hold_s)
        self._filled_at = max(self._filled_at, self._held_until)
        self.level = min(self.level, 1.0)
        self._window = self._latest = Seen(self._held_until, self.sent, 1)

    def _start(self, limit: int, seen: Seen) -> None:
        """Begin with what the server says it has."""
        self.limit, self.refill, self._look_s = limit, 0.0, LOOK_S
        self.level = min(self.size, seen.left - self._reserve) - (self.sent - seen.ticket)
        self._filled_at = seen.at
        self._window = seen

    def _found_full(self, seen: Seen) -> None:
        """Start measuring anew, for what flowed over was not seen; and spend what silence has saved.

        A tenant used at our share of a known refill is found full again and again: that is no reason to go faster. But it may
        have become faster, or was measured while others took much, so now and then it is tried.
        """
        self._window = seen
        if seen.at < self._trusted_until:
            return
        if self.refill:
            self.refill *= FASTER
            self._trusted_until = seen.at + PROBE_S
        else:
            self._look_s = max(self._shortest_look_s, self._look_s / 2)
            self.level = self.size - (self.sent - seen.ticket)

    def _measure(self, seen: Seen) -> None:
        """Conclude from what is left how fast the bucket refills; what is trusted gives way to a whole window alone."""
        elapsed = seen.at - self._window.at
        came_back = seen.left - self._window.left + seen.ticket - self._window.ticket
        is_whole = elapsed >= WINDOW_S and (came_back >= PLENTY or elapsed >= LONGEST_WINDOW_S)
        if elapsed < SHORTEST_S or (seen.at < self._trusted_until and not is_whole):
            return
        self._fill(seen.at)
        self.refill = max(0.0, came_back / elapsed)
        self._look_s = LOOK_S if self.refill else min(LONGEST_LOOK_S, 2 * self._look_s)
        if came_back >= ENOUGH and elapsed >= TRUSTWORTHY_S:
            if seen.at >= self._trusted_until:
                self._trusted_s = min(TRUSTED_S, 2 * self._trusted_s)
            self._trusted_until = seen.at + self._trusted_s
        if is_whole:
            self._window = seen

    def _fill(self, now: float) -> None:
        """Let our own bucket fill up to now."""
        elapsed = max(0.0, now - self._filled_at)
        self._filled_at = max(now, self._filled_at)
        if self.limit is not None:
            self.level = min(self.size, self.level + elapsed * self.share * self.refill)

    def _left(self, now: float) -> float:
        """Return what the server has left once the requests on their way have arrived."""
        came_back = self.refill * max(0.0, now - self._latest.at)
        return min(float(self.limit or 0), self._latest.left + came_back) - (self.sent - self._latest.ticket)

    @property
    def _reserve(self) -> int:
        """Return what is never taken from the server's bucket."""
        # Rounded first: 50 less 80 % is 10, whatever binary fractions say.
        return int(round((self.limit or 0) * (1 - self.share), 6))


class Budgets:
    """A budget per bucket of the server, told apart by the size it advertises, as endpoints may have their own."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._unknown = Budget(share)
        self._latest = self._unknown
        self._by_limit: dict[int, Budget] = {}
        self._by_route: dict[tuple[bool, str], Budget] = {}

    def of(self, route: tuple[bool, str]) -> Budget:
        """Return the budget that requests of this route (is it a read, of what) draw on, as far as is known."""
        return self._by_route.get(route, self._latest)

    def learn(self, route: tuple[bool, str], limit: int | None) -> Budget:
        """Return the budget that the answer to a request of this route belongs to."""
        if limit is None:
            return self.of(route)
        if limit not in self._by_limit:
            self._by_limit[limit] = self._unknown if not self._by_limit else Budget(self._share)
        self._latest = self._by_route[route] = self._by_limit[limit]
        return self._latest
