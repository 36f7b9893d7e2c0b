"""The page of guarantees counts its tests as they are: a promise whose tests went away, or got company, is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import accumulate
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8").split("\n## ")[0]
ROWS = re.findall(r"^\| [^|]+ \| ([^|]*`[^|]*) \| ([^|]*) \|$", TABLE, re.MULTILINE)


def test_the_page_counts_the_cases_of_every_file_that_it_names() -> None:
    rows = [(files_of(named), told.split(";")[0]) for named, told in ROWS]
    cases = collected({pattern for patterns, _ in rows for pattern in patterns})
    counted = [(patterns, " + ".join(str(sum_of(cases, pattern)) for pattern in patterns)) for patterns, _ in rows]
    assert len(rows) == TABLE.count("\n| ") - len(["the head", "its rule"])
    assert all(patterns for patterns, _ in rows)
    assert rows == counted


def files_of(cell: str) -> list[str]:
    """Return the files that a cell names; one without a folder is in that of the file before it."""
    named = re.findall(r"`([\w/*]+\.py)`", cell)
    return list(accumulate(named, lambda before, name: name if "/" in name else str(PurePosixPath(before).with_name(name))))


def sum_of(cases: Counter[str], pattern: str) -> int:
    """Return how many test cases the files that fit a pattern have."""
    return sum(number for path, number in cases.items() if PurePosixPath(path).match(pattern))


def collected(patterns: set[str]) -> Counter[str]:
    """Return how many test cases a plain run finds in each file that fits one of the patterns."""
    paths = sorted({str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *paths]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PYTEST_"))}
    told = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, check=True).stdout
    return Counter({path: int(number) for path, number in re.findall(r"^(\S+\.py): (\d+)$", told, re.MULTILINE)})
