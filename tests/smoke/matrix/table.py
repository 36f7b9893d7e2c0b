"""The kill table: what was made wrong, and which assertions noticed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PROPERTY = "mutant"
"""The name under which a test tells which mutant it tried, and which assertions had to notice it; workers tell it on."""


def tried(stats: Mapping[str, Iterable[Any]]) -> dict[str, tuple[str, bool]]:
    """Return the mutants of a run with their assertions, and whether they were noticed."""
    seen: dict[str, tuple[str, bool]] = {}
    for outcome in ("passed", "failed"):
        for report in stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name == PROPERTY and report.when == "call":
                    mutant, _, assertions = str(value).partition(": ")
                    seen[mutant] = (assertions, outcome == "passed")
    return seen


def lines(seen: Mapping[str, tuple[str, bool]]) -> Iterator[str]:
    """Return a line per mutant, and how many of them were noticed."""
    for mutant, (assertions, is_noticed) in sorted(seen.items()):
        yield f"{'noticed' if is_noticed else 'MISSED '}  {mutant}: {assertions}"
    noticed = sum(is_noticed for _, is_noticed in seen.values())
    yield f"{noticed}/{len(seen)} noticed, each by every assertion that is named"
