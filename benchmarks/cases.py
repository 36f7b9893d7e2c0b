"""The cases: each is a command of the tool, beside the bare loop with the same requests."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.company import Company
from benchmarks.measure import Cost, measured, middle
from benchmarks.served import TENANTRY, Served, served


@dataclass(frozen=True)
class Result:
    """Medians of one case: what the tool took and what the bare loop took, and the ratios run by run."""

    case: str
    size: int
    resources: int
    latency_ms: int
    tool: Cost
    bare: Cost
    wall_ratio: float
    cpu_ratio: float


def compared(case: str, size: int, resources: int, latency_ms: int, pairs: Sequence[tuple[Cost, Cost]]) -> Result:
    """Return the result of runs of the tool, each with the run beside it."""
    tool, bare = (middle(costs) for costs in zip(*pairs, strict=True))
    wall_ratio = median(one.wall_s / other.wall_s for one, other in pairs)
    cpu_ratio = median(one.cpu_s / other.cpu_s for one, other in pairs)
    return Result(case, size, resources, latency_ms, tool, bare, wall_ratio, cpu_ratio)


@dataclass(frozen=True)
class Bench:
    """One company on one served tenant, measured ``repeat`` times."""

    company: Company
    tenant: Served
    folder: Path
    latency_ms: int
    repeat: int

    def results(self) -> Iterator[Result]:
        """Yield the result of every case."""
        first = self.company.write(self.folder / "a", self.tenant.url)
        second = self.company.write(self.folder / "b", self.tenant.url, changed=True)
        cases: dict[str, list[list[str | Path]]] = {
            "create all": [["apply", first, "--yes"]],
            "plan": [["plan", first]],
            "no-op apply": [["apply", first, "--yes"]],
            "10 % change": [["apply", second, "--yes"], ["apply", first, "--yes"]],
            "export": [["export", first, "--out", self.folder / "out"]],
        }
        for name, commands in cases.items():
            yield self.case(name, commands)

    def case(self, name: str, commands: Sequence[Sequence[str | Path]]) -> Result:
        """Return the result of one case; of two commands the bare loop sends what the first sends, and the tool undoes it."""
        is_new, file = name == "create all", self.folder / "requests.json"
        if is_new:
            self.tenant.reset()
        measured([sys.executable, "-m", "benchmarks.recording", file, *commands[0]])
        pairs = []
        for _ in range(self.repeat):
            bare = self.tenant.cost([sys.executable, "-m", "benchmarks.bare", file, self.tenant.url], fresh=is_new)
            pairs.append((self.tenant.cost([TENANTRY, *commands[-1]], fresh=is_new), bare))
        for one, other in pairs:
            if (one.reads, one.writes) != (other.reads, other.writes):
                raise RuntimeError(f"{name}: {one} and {other} are not the same requests")
        return compared(name, self.company.size, self.company.resources, self.latency_ms, pairs)


@contextmanager
def bench(size: int, latency_ms: int, repeat: int) -> Iterator[Bench]:
    """Give a company of a size on a fresh served tenant."""
    with TemporaryDirectory() as folder, served("--latency", str(latency_ms)) as tenant:
        yield Bench(Company(size), tenant, Path(folder), latency_ms, repeat)
