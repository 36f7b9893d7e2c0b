"""Paths as people read them."""

from __future__ import annotations

from pathlib import Path


def short(path: Path) -> str:
    """Return a path as seen from here, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
