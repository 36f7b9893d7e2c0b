"""Halves of surrogate pairs."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.emulator.utf8 import is_writable, written

HIGH, LOW = "\ud83d", "\ude00"


@pytest.mark.parametrize("value", [None, 1, "a", "😀", {"é": ["😀", {"x": 1.5}]}])
def test_whole_texts_stay_as_they_are(value: Any) -> None:
    assert is_writable(value)
    assert written(value) is value


@pytest.mark.parametrize(
    ("half", "replaced"),
    [
        (HIGH, "\ufffd"),
        (LOW + "x", "\ufffdx"),
        (HIGH + "x", "\ufffdx"),
        (HIGH + HIGH + LOW, "\ufffd😀"),
        (LOW + HIGH, "\ufffd\ufffd"),
    ],
)
def test_halves_are_replaced_one_by_one(half: str, replaced: str) -> None:
    for before, after in ((half, replaced), ([1, {"a": half}], [1, {"a": replaced}]), ({half: 1}, {replaced: 1})):
        assert not is_writable(before)
        assert written(before) == after
