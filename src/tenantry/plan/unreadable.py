"""Values that nobody can read back, inside what would be written whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenantry.model.marks import Unreadable
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Shape
from tenantry.model.values import is_empty
from tenantry.plan.draft import Draft


def unreadable(made: Draft) -> Iterator[tuple[str, list[str]]]:
    """Yield fields that would be written whole although they hold live members whose value nobody here knows."""
    for name in made.written:
        yield from _unreadable(made.target[name], made.shape(name), name)


def _unreadable(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, list[str]]]:
    if not isinstance(value, dict):
        return
    if shape.mark(Unreadable):
        unknown = [name for name, item in value.items() if not isinstance(item, Secret) or is_empty(item)]
        if unknown:
            yield path, unknown
        return
    for name, item in value.items():
        yield from _unreadable(item, shape.members.get(name, FREE), f"{path}.{name}")
