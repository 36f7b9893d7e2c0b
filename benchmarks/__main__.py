"""`python -m benchmarks`: measures, then writes the results as JSON, a table and a plot."""

from __future__ import annotations

import argparse
import compileall
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from benchmarks import deploycli, limited, start
from benchmarks.cases import Result, bench
from benchmarks.report import report

ONCE_ABOVE = 1000
"""Applications from which on a run takes so long that it is made once."""


def main() -> None:
    """Measure what the command line asks for; `--report` writes the report anew from results that are there."""
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / "results.jsonl"
    if not asked.report:
        _compile()
        mode = "a" if asked.add else "w"
        with file.open(mode, encoding="utf-8") as lines:
            for kind, result in _measured(asked):
                line = json.dumps({"kind": kind, **asdict(result)})
                print(line, flush=True)  # noqa: T201  progress is what this program prints
                lines.write(line + "\n")
                lines.flush()
    report(file, asked.out)


def _arguments() -> argparse.Namespace:
    """Return what the command line asks for; by default everything, which takes three quarters of an hour."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[10, 100, 1000, 10_000], help="applications, grants and (to 999) APIs"
    )
    parser.add_argument("--latency", type=int, nargs="*", default=[0, 50], help="milliseconds before every answer")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each case; medians are reported")
    parser.add_argument("--start", type=int, default=12, help="pairs of runs of the help page and of click alone")
    parser.add_argument("--limited", type=int, nargs="*", default=[334], help="sizes to apply under a rate limit")
    parser.add_argument("--deploy-cli", type=int, nargs="*", default=[300, 980], help="sizes to give auth0-deploy-cli as well")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"), help="the folder for results")
    parser.add_argument("--add", action="store_true", help="add to the results that are there")
    parser.add_argument("--report", action="store_true", help="measure nothing, write the report anew")
    return parser.parse_args()


def _compile() -> None:
    """Compile the tool as an installer does: where Python is told to write no bytecode, each start would do it anew."""
    for package in ("tenantry", "benchmarks"):
        for folder in getattr(find_spec(package), "submodule_search_locations", None) or ():
            compileall.compile_dir(folder, quiet=1)


def _measured(asked: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    """Yield every result as it comes, with what stands beside the tool; of the largest sizes once, without latency."""
    for size in asked.sizes:
        is_large = size > ONCE_ABOVE
        for latency_ms in asked.latency[:1] if is_large else asked.latency:
            with bench(size, latency_ms, 1 if is_large else asked.repeat) as one:
                for result in one.results():
                    yield "bare", result
    if asked.start:
        yield "start", start.result(asked.start)
    for size in asked.limited:
        for result in limited.results(size):
            yield "limited", result
    if asked.deploy_cli and not deploycli.is_there():
        print("auth0-deploy-cli is left out: tests/clients/install installs it, and it needs Node.js", file=sys.stderr)  # noqa: T201  the same
        return
    for size in asked.deploy_cli:
        for result in deploycli.results(size):
            yield "deploy-cli", result


if __name__ == "__main__":
    main()
