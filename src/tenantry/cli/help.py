"""Help pages: as wide as the terminal, if that is not too wide to read, and with no word or command torn apart."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import Any

import click

from tenantry.render.folding import folded
from tenantry.render.lines import COMMAND, HERE, Lines

WIDEST = 100
NARROWEST = 40
WIDEST_NAME = 30
"""Columns for the names of options, where there is room."""
NARROWEST_NAME = 12
FOR_SENTENCES = 48
"""Columns that the sentences of options have before the names get more than the least."""

EXAMPLE = "Example:"


def example(*commands: str) -> str:
    """Return the end of a help page, with commands to copy."""
    return "\n".join([EXAMPLE, *commands])


class Page(click.HelpFormatter):
    """Writes a help page; click's own would break words at their hyphens."""

    def __init__(self) -> None:
        columns = shutil.get_terminal_size().columns
        super().__init__(width=max(min(columns, WIDEST), NARROWEST))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        lines = Lines()
        lines.add(f"{prefix or 'Usage:'} {prog} ", HERE, args)
        self._write(lines)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = WIDEST_NAME, col_spacing: int = 2) -> None:
        """Write names with their sentences, which a narrow terminal leaves more room than the names."""
        rows = list(rows)
        most = min(col_max, max(NARROWEST_NAME, self.width - FOR_SENTENCES))
        column = min(most, max(len(name) for name, _ in rows)) + col_spacing
        lines = Lines()
        for name, sentence in rows:
            is_beside = len(name) + col_spacing <= column
            if not is_beside:
                lines.add(self._indent, name)
            lines.add(self._indent, (name if is_beside else "").ljust(column), HERE, sentence)
        self._write(lines)

    def write_text(self, text: str) -> None:
        """Write paragraphs, or commands that are still commands when they are copied."""
        lines = Lines()
        head, *commands = text.splitlines()
        if head == EXAMPLE:
            lines.add(self._indent, EXAMPLE)
            for command in commands:
                lines.add(f"{self._indent}  ", (command, COMMAND))
        else:
            for paragraph in text.split("\n\n"):
                lines.gap()
                lines.add(self._indent, HERE, " ".join(paragraph.split()))
        self._write(lines)

    @property
    def _indent(self) -> str:
        """Return what stands before every line."""
        return " " * self.current_indent

    def _write(self, lines: Lines) -> None:
        """Write lines, none of them too long."""
        self.write("".join(words for words, _ in folded(lines, self.width)))


class Context(click.Context):
    """A context whose help pages are ours, and in which every wrong usage is shown as one, whoever noticed it."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what writes a help page."""
        return Page()

    def invoke(self, callback: Any, /, *args: Any, **given: Any) -> Any:
        """Return what the command returns.

        Raises: click.UsageError in place of our own, which the rooms raise that know nothing of a command line.
        """
        from tenantry.model.errors import UsageError  # noqa: PLC0415  a help page need not wait for it

        try:
            return super().invoke(callback, *args, **given)
        except UsageError as error:
            raise click.UsageError(str(error), self) from error
