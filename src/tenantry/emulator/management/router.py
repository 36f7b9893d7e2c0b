"""Finds the operation of a method and path, by one step per segment.

Source: Auth0's published OpenAPI description (the paths).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantry.emulator.facts.catalogue import Operation


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    operations: dict[str, Operation] = field(default_factory=dict)


class Router:
    """The paths as a tree; a fixed word wins over a parameter."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            method, path = operation.name.split(" ", 1)
            node = self._root
            for segment in path.removeprefix("/").split("/"):
                node = _step(node, segment)
            node.operations[method] = operation

    def find(self, method: str, raw_path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation and its decoded path parameters; `raw_path` is still percent-encoded."""
        segments = [unquote(segment) for segment in raw_path.removeprefix("/").split("/")]
        for node, values in _walk(self._root, segments):
            operation = node.operations.get(method)
            if operation:
                return operation, dict(zip(_names(operation), values, strict=True))
        return None


def _step(node: _Node, segment: str) -> _Node:
    if segment.startswith("{"):
        node.parameter = node.parameter or _Node()
        return node.parameter
    return node.words.setdefault(segment, _Node())


def _walk(node: _Node, segments: list[str], values: tuple[str, ...] = ()) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    if not segments:
        yield node, values
        return
    first, rest = segments[0], segments[1:]
    if first in node.words:
        yield from _walk(node.words[first], rest, values)
    if node.parameter and first:
        yield from _walk(node.parameter, rest, (*values, first))


def _names(operation: Operation) -> list[str]:
    return [segment[1:-1] for segment in operation.name.split("/") if segment.startswith("{")]
