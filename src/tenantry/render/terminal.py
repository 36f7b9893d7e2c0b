"""Where text goes: colour only on a terminal that wants it, and never a line broken by us."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from tenantry.render.lines import Lines

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
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
}


def console(file: IO[str]) -> Console:
    """Return a console for ``file``; ``NO_COLOR`` and ``CI`` switch colour and movement off."""
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


def write(lines: Lines, file: IO[str]) -> None:
    """Write the lines to ``file`` as they are."""
    if not (file.isatty() or os.environ.get("FORCE_COLOR")):
        file.write(lines.plain)
        return
    from rich.text import Text  # noqa: PLC0415  the same

    out = console(file)
    if out.is_terminal:
        styled = ((words, STYLES.get(style, style)) for words, style in lines.parts)
        out.print(Text.assemble(*styled, no_wrap=True), end="", soft_wrap=True)
    else:
        file.write(lines.plain)
