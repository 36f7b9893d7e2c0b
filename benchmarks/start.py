"""The start of the program: `tenantry --help` beside an empty program that imports click."""

from __future__ import annotations

import sys

from benchmarks.cases import Result
from benchmarks.measure import Cost, measured, middle
from benchmarks.served import TENANTRY


def result(pairs: int) -> Result:
    """Return the medians of so many pairs of runs."""
    costs = [(measured([TENANTRY, "--help"]), measured([sys.executable, "-c", "import click"])) for _ in range(pairs)]
    tool, floor = (middle(column) for column in zip(*costs, strict=True))
    ratios = middle([Cost(ours.wall_s / least.wall_s, ours.cpu_s / least.cpu_s, 0) for ours, least in costs])
    return Result("--help", 0, 0, 0, tool, floor, ratios.wall_s, ratios.cpu_s)
