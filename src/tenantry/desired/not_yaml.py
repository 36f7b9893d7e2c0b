"""What a parser complains about → the place that a person looks at, and what to do there."""

from __future__ import annotations

from typing import Any

import yaml

from tenantry.model.place import Place

_CURES = {
    "that violates indentation": "indent with spaces",
    "mapping values are not allowed": (
        "begin each member in the column of those beside it, put a space behind its colon, and quote text that holds `: `"
    ),
    "parsing a block mapping": "begin each member in the column of those beside it; write a quote within single quotes twice",
    "parsing a block collection": "begin each item in the column of those beside it",
    "parsing a flow": 'within [ ] and { } quote what holds braces or brackets, such as "${var.x}"',
}
"""What to do, by words of the parser's complaint."""


def told(wrong: yaml.MarkedYAMLError, text: str, name: str) -> tuple[str, Place]:
    """Return what is wrong with the text of a file, and where."""
    problem, context = wrong.problem or "something is missing", wrong.context or ""
    if wrong.context_mark and "end of stream" in problem and "quoted scalar" in context:
        return "nothing closes the quote that begins here", _place(wrong.context_mark, name)
    mark = wrong.problem_mark or wrong.context_mark
    if mark and "cannot start any token" in problem:
        return _unfit(text[mark.index : mark.index + 1]), _place(mark, name)
    since = f" that begins at {_place(wrong.context_mark, name)}" if wrong.context_mark and "parsing a flow" in context else ""
    said = f"{problem} {context}{since}".rstrip()
    cure = next((cure for words, cure in _CURES.items() if words in said), "")
    return f"{said}; {cure}" if cure else said, _place(mark, name)


def _unfit(character: str) -> str:
    """Return why a value or a member cannot begin with the character."""
    if character == "\t":
        return "a line begins with a tab; indent with spaces"
    return f"text that begins with {'a backtick' if character == '`' else f'`{character}`'} needs quotes"


def _place(mark: Any, name: str) -> Place:
    """Return the place of a parser's mark."""
    return Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
