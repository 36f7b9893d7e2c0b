"""What holds for all tests: how long something takes is measured in benchmarks, never judged by a test; the same walk is
taken each time, and random ones where ``TENANTRY_RANDOM`` or ``TENANTRY_LONG_HISTORIES`` is set.

A run that tried the token contract's matrix ends with its kill table, also when workers tried it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.smoke.matrix.table import lines, tried

IS_RANDOM = bool(os.environ.keys() & {"TENANTRY_RANDOM", "TENANTRY_LONG_HISTORIES"})

settings.register_profile("ours", deadline=None, derandomize=not IS_RANDOM, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # some tests are about it, and whoever runs them under nohup has none


@pytest.fixture(scope="session", autouse=True)
def _locks_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no worker wait for another's lock on a tenant, and none leave anything in the home of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print which of what was made wrong the contract noticed."""
    if seen := tried(terminalreporter.stats):
        terminalreporter.section("kill table")
        for line in lines(seen):
            terminalreporter.write_line(line)
