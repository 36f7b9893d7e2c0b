"""Places are looked up when they are asked for: of collections those of their keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.desired.mistakes import Mistakes
from tenantry.desired.reader import read
from tenantry.desired.tree import Places
from tenantry.model.place import Place

TEXT = """\
name: Shop
callbacks: [https://a.example, https://b.example]
refresh_token:
  policies:
    - {audience: x, scope: [a]}
  leeway: 0
"""


def test_every_value_has_a_place(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(TEXT)
    found = Places(read(file, "a.yaml", Mistakes()), Place("a.yaml", 9, 9))
    assert {path: (place.line, place.column) for path, place in found.items()} == {
        (): (9, 9),
        ("name",): (1, 7),
        ("callbacks",): (2, 1),
        ("callbacks", 0): (2, 13),
        ("callbacks", 1): (2, 32),
        ("refresh_token",): (3, 1),
        ("refresh_token", "policies"): (4, 3),
        ("refresh_token", "policies", 0): (5, 7),
        ("refresh_token", "policies", 0, "audience"): (5, 18),
        ("refresh_token", "policies", 0, "scope"): (5, 21),
        ("refresh_token", "policies", 0, "scope", 0): (5, 29),
        ("refresh_token", "leeway"): (6, 11),
    }
    assert len(found) == 12


@pytest.mark.parametrize("path", [("nope",), ("name", "nope"), ("callbacks", 2), ("callbacks", "name"), ("refresh_token", 0)])
def test_what_is_not_said_has_no_place(path: tuple[str | int, ...], tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(TEXT)
    found = Places(read(file, "a.yaml", Mistakes()), Place("a.yaml", 9, 9))
    assert path not in found


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("{b: {c: [d, 1]}}", True),
        ("{b: {c: [d, '${var.x}']}}", False),
        ("{b: {c: [d, '$${escaped}']}}", False),
        ("{b: '${unset}'}", False),
        ("{b: *marked}", False),
        ("{b: *plain}", True),
    ],
)
def test_a_node_is_settled_when_no_mark_is_inside(text: str, tmp_path: Path, *, settled: bool) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"first: &marked ['${{var.x}}']\nsecond: &plain [x]\na: {text}\nlast: {{}}\n")
    root = read(file, "a.yaml", Mistakes())
    assert [root.entries[name].is_settled for name in ("first", "second", "a", "last")] == [False, True, settled, True]
    assert not root.is_settled
