"""The start of the program: `tenantry --help` beside an empty program that imports click."""

from __future__ import annotations

import sys

from benchmarks.cases import Result, compared
from benchmarks.measure import measured
from benchmarks.served import TENANTRY


def result(pairs: int) -> Result:
    """Return the medians of so many pairs of runs."""
    click = [sys.executable, "-c", "import click"]
    return compared("--help", 0, 0, 0, [(measured([TENANTRY, "--help"]), measured(click)) for _ in range(pairs)])
