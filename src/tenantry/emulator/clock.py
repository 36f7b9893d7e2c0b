"""The tenant's time, which a test may move.

Source: assumed (a real tenant's clock cannot be set); date forms from recorded traffic.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(slots=True)
class Clock:
    """The machine's time moved by an offset."""

    offset_s: float = 0.0

    def now(self) -> float:
        """Return the tenant's time.

        Units: seconds since 1970-01-01 UTC.
        """
        return time.time() + self.offset_s

    def date(self) -> datetime:
        """Return the tenant's time as an aware UTC date."""
        return datetime.fromtimestamp(self.now(), UTC)

    def milliseconds(self) -> str:
        """Return the time in the form most kinds carry, `2026-05-08T16:00:56.685Z`."""
        return self.date().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def microseconds(self) -> str:
        """Return the time in the form rate limit policies and modules of actions carry, six digits after the second."""
        return self.date().isoformat(timespec="microseconds").replace("+00:00", "Z")

    def nanoseconds(self) -> str:
        """Return the time in the form actions carry, nine digits after the second."""
        return self.date().isoformat(timespec="microseconds").replace("+00:00", "000Z")
