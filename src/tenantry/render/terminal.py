"""Where text goes: colour only on a terminal that wants it, and never a line broken by us."""

from __future__ import annotations

import os
from typing import IO

from rich.console import Console

from tenantry.render.lines import Lines


def console(file: IO[str]) -> Console:
    """Return a console for ``file``; ``NO_COLOR`` and ``CI`` switch colour and movement off."""
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
    out = console(file)
    if out.is_terminal:
        out.print(lines.text, end="", soft_wrap=True)
    else:
        file.write(lines.plain)
