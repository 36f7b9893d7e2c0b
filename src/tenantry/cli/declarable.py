"""Takes out of an exported resource what a tenant file may not say, such as values that only the server can set."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tenantry.model.kind import Kind
from tenantry.model.place import Path


def refused(written: dict[str, Any], kind: Kind) -> list[Path]:
    """Return the paths of what the kind's Spec refuses, after taking it out."""
    try:
        kind.spec.model_validate(written)
    except ValidationError as wrong:
        paths = {_path(written, error["loc"]) for error in wrong.errors()}
        return [path for path in sorted(paths, key=str) if _taken_out(written, path)]
    return []


def _path(tree: Any, loc: tuple[int | str, ...]) -> Path:
    """Return the steps of an error's location that lead somewhere; names of alternatives lead nowhere."""
    path: Path = ()
    for step in loc:
        if _leads(tree, step):
            tree = tree[step]
            path = (*path, step)
    return path


def _taken_out(tree: Any, path: Path) -> bool:
    """Take the value at a path out, if it is still there."""
    for step in path[:-1]:
        if not _leads(tree, step):
            return False
        tree = tree[step]
    if not path or not isinstance(tree, dict) or path[-1] not in tree:
        return False
    del tree[path[-1]]
    return True


def _leads(tree: Any, step: int | str) -> bool:
    """Return whether there is something at this step."""
    if isinstance(tree, list):
        return isinstance(step, int) and step < len(tree)
    return isinstance(tree, dict) and step in tree
