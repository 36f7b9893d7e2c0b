"""What a program costs from its start to its end, as the operating system counts it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile


@dataclass(frozen=True)
class Cost:
    """Units: seconds; megabytes at the peak; requests to the Management API."""

    wall_s: float
    cpu_s: float
    memory_mb: float
    reads: int = 0
    writes: int = 0
    rate_limited: int = 0


def measured(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Cost:
    """Return what a command cost.

    Raises: RuntimeError with its last words when it fails.
    """
    with TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  our own commands
            [str(word) for word in command],
            stdout=output,
            stderr=output,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{command}: {output.read().decode(errors='replace')[-2000:]}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        median(cost.wall_s for cost in costs),
        median(cost.cpu_s for cost in costs),
        median(cost.memory_mb for cost in costs),
        int(median(cost.reads for cost in costs)),
        int(median(cost.writes for cost in costs)),
        int(median(cost.rate_limited for cost in costs)),
    )
