"""A request to the Management API as a value: what will be sent, before anybody sends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tenantry.model.address import IdOf
from tenantry.model.values import leaves

Segment = str | IdOf


@dataclass(frozen=True)
class Call:
    """One request; ``path`` is given in segments below ``/api/v2``, and ids not yet known are ``IdOf`` in path and body."""

    method: str
    path: tuple[Segment, ...]
    body: Any = None
    query: tuple[tuple[str, str], ...] = ()

    @property
    def template(self) -> str:
        """Return the path with every id as ``{id}``, for people and statistics."""
        return "/" + "/".join("{id}" if isinstance(segment, IdOf) else segment for segment in self.path)


@dataclass(frozen=True)
class Wait:
    """A condition that must hold before going on: GET ``path`` until its member ``field`` equals ``value``.

    ``failed`` lists values of that member which mean that it never will. An empty ``field`` waits for 404.
    """

    path: tuple[Segment, ...]
    field: str = ""
    value: Any = None
    failed: tuple[Any, ...] = ()


def placeholders(value: Any) -> Iterator[IdOf]:
    """Yield every placeholder for an id inside a path or a body."""
    return (leaf for leaf in leaves(value) if isinstance(leaf, IdOf))
