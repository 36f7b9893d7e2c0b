"""Says at the end how many runs the walks over faults and kills were made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RUNS = "runs"


@pytest.fixture
def count_runs(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Return a way to note how many times a test applied something."""
    return lambda number: record_property(RUNS, number)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sum of what the tests noted, by test function."""
    sums: dict[str, int] = {}
    for report in (each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, [])):
        name = report.nodeid.split("[")[0]
        for number in (value for key, value in report.user_properties if key == RUNS):
            sums[name] = sums.get(name, 0) + number
    for name, number in sorted(sums.items()):
        terminalreporter.write_line(f"{number} runs: {name}")
