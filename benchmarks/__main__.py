"""`python -m benchmarks`: measures, then writes the results as JSON, a table and a plot."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks import deploycli, limited
from benchmarks.cases import Result, bench
from benchmarks.report import report


def main() -> None:
    """Measure what the command line asks for; `--report` writes the report anew from results that are there."""
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / "results.jsonl"
    if not asked.report:
        mode = "a" if asked.add else "w"
        with file.open(mode, encoding="utf-8") as lines:
            for kind, result in _measured(asked):
                line = json.dumps({"kind": kind, **asdict(result)})
                print(line, flush=True)  # noqa: T201  progress is what this program prints
                lines.write(line + "\n")
                lines.flush()
    report(file, asked.out)


def _arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000], help="applications, grants and (to 999) APIs")
    parser.add_argument("--latency", type=int, nargs="*", default=[0, 50], help="milliseconds before every answer")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each case; medians are reported")
    parser.add_argument("--deploy-cli", type=int, default=0, metavar="SIZE", help="also run auth0-deploy-cli with this size")
    parser.add_argument("--no-dry-run", action="store_true", help="leave out the dry run of auth0-deploy-cli")
    parser.add_argument("--limited", type=int, default=0, metavar="SIZE", help="also apply this size under a rate limit")
    parser.add_argument("--alone", action="store_true", help="leave out the bare loop, for the largest sizes")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"), help="the folder for results")
    parser.add_argument("--add", action="store_true", help="add to the results that are there")
    parser.add_argument("--report", action="store_true", help="measure nothing, write the report anew")
    return parser.parse_args()


def _measured(asked: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    """Yield every result as it comes, with what stands beside the tool."""
    for size in asked.sizes:
        for latency_ms in asked.latency:
            with bench(size, latency_ms, asked.repeat, is_alone=asked.alone) as one:
                for result in one.results():
                    yield "alone" if asked.alone else "bare", result
    if asked.limited:
        for result in limited.results(asked.limited):
            yield "limited", result
    if asked.deploy_cli and not deploycli.is_there():
        sys.exit("auth0-deploy-cli is not there: tests/clients/install installs it, and it needs Node.js")
    if asked.deploy_cli:
        for result in deploycli.results(asked.deploy_cli, is_dry_run_left_out=asked.no_dry_run):
            yield "deploy-cli", result


if __name__ == "__main__":
    main()
