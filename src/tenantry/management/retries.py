"""Whether and when to send a request again; pure.

Source: Auth0 docs, rate limit policy (headers); its SDKs' order of preference (retry-after, x-ratelimit-reset, backoff).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

NO_ANSWER = 0
TOO_MANY = 429
TRANSIENT = frozenset({NO_ANSWER, 500, 502, 503, 504, 520, 521, 522, 523, 524})
LONGEST_HINT_S = 120.0
"""A server that asks for more patience than this is not waited for."""
MARGIN_S = 0.05
"""Added to the server's own figure, for its clock is cut to whole seconds or ours runs ahead."""


@dataclass(frozen=True)
class Patience:
    """How often a request is tried in all, by what went wrong, and how the waits grow.

    Units: seconds.
    """

    attempts: int = 5
    rate_limited_attempts: int = 12
    first_s: float = 0.5
    longest_s: float = 8.0
    first_limited_s: float = 1.0
    longest_limited_s: float = 60.0


PATIENCE = Patience()


def wait_s(status: int, attempt: int, hint_s: float | None, luck: float, patience: Patience = PATIENCE) -> float | None:
    """Return how long to wait before trying again, or None when it is time to give up.

    ``attempt`` counts from 1, ``hint_s`` is what the server asks for, and ``luck`` between 0 and 1 spreads the waits of
    those who were refused together.
    """
    if status == TOO_MANY:
        if attempt >= patience.rate_limited_attempts or (hint_s is not None and hint_s > LONGEST_HINT_S):
            return None
        if hint_s is not None:
            # A hint may prove too short, for it is cut to whole seconds and others are waiting too.
            return max(hint_s, _backoff(0.2, patience.longest_s, attempt, 0)) + MARGIN_S + luck * 0.25
        return _backoff(patience.first_limited_s, patience.longest_limited_s, attempt, luck)
    if status not in TRANSIENT or attempt >= patience.attempts:
        return None
    if hint_s is not None and hint_s <= LONGEST_HINT_S:
        return hint_s + MARGIN_S
    return _backoff(patience.first_s, patience.longest_s, attempt, luck)


def _backoff(first_s: float, longest_s: float, attempt: int, luck: float) -> float:
    """Return a wait that doubles with each attempt up to ``longest_s``, of which ``luck`` takes up to a half away."""
    return float(min(longest_s, first_s * 2 ** min(attempt - 1, 30)) * (1 - luck / 2))


def hint_s(status: int, headers: Mapping[str, str], now_s: float) -> float | None:
    """Return how long the server asks to wait, None if it does not say.

    It says so by ``retry-after``, on 429 also by ``x-ratelimit-reset``.
    """
    asked = _retry_after_s(headers.get("retry-after", ""), now_s)
    if asked is None and status == TOO_MANY:
        asked = _reset_s(headers, now_s)
    return asked


def _retry_after_s(text: str, now_s: float) -> float | None:
    """Return the seconds that a ``retry-after`` of either form means."""
    number = _number(text)
    if number is not None:
        return max(0.0, number)
    return None if (moment := _moment(text)) is None else max(0.0, moment - now_s)


def _reset_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Return the seconds until ``x-ratelimit-reset``, by the server's own clock where it tells the time."""
    reset = _number(headers.get("x-ratelimit-reset", ""))
    if reset is None:
        return None
    here = reset - now_s
    there = reset - (_moment(headers.get("date", "")) or now_s)
    # The Date header is cut to whole seconds: it only serves to see that the clocks disagree.
    wait = here if abs(here - there) <= 2 else there  # noqa: PLR2004 - one second cut from each of two clocks
    return max(0.0, wait)


def _number(text: str) -> float | None:
    """Return a plain decimal number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _moment(text: str) -> float | None:
    """Return the Unix time of an HTTP date, or None."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
