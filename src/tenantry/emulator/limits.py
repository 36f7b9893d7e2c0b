"""The Management API's traffic: what was counted, and how fast it may come.

Source: Auth0 docs, rate limit policy (token bucket, 429 body, x-ratelimit headers). The figures sent while no limit is
set, and that `x-ratelimit-reset` names the second in which the next request will pass, are assumed.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from tenantry.emulator.exchange import MANAGEMENT_PATH, Answer
from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management.router import Router

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.clock import Clock
    from tenantry.emulator.exchange import Call, Next

READING = {"GET", "HEAD"}
UNLIMITED = 1000
"""What an emulator without a limit says its limit is: no client should slow down for it."""
LIMITED_BODY = {
    "statusCode": 429,
    "error": "Too Many Requests",
    "message": "Global limit has been reached",
    "errorCode": "too_many_requests",
}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests a tenant takes: a sustained rate and a burst on top of silence.

    Units: requests per second; requests.
    """

    per_second: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Return the limit that `RPS` or `RPS:BURST` writes.

        Raises: ValueError that says what would be right.
        """
        rate, _, burst = text.partition(":")
        try:
            per_second = float(rate)
            limit = cls(per_second, int(burst) if burst else max(1, math.ceil(per_second)))
        except (ValueError, OverflowError):
            raise ValueError(f"{text!r} is not a rate limit: write RPS or RPS:BURST, such as 10 or 2:50") from None
        if not 0 < limit.per_second < math.inf or limit.burst < 1:
            raise ValueError(f"{text!r} is not a rate limit: the rate must be above 0 and the burst at least 1")
        return limit


@dataclass(slots=True)
class Bucket:
    """A token bucket that starts full."""

    limit: RateLimit
    now: Callable[[], float]
    tokens: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Fill the bucket to its brim."""
        self.tokens = float(self.limit.burst)
        self.filled_at = self.now()

    def take(self) -> bool:
        """Take a token and return True, or return False when there is none."""
        now = self.now()
        elapsed = max(0.0, now - self.filled_at)
        self.tokens = min(float(self.limit.burst), self.tokens + elapsed * self.limit.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def headers(self) -> dict[str, str]:
        """Return the rate limit headers as the bucket stands."""
        wait_s = max(0.0, 1 - self.tokens) / self.limit.per_second
        return _headers(self.limit.burst, int(self.tokens), math.ceil(self.filled_at + wait_s))


def _headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
    }


@dataclass(slots=True)
class Stats:
    """What has been asked of the Management API since the last zero."""

    requests: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    writes: int = 0
    rate_limited: int = 0

    def count(self, operation: str) -> None:
        """Count one request of an operation, `METHOD /path/{template}`."""
        self.requests[operation] += 1
        if operation.partition(" ")[0] in READING:
            self.reads += 1
        else:
            self.writes += 1

    def clear(self) -> None:
        """Set every count to zero."""
        self.requests.clear()
        self.reads = self.writes = self.rate_limited = 0

    def document(self) -> dict[str, Any]:
        """Return the counts as `GET /_emulator/stats` shows them."""
        return {
            "requests": dict(sorted(self.requests.items())),
            "reads": self.reads,
            "writes": self.writes,
            "rate_limited": self.rate_limited,
        }


@cache
def _router() -> Router:
    return Router(catalogue().operations.values())


def operation_of(call: Call) -> str:
    """Return the method and path template that a call is counted under."""
    raw = call.scope.get("raw_path")
    path = (raw.decode("latin-1") if isinstance(raw, bytes) else call.path).partition("?")[0]
    found = _router().find(call.method, path.removeprefix(MANAGEMENT_PATH))
    template = found[0].name.partition(" ")[2] if found else "/(unknown)"
    return f"{call.method} {MANAGEMENT_PATH}{template}"


class Traffic:
    """Counts, and where a limit is set holds back, what comes to the Management API."""

    def __init__(self, clock: Clock, limit: RateLimit | None = None) -> None:
        self.stats = Stats()
        self.bucket = Bucket(limit, clock.now) if limit else None
        self._clock = clock

    async def pass_through(self, call: Call, following: Next) -> Answer:
        """Count the call, answer 429 when the bucket is empty, and put the rate limit headers on every answer."""
        if not call.is_below(MANAGEMENT_PATH) or call.method == "OPTIONS":
            return await following(call)
        self.stats.count(operation_of(call))
        passes = self.bucket is None or self.bucket.take()
        headers = self.bucket.headers() if self.bucket else _headers(UNLIMITED, UNLIMITED - 1, int(self._clock.now()) + 1)
        answer = await following(call) if passes else Answer.of(JSONResponse(LIMITED_BODY, status_code=429))
        self.stats.rate_limited += answer.status == LIMITED_BODY["statusCode"]
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer

    def reset(self) -> None:
        """Zero the counts and fill the bucket."""
        self.stats.clear()
        if self.bucket:
            self.bucket.refill()
