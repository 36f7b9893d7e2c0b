"""How requests are spread over time, so that what they find tells how much of a bucket's refill is taken.

A bucket of whose refill 80 % are taken is full a fifth of the time, and is found full by a fifth of the requests that come at
random. Requests that come in step may find it always full, or never.

Source: R. W. Wolff, Poisson arrivals see time averages, 1982; the idle time of a queue (D. V. Lindley, 1952).
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Law:
    """How requests are spread: a ``certain`` part of the mean gap is always kept, the rest is up to chance.

    ``full``: how often a request then finds the bucket full, if the wanted share is taken. Less chance spares the bucket;
    with none left, all that is found full would say nothing. In small buckets chance must be small.
    """

    certain: float
    full: float

    @classmethod
    def of(cls, share: float, limit: int) -> Law:
        """Return the law for a share of a bucket."""
        certain = share * min(1.0, max(1 / 3, 1.5 / limit))
        return cls(certain, min(0.99, (1 - share) / max(1e-9, 1 - certain)))

    def gap(self, luck: float) -> float:
        """Return a gap, 1 in the mean, for a ``luck`` from 0 to below 1."""
        return self.certain - (1 - self.certain) * math.log(1 - luck)


AT_ONCE = Law(0.0, 0.0)
"""No law: while nothing is known of the bucket."""
