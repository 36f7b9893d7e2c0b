"""What could not be compared is said, so that no plan claims more than it knows."""

from __future__ import annotations

import pytest

from tenantry.model.secret import Secret
from tests.declared import declare
from tests.plan.conftest import api, hold, planned


@pytest.mark.parametrize(("value", "sentences"), [(None, 1), ("the-same-secret-value", 0)])
def test_a_secret_that_is_not_at_hand_is_not_called_unchanged(value: str | None, sentences: int) -> None:
    live = hold(api("a", "https://a", signing_alg="HS256", signing_secret="the-same-secret-value"))
    wanted = {"identifier": "https://a", "signing_secret": Secret("NOWHERE", lambda: value)}
    made = planned(declare(apis={"a": wanted}), live)
    assert made.is_empty
    told = [note.sentence for note in made.notes if note.code == "unverifiable"]
    said = "secret NOWHERE is not set, so signing_secret is not compared with what the tenant holds"
    assert told == [said] * sentences
