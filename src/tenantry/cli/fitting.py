"""Takes out of an exported resource what a tenant file may not say, such as values that only the server can set."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from tenantry.model.kind import Kind
from tenantry.model.place import Path

CREDENTIAL = re.compile(r"secret|token|password|private|api_?key|credential", re.IGNORECASE)
"""Names of members that may hold a secret."""


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
        if (isinstance(tree, list) and isinstance(step, int) and step < len(tree)) or (isinstance(tree, dict) and step in tree):
            tree = tree[step]
            path = (*path, step)
    return path


def _taken_out(tree: Any, path: Path) -> bool:
    """Take the value at a path out, if it is still there."""
    *around, last = path or ("",)
    for step in around:
        if not (isinstance(tree, dict) and step in tree) and not (isinstance(tree, list) and isinstance(step, int)):
            return False
        tree = tree[step]
    if isinstance(tree, dict) and last in tree:
        del tree[last]
        return True
    return False
