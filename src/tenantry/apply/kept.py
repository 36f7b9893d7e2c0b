"""Images as JSON, so that a live id stays apart from a handle: ``$raw:ID``; a text that begins with ``$`` gets another one."""

from __future__ import annotations

from typing import Any

from tenantry.model.secret import Secret, masked
from tenantry.model.values import RawId, mapped

RAW = "$raw:"


def kept(value: Any) -> Any:
    """Return a value in declared form as JSON, secrets masked."""
    return mapped(value, _kept)


def _kept(leaf: Any) -> Any:
    """Return one value, or one key."""
    if isinstance(leaf, Secret):
        return masked(leaf)
    if isinstance(leaf, RawId):
        return f"{RAW}{leaf}"
    return f"${leaf}" if isinstance(leaf, str) and leaf.startswith("$") else leaf


def told(value: Any) -> Any:
    """Return what ``kept`` was given, lists for tuples."""
    return mapped(value, _told)


def _told(leaf: Any) -> Any:
    """Return what one value, or one key, was kept of."""
    if not isinstance(leaf, str):
        return leaf
    return RawId(leaf.removeprefix(RAW)) if leaf.startswith(RAW) else leaf.removeprefix("$")
