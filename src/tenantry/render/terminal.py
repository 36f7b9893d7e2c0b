"""Where text goes: colour only on a terminal that wants it; lines are broken there alone, and between words."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING
from weakref import WeakKeyDictionary

from tenantry.render.lines import COMMAND, HANG, WHOLE, Lines, Part

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "create": "green",
    "update": "yellow",
    "replace": "bold magenta",
    "delete": "bold red",
    "added": "green",
    "removed": "red",
    "quiet": "dim",
    "strong": "bold",
    COMMAND: "bold",
    HANG: "",
    WHOLE: "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
}


_consoles: WeakKeyDictionary[IO[str], Console] = WeakKeyDictionary()


def console(file: IO[str]) -> Console:
    """Return the console of ``file``; ``NO_COLOR`` and ``CI`` switch colour and movement off.

    A file has one: what it says while something moves goes above that.
    """
    file = getattr(file, "rich_proxied_file", file)  # what moves puts itself before the stream
    if file not in _consoles:
        _consoles[file] = _console(file)
    return _consoles[file]


def _console(file: IO[str]) -> Console:
    """Return a new console."""
    from rich.console import Console  # noqa: PLC0415  pipelines and files need not wait for it

    quiet = bool(os.environ.get("NO_COLOR") or os.environ.get("CI"))
    return Console(
        file=file,
        no_color=quiet,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        force_terminal=False if os.environ.get("CI") else None,
    )


def say(file: IO[str], *parts: str | Part) -> None:
    """Write one line to ``file``."""
    lines = Lines()
    lines.add(*parts)
    write(lines, file)


def write(lines: Lines, file: IO[str]) -> None:
    """Write the lines to ``file`` as they are; a terminal gets them coloured, and no wider than it is."""
    if not (file.isatty() or os.environ.get("FORCE_COLOR")):
        file.write(lines.plain)
        return
    from rich.text import Text  # noqa: PLC0415  the same

    from tenantry.render.folding import folded  # noqa: PLC0415  the same

    out = console(file)
    if out.is_terminal:
        parts = folded(lines, out.width) if file.isatty() else lines.parts
        styled = ((words, STYLES.get(style, style)) for words, style in parts)
        out.print(Text.assemble(*styled, no_wrap=True), end="", soft_wrap=True)
    else:
        file.write(lines.plain)
