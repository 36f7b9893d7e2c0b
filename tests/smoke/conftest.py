"""Prints the kill table: which lies of the emulator the contract noticed in this run."""

from __future__ import annotations

from typing import Any

MATRIX = "test_kills.py::test_every_lie_is_noticed["


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a line per lie, and how many of them were noticed."""
    from tests.smoke.test_kills import CAUGHT  # noqa: PLC0415 - only a run of the matrix pays for it

    seen = {
        report.nodeid.partition(MATRIX)[2].rstrip("]"): outcome
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if MATRIX in report.nodeid and report.when == "call"
    }
    if not seen:
        return
    terminalreporter.section("kill table")
    for lie, outcome in sorted(seen.items()):
        flow, assertion = CAUGHT[lie]
        terminalreporter.write_line(f"{'noticed' if outcome == 'passed' else 'MISSED '}  {lie}  by {assertion} ({flow})")
    noticed = sum(outcome == "passed" for outcome in seen.values())
    terminalreporter.write_line(f"{noticed} of {len(seen)} lies noticed")
