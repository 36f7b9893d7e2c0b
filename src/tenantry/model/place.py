"""Where in the files a value was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Place(NamedTuple):
    """A file with a line and a column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return ``file:line:column``, the form editors and terminals turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


Path = tuple[str | int, ...]
"""The keys and indexes that lead from a resource to a value inside it."""


def place_at(found: Mapping[Path, Place], path: Path) -> Place | None:
    """Return the place of the value at a path, or of the nearest thing around it."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path)


def dotted(path: Path) -> str:
    """Return the path as people write it: ``refresh_token.policies[0].scope``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


_STEP = re.compile(r"\[([^\]]*)\]|([^.\[]+)")


def undotted(path: str) -> list[str]:
    """Return the steps of a path that people wrote: ``scopes[read:orders].description`` has three."""
    return [bracketed or plain for bracketed, plain in _STEP.findall(path)]
