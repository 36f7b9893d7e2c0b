"""Text in lines with styles: all that people read is built of it, and colour only repeats what the words say."""

from __future__ import annotations

Part = tuple[str, str]
"""Some words, and the style that they have on a terminal."""

COMMAND = "command"
"""The style of a command to be typed, which stays one when a narrow terminal breaks it."""
WHOLE = "whole"
"""The style of words that stand in one line, however narrow the terminal."""
HANG = "hang"
"""The style of the mark that says where in a line the next one goes on if a narrow terminal breaks it."""
HERE: Part = ("", HANG)
"""That mark."""


class Lines:
    """A growing text; each call adds one line made of ``(text, style)`` pairs or plain strings."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        """The whole text in pieces, each with its style."""
        self._end = ""

    def add(self, *parts: str | Part) -> None:
        """Add one line."""
        for part in parts:
            words, style = part if isinstance(part, tuple) else (part, "")
            self._append(words, style)
        self._append("\n")

    def gap(self) -> None:
        """Add an empty line, unless the text ends with one or has not begun."""
        if self._end not in {"", "\n\n"}:
            self._append("\n")

    def extend(self, other: Lines) -> None:
        """Add all lines of another text."""
        self.parts += other.parts
        self._end = (self._end + other._end)[-2:]

    def _append(self, words: str, style: str = "") -> None:
        """Append words, and remember the last two characters: a long text is not to be looked through for its end."""
        self.parts.append((words, style))
        self._end = (self._end + words)[-2:]

    @property
    def plain(self) -> str:
        """Return the text without styles."""
        return "".join(words for words, _ in self.parts)
