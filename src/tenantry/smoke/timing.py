"""Time: what the run reads and how it waits, so that tests need not, and how far the tenant's clock is from it.

Source: RFC 9110 section 6.6.1 (``Date`` is when the answer was made, in whole seconds) and RFC 9111 section 5.1 (``Age``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Timing:
    """A clock in seconds since the epoch, and a way to let time pass."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def ahead_s(headers: Mapping[str, str], sent_at: float, received_at: float) -> float | None:
    """Return how far the clock of who answered is ahead of ours at least, None when the answer does not tell.

    An answer out of a store tells when it was put there.
    """
    try:
        date = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return None
    if "age" in headers:
        return None
    return max(date - received_at, 0.0) + min(date + 1 - sent_at, 0.0)
