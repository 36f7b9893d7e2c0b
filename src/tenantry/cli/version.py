"""The version of what is installed."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Return the installed version."""
    return metadata.version("tenantry")
