"""Long work says on a terminal what it is and how far it has come, and elsewhere nothing."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from time import sleep

import pytest

from tenantry.cli.entry import run
from tenantry.cli.progress import progress
from tenantry.cli.results import Output

TENANT = """\
tenant: {emulator: moving}
roles:
  one: {name: one, description: One}
  two: {name: two, description: Two}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("applying to acme") as tell:
        tell("3 of 15 writes")
    return stream.getvalue()


def test_a_terminal_sees_what_takes_so_long_and_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "applying to acme: 3 of 15 writes" in shown(monkeypatch, Terminal())


def test_pipelines_and_builds_see_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO()) == ""
    monkeypatch.setenv("CI", "true")
    assert shown(monkeypatch, Terminal()) == ""


def test_an_apply_counts_its_writes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TENANT, encoding="utf-8")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert run(["apply", "t.yaml"]) == 0, capsys.readouterr()
    assert "applying to moving: 2 of 2 writes" in terminal.getvalue()


def test_what_is_said_meanwhile_stands_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("applying to acme") as tell:
        tell("1 of 2 writes")
        while "1 of 2" not in terminal.getvalue():  # it is drawn ten times a second
            sleep(0.01)
        Output("text").say("Stopping: what is on its way is finished first.")
    erased_first = r"1 of 2 writes\r\x1b\[2K(\x1b\[[0-9;]*m)*Stopping: what is on its way is finished first\.\n"
    assert re.search(erased_first, terminal.getvalue()), repr(terminal.getvalue())
