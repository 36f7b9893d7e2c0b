"""An apply under a rate limit, alone and as several processes at once, beside the time that the limit itself takes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cases import Result
from benchmarks.company import Company
from benchmarks.measure import Cost, measured
from benchmarks.served import TENANTRY, served

PER_SECOND, BURST = 50, 50
SHARE = 0.8
PROCESSES = 3


def results(size: int) -> Iterator[Result]:
    """Yield an apply of everything under the limit, and one of as many applications by three processes that share it."""
    resources = Company(size).resources
    for case, processes in (("create all, limited", 1), (f"{PROCESSES} applies at once, limited", PROCESSES)):
        with TemporaryDirectory() as name, served("--rate-limit", f"{PER_SECOND}:{BURST}") as tenant:
            folder = Path(name)
            files = [Company(size).write(folder, tenant.url)] if processes == 1 else _parts(folder, tenant.url, resources)
            cost = tenant.counted(partial(_longest, files))
        floor = Cost((cost.reads + cost.writes) / (SHARE * PER_SECOND), 0.0, 0.0)
        yield Result(case, size, resources, 0, cost, floor, cost.wall_s / floor.wall_s, 0.0)


def _parts(folder: Path, url: str, resources: int) -> list[Path]:
    """Return a tenant file for each process, with applications that no other declares."""
    files = []
    for part in range(PROCESSES):
        apps = "".join(f"  app-{n}: {{name: App {n}, app_type: native}}\n" for n in range(part, resources, PROCESSES))
        files.append(folder / str(part) / "tenants" / "tenant.yaml")
        files[-1].parent.mkdir(parents=True)
        files[-1].write_text(f"version: 1\ntenant: {{base_url: '{url}'}}\napplications:\n{apps}", encoding="utf-8")
    return files


def _longest(files: list[Path]) -> Cost:
    """Return what the longest of these applies cost, all at once."""

    def one(file: Path) -> Cost:
        state = {"XDG_STATE_HOME": str(file.parent)}  # as on machines of their own: no lock in common
        return measured([TENANTRY, "apply", str(file), "--yes"], state)

    with ThreadPoolExecutor(len(files)) as pool:
        return max(pool.map(one, files), key=lambda cost: cost.wall_s)
