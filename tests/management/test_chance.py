from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.management.chance import Law


@given(share=st.floats(0.05, 1), limit=st.integers(1, 200))
def test_gaps_are_one_in_the_mean_and_never_shorter_than_what_is_certain(share: float, limit: int) -> None:
    law = Law.of(share, limit)
    gaps = [law.gap((step + 0.5) / 1000) for step in range(1000)]
    assert sum(gaps) / 1000 == pytest.approx(1, abs=0.01)
    assert min(gaps) >= law.certain
    assert 0 <= law.full < 1
