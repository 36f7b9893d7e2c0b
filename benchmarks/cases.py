"""The cases: each is a command of the tool, beside the bare loop with the same requests."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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
        tool, floor = (middle(costs) for costs in zip(*pairs, strict=True))
        for one, other in pairs:
            if (one.reads, one.writes) != (other.reads, other.writes):
                raise RuntimeError(f"{name}: {one} and {other} are not the same requests")
        ratios = middle([Cost(a.wall_s / b.wall_s, a.cpu_s / b.cpu_s, 0) for a, b in pairs])
        size, resources = self.company.size, self.company.resources
        return Result(name, size, resources, self.latency_ms, tool, floor, ratios.wall_s, ratios.cpu_s)


@contextmanager
def bench(size: int, latency_ms: int, repeat: int) -> Iterator[Bench]:
    """Give a company of a size on a fresh served tenant."""
    with TemporaryDirectory() as folder, served("--latency", str(latency_ms)) as tenant:
        yield Bench(Company(size), tenant, Path(folder), latency_ms, repeat)
