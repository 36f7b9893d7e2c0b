from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenantry.management.retries import LONGEST_HINT_S, PATIENCE, TRANSIENT, hint_s, wait_s

STATUSES = st.sampled_from([0, 200, 400, 401, 403, 404, 409, 429, 500, 501, 502, 503, 504, 524])
HINTS = st.none() | st.floats(0, 1000)
LUCK = st.floats(0, 1)


@given(STATUSES, st.integers(1, 1000), HINTS, LUCK)
def test_waits_are_positive_and_bounded(status: int, attempt: int, hint: float | None, luck: float) -> None:
    waited = wait_s(status, attempt, hint, luck)
    assert waited is None or 0 < waited <= max(LONGEST_HINT_S, PATIENCE.longest_limited_s) + 1


@given(STATUSES, HINTS, LUCK)
def test_patience_always_ends(status: int, hint: float | None, luck: float) -> None:
    assert wait_s(status, max(PATIENCE.attempts, PATIENCE.rate_limited_attempts), hint, luck) is None


@given(STATUSES.filter(lambda status: status != 429 and status not in TRANSIENT), st.integers(1, 20), HINTS, LUCK)
def test_a_clear_no_is_not_asked_again(status: int, attempt: int, hint: float | None, luck: float) -> None:
    assert wait_s(status, attempt, hint, luck) is None


@given(st.integers(1, PATIENCE.rate_limited_attempts - 1), st.floats(0, LONGEST_HINT_S), LUCK)
def test_nobody_comes_back_before_the_server_said(attempt: int, hint: float, luck: float) -> None:
    waited = wait_s(429, attempt, hint, luck)
    assert waited is not None
    assert waited >= hint


@given(st.integers(1, PATIENCE.attempts - 2), LUCK)
def test_without_a_hint_waits_grow(attempt: int, luck: float) -> None:
    now, later = wait_s(503, attempt, None, luck), wait_s(503, attempt + 1, None, luck)
    assert now is not None
    assert later is not None
    assert later > now


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_nonsense_in_headers_is_no_hint(after: str, reset: str, date: str) -> None:
    headers = {"retry-after": after, "x-ratelimit-reset": reset, "date": date}
    hint = hint_s(429, headers, 1_800_000_000)
    assert hint is None or hint >= 0


def test_the_reset_header_counts_for_refusals_only() -> None:
    headers = {"x-ratelimit-reset": "1800000004"}
    assert hint_s(429, headers, 1_800_000_000) == 4
    assert hint_s(503, headers, 1_800_000_000) is None
