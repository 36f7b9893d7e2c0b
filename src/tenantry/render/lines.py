"""Text in lines with styles: all that people read is built of it, and colour only repeats what the words say."""

from __future__ import annotations

from rich.text import Text

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


class Lines:
    """A growing text; each call adds one line made of ``(text, style)`` pairs or plain strings."""

    def __init__(self) -> None:
        self.text = Text(no_wrap=True)

    def add(self, *parts: str | tuple[str, str]) -> None:
        """Add one line."""
        for part in parts:
            words, style = part if isinstance(part, tuple) else (part, "")
            self.text.append(words, style=STYLES.get(style, style))
        self.text.append("\n")

    def gap(self) -> None:
        """Add an empty line, unless the text ends with one or has not begun."""
        if self.text.plain and not self.text.plain.endswith("\n\n"):
            self.text.append("\n")

    def extend(self, other: Lines) -> None:
        """Add all lines of another text."""
        self.text.append_text(other.text)

    @property
    def plain(self) -> str:
        """Return the text without styles."""
        return self.text.plain
