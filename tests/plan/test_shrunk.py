"""What is about to be deleted may have lost what hung on it, which the same run took away; it may have gained nothing."""

from __future__ import annotations

import pytest

from tenantry.kinds import KINDS
from tenantry.model.state import Lifecycle
from tenantry.plan import Verdict, check
from tests.plan.conftest import app, connection, declare, hold, planned

HELD = hold(app("A", "A"), app("B", "B"), connection("con_1", "staff", ["A", "B"]))
GONE = declare(connections={"staff": {"name": "staff", "lifecycle": Lifecycle(absent=True)}})


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(["A", "B"], Verdict.TO_DO), (["A"], Verdict.TO_DO), ([], Verdict.TO_DO), (["A", "C"], Verdict.STALE)],
)
def test_a_delete_is_stale_only_when_there_is_more_to_lose(now: list[str], verdict: Verdict) -> None:
    made = planned(GONE, HELD, "--allow-user-loss")
    held = hold(app("A", "A"), app("B", "B"), app("C", "C"), connection("con_1", "staff", now))
    assert [ruling.verdict for ruling in check(made, held, KINDS)] == [verdict]
