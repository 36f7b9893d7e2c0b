"""Proving tokens; to be completed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Proving:
    """How a smoke run goes about it."""

    level: str | None = None
    junit_file: Path | None = None
    allow_blocked: bool = False
