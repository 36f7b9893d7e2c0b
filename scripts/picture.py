"""Draws the picture of the README from a real run: a plan after two small edits, and the smoke run that follows.

Usage: python scripts/picture.py docs/demo.svg
"""

from __future__ import annotations

import contextlib
import io
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parents[1]
EDITS = {
    '    callbacks: ["${var.storefront_url}/callback"]\n': (
        '    callbacks: ["${var.storefront_url}/callback", "${var.storefront_url}/popup"]\n'
    ),
    "    token_lifetime: 3600\n": "    token_lifetime: 7200\n",
}
WIDTH = 110


def main(target: Path) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "tenants", Path(folder, "tenants"))
        _run(folder, "up", "tenants/local.yaml")
        _edit(Path(folder, "tenants", "shared"))
        console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
        for command in ("plan", "apply"):
            shown = _run(folder, command, "tenants/local.yaml")
            if command == "plan":
                _print(console, command, shown)
        _print(console, "smoke", _run(folder, "smoke", "tenants/local.yaml"))
        target.write_text(console.export_svg(title="tenantry"), encoding="utf-8")


def _run(folder: str, command: str, *args: str) -> str:
    """Return what a command prints on a terminal, with its colours and its line breaks."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(WIDTH)}
    for name in ("NO_COLOR", "CI"):
        environment.pop(name, None)
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "tenantry", command, *args],
        cwd=folder,
        env=environment,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        os.close(theirs)
        shown = "".join(_read(ours)).replace("\r\n", "\n")
        _, errors = running.communicate()
    if running.returncode:
        sys.exit(f"tenantry {command} ended with {running.returncode}:\n{shown}{errors}")
    return shown


def _read(terminal: int) -> Iterator[str]:
    """Yield what is written to a terminal until the writer ends, which Linux tells as an error."""
    with contextlib.suppress(OSError), os.fdopen(terminal, encoding="utf-8", newline="") as lines:
        yield from lines


def _edit(shared: Path) -> None:
    """Make the two edits that the plan shows."""
    for line, edited in EDITS.items():
        [path] = [path for path in shared.glob("*.yaml") if line in path.read_text(encoding="utf-8")]
        path.write_text(path.read_text(encoding="utf-8").replace(line, edited, 1), encoding="utf-8")


def _print(console: Console, command: str, shown: str) -> None:
    """Print a command and what it said."""
    console.print(Text(f"$ tenantry {command} tenants/local.yaml", style="bold"))
    console.print(Text.from_ansi(shown))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
