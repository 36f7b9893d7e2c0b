"""One thing that a doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``outcome`` is ok, warning or failed. ``code`` is the exit code if it failed."""

    name: str
    outcome: str
    sentence: str
    code: int = 1
