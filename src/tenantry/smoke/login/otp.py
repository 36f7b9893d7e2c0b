"""One-time passwords as an authenticator app shows them, each given once.

Source: RFC 6238 with RFC 4226's truncation; SHA-1, 30 seconds, six digits; section 5.2: a verifier takes none twice.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

STEP_S = 30


def one_time_password(secret: str, now: float) -> str:
    """Return the six digits of a base32 secret at this time."""
    text = secret.replace(" ", "").rstrip("=").upper()
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    mac = hmac.digest(key, int(now // STEP_S).to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class OneTimePasswords:
    """Gives one-time passwords by a clock; who needs a second one of the same secret waits until there is another."""

    def __init__(self, now: Callable[[], float] = time.time, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._free_from: defaultdict[str, float] = defaultdict(float)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def next(self, secret: str) -> str:
        """Return a password of the secret that was not given before."""
        async with self._turns[secret]:
            wait_s = self._free_from[secret] - self._now()
            if wait_s > 0:
                await self._sleep(wait_s)
            at = max(self._now(), self._free_from[secret])
            self._free_from[secret] = (at // STEP_S + 1) * STEP_S
            return one_time_password(secret, at)
