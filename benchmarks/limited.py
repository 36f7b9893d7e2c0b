"""An apply under a rate limit, alone and as several processes at once, beside the time that the limit itself takes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cases import Result
from benchmarks.company import Company
from benchmarks.measure import Cost, measured
from benchmarks.served import TENANTRY, served

PER_SECOND, BURST = 50, 50
SHARE = 0.8


def results(size: int) -> Iterator[Result]:
    """Yield an apply of everything under the limit, and three plans at once; beside them the time at the usable rate."""
    company = Company(size)
    with TemporaryDirectory() as name, served("--rate-limit", f"{PER_SECOND}:{BURST}") as tenant:
        file = company.write(Path(name), tenant.url)
        for case, command, at_once in (
            ("create all, limited", [TENANTRY, "apply", str(file), "--yes"], 1),
            ("3 plans at once, limited", [TENANTRY, "plan", str(file)], 3),
        ):
            tenant.forget()
            with ThreadPoolExecutor(at_once) as pool:
                costs = list(pool.map(measured, [command] * at_once))
            stats = tenant.stats()
            longest = max(costs, key=lambda cost: cost.wall_s)
            cost = replace(longest, reads=stats["reads"], writes=stats["writes"], rate_limited=stats["rate_limited"])
            floor_s = max(0.0, cost.reads + cost.writes - SHARE * BURST) / (SHARE * PER_SECOND)
            floor = Cost(floor_s, 0.0, 0.0)
            yield Result(case, size, company.resources, 0, cost, floor, cost.wall_s / floor_s if floor_s else 0.0, 0.0)
