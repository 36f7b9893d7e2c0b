"""Output that nobody takes is told as what it is, and the stream keeps its manners."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "from tenantry.cli import main; main()"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which ``$@`` is the program."""
    words = ["bash", "-c", f"set -o pipefail; {script}", "bash", sys.executable, "-c", PROGRAM]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("plan t.yaml > /dev/full", "error: the output could not be written: No space left on device\n"),
        ("plan t.yaml --format json > /dev/full", "error: the output could not be written: No space left on device\n"),
        ("--help > /dev/full", "error: the output could not be written: No space left on device\n"),
        ("schema > /dev/full", "error: the output could not be written: No space left on device\n"),
        ("plan t.yaml | true", "error: the output could not be written: Broken pipe\n"),
    ],
)
def test_an_output_that_cannot_be_written_is_named(typed: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("version: 1\ntenant: {emulator: streams}\nroles: {a: {name: A}}\n")
    ran = run(f'"$@" {typed}', tmp_path)
    assert ran.stderr == told
    assert ran.returncode == 1


def test_letters_reach_a_pipe_whole(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("version: 1\ntenant: {emulator: streams}\nroles: {a: {name: Ä →}}\n", encoding="utf-8")
    ran = run('PYTHONUTF8=1 "$@" plan t.yaml | cat', tmp_path)
    assert "Ä →" in ran.stdout
