"""Plants mutmut's mistakes one after the other, in a random order that is the same each time, and tells which go unnoticed.

    mutmut run "tenantry.plan.types.*"    # makes mutants/: the mistakes, and which test reaches which function
    python scripts/mutants.py plan 500    # the first 500 of the order on the tests of the room alone; without a number all

It does what `mutmut run` does, faster: tests are collected once, each mistake is tried in a fork, and the tests that noticed
others in the same function go first. What was tried stands in `mutants/<room>.jsonl`; the next run goes on from there.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

LONG_WALKS = [f"--deselect=tests/apply/test_{name}.py" for name in ("faults", "killed", "requests", "together")]
FIRST = {
    "plan": ("test_plan_file.py::test_whatever_stands_in_a_plan_file_it_is_a_plan_or_refused",),
    "apply": ("test_apply.py::test_a_company_grows_and_shrinks", "test_journal.py::test_pre_images_are_kept"),
}
"""Tests that are run once without a mistake, so that what takes long the first time (keys, imports) is there in every fork."""


class Planter:
    """Runs, in place of pytest's own loop, the tests that reach each mistake until one fails."""

    def __init__(self, room: str, number: int | None) -> None:
        stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
        self.reach, self.duration = stats["tests_by_mangled_function_name"], stats["duration_by_test"]
        self.room, self.path = room, Path(f"{room}.jsonl")
        metas = sorted(Path("src/tenantry", room).glob("*.meta"))
        names = [name for meta in metas for name in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]]
        random.Random(1).shuffle(names)  # noqa: S311 - a sample that can be drawn again
        self.names = names[:number]
        self.noticed: dict[str, Counter[str]] = defaultdict(Counter)
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        self.verdicts: dict[str, str] = {}
        for line in lines:
            self.note(**json.loads(line))

    def note(self, name: str, verdict: str, test: str | None) -> None:
        """Remember what became of a mistake, and which test noticed it."""
        self.verdicts[name] = verdict
        if test and verdict != "survived":
            self.noticed[function_of(name)][test] += 1
            self.noticed[""][test] += 1

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mistake that has not been tried."""
        self.items = {item.nodeid: item for item in session.items}
        for test in FIRST[self.room]:
            item = self.items[f"tests/{self.room}/{test}"]
            if any(report.failed for report in runtestprotocol(item, nextitem=None, log=False)):
                raise SystemExit(f"{test} fails without a mistake")
        for name in self.names:
            if name not in self.verdicts:
                verdict, test = self.tried(name)
                self.note(name, verdict, test)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"name": name, "verdict": verdict, "test": test}) + "\n")
        return True

    def tried(self, name: str) -> tuple[str, str | None]:
        """Return what became of one mistake, and the last test that was run."""
        tests = [test for test in self.reach.get(function_of(name), ()) if test in self.items]
        if not tests:
            return "no tests", None
        before, often = self.noticed[function_of(name)], self.noticed[""]
        tests.sort(key=lambda test: (self.duration[test] + 0.004) / (0.02 + 4 * before[test] + often[test] / 100))
        longest_s = 20 + 3 * sum(self.duration[test] for test in tests)
        folder, (read, write) = tempfile.mkdtemp(), os.pipe()
        if not (child := os.fork()):
            self.run_in_fork(name, tests, folder, write, int(longest_s))
        os.close(write)
        started_s, status = time.monotonic(), None
        while status is None:
            found, code = os.waitpid(child, os.WNOHANG)
            if found:
                status = os.waitstatus_to_exitcode(code)
            elif time.monotonic() - started_s > 4 * longest_s:
                os.kill(child, signal.SIGKILL)
            else:
                time.sleep(0.005)
        with os.fdopen(read, encoding="utf-8") as told:
            last = told.read().split("\n")[-2:-1]
        shutil.rmtree(folder, ignore_errors=True)
        return {0: "survived", 1: "killed"}.get(status, "timeout"), last[0] if last else None

    def run_in_fork(self, name: str, tests: list[str], folder: str, write: int, cpu_s: int) -> None:
        """Run the tests with the mistake planted; the exit code says whether one failed."""
        from mutmut.mutation.trampoline import set_mutant_under_test  # noqa: PLC0415 - not before the tests are collected

        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        items = [self.items[test] for test in tests]
        items[0].config._tmp_path_factory._basetemp = Path(folder)  # noqa: SLF001 - no two forks share one
        set_mutant_under_test(name)
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                os.write(write, f"{item.nodeid}\n".encode())
                if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                    os._exit(1)
        except BaseException:  # noqa: BLE001 - whatever happens, it was noticed
            os._exit(1)
        os._exit(0)


def function_of(name: str) -> str:
    """Return the function that a mistake stands in, as mutmut calls it."""
    return name.partition("__mutmut_")[0]


def main(room: str, number: int | None) -> None:
    """Try a room and print what became of its mistakes, with the names of those that went unnoticed."""
    os.chdir("mutants")
    sys.path[:0] = [str(Path("src").resolve()), str(Path.cwd())]
    os.environ["MUTANT_UNDER_TEST"] = ""
    planter = Planter(room, number)
    arguments = ["--rootdir=.", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", f"tests/{room}", *LONG_WALKS]
    pytest.main(arguments, plugins=[planter])
    found = {name: planter.verdicts[name] for name in planter.names if name in planter.verdicts}
    print("\n".join(name for name, verdict in found.items() if verdict in {"survived", "no tests"}))
    print(f"{room}: {dict(Counter(found.values()))} of {len(found)}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)  # noqa: PLR2004 - the program, the room, the number
