"""Images as JSON, so that a live id stays apart from a handle: ``$raw:ID``; a text that begins with ``$`` gets another one."""

from __future__ import annotations

from typing import Any

from tenantry.model.secret import Secret, masked
from tenantry.model.values import RawId

RAW = "$raw:"


def kept(value: Any) -> Any:
    """Return a value in declared form as JSON, secrets masked."""
    if isinstance(value, Secret):
        return masked(value)
    if isinstance(value, RawId):
        return f"{RAW}{value}"
    if isinstance(value, str):
        return f"${value}" if value.startswith("$") else value
    if isinstance(value, dict):
        return {kept(key): kept(item) for key, item in value.items()}
    return [kept(item) for item in value] if isinstance(value, list | tuple) else value


def told(value: Any) -> Any:
    """Return what ``kept`` was given, lists for tuples."""
    if isinstance(value, str):
        if value.startswith(RAW):
            return RawId(value.removeprefix(RAW))
        return value.removeprefix("$")
    if isinstance(value, dict):
        return {told(key): told(item) for key, item in value.items()}
    return [told(item) for item in value] if isinstance(value, list) else value
