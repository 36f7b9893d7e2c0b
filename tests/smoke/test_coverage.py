"""The page of the contract is current, and no row of any family is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tenantry.smoke.contract import EVERY

ROOT = Path(__file__).parents[2]
ROWS = {
    "DSC": 10,
    "AUZ": 32,
    "LGN": 8,
    "COD": 11,
    "PKC": 9,
    "CLI": 13,
    "RSP": 18,
    "IDT": 25,
    "ACT": 27,
    "OPQ": 5,
    "USR": 8,
    "RFT": 19,
    "ROT": 10,
    "RVK": 6,
    "M2M": 11,
    "PWD": 7,
    "DEV": 6,
    "TEX": 2,
    "IMP": 4,
    "OUT": 7,
    "LEG": 9,
}
"""The rows that the contract was planned with, by family."""


def test_every_planned_row_has_its_assertion() -> None:
    planned = {f"{family}-{number:02}" for family, count in ROWS.items() for number in range(1, count + 1)}
    assert len(planned) == 247
    made = {one.id for one in EVERY} | {one.id.rstrip("ab") for one in EVERY}
    assert sorted(planned - made) == []


def test_the_page_is_current(tmp_path: Path) -> None:
    file = tmp_path / "contract.md"
    subprocess.run([sys.executable, str(ROOT / "scripts/contract.py"), str(file)], check=True)
    assert file.read_text() == (ROOT / "docs/contract.md").read_text(), "run python scripts/contract.py"
