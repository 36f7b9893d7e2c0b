"""What a smoke run found out, as values: one finding per assertion and flow, and the report that holds them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from tenantry.model.smoke import Level
from tenantry.smoke.story import Story

LEFT_OUT = "FLOW"
"""The id of the finding that a flow was left out; ``expected`` is the line that would bring it in."""


class Outcome(StrEnum):
    """What became of one assertion."""

    PASSED = "passed"
    FAILED = "failed"
    BLOCKED = "blocked"
    """Something stood in the way that is no broken promise: a captcha, MFA, a rate limit, a missing secret."""
    INCONCLUSIVE = "inconclusive"
    """The server erred or did not answer, so nothing can be said."""
    SKIPPED = "skipped"
    """It was not tried, because something it needs is not known or was not reached."""
    INFO = "info"
    """Observed, and judged by no source."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one assertion on one flow; every text is fit to be shown (tokens, codes and secrets are digests).

    ``sentence`` is the promise, ``declared_at`` the ``file:line:column`` it follows from, ``source`` who says so.
    ``flow``, ``application`` and ``api`` are empty for what holds for the whole tenant.
    """

    id: str
    outcome: Outcome
    sentence: str
    flow: str = ""
    application: str = ""
    api: str = ""
    expected: str = ""
    observed: str = ""
    source: str = ""
    declared_at: str | None = None


@dataclass(frozen=True)
class Proved:
    """How many of the declared flows are proved."""

    of: int
    missing: tuple[str, ...] = ()
    """The flows that are not."""

    @property
    def flows(self) -> int:
        """Return how many are."""
        return self.of - len(self.missing)

    @property
    def is_complete(self) -> bool:
        """Return whether every declared flow is proved."""
        return not self.missing


@dataclass(frozen=True)
class Usage:
    """What the run used of what a tenant counts."""

    logins: int = 0
    tokens: int = 0
    m2m_tokens: int = 0
    failed_logins: int = 0
    requests: int = 0


@dataclass(frozen=True)
class Report:
    """Everything one smoke run found out, in the order it was asked; ``level`` says how much was asked."""

    findings: tuple[Finding, ...]
    proved: Proved
    level: Level
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    """Sentences that belong to no assertion, such as a leftover user that could not be removed."""
    stories: tuple[Story, ...] = ()
    """What each flow asked and was answered, for the report that shows it."""

    @property
    def summary(self) -> dict[str, int]:
        """Return how many findings have each outcome, zeros included."""
        counts = Counter(finding.outcome for finding in self.findings)
        return {outcome.value: counts[outcome] for outcome in Outcome}

    @property
    def closing_line(self) -> str:
        """Return the last line of every report."""
        line = f"{self.proved.flows} of {self.proved.of} declared flows proved"
        return f"{line} (level read asks for no token)" if self.level == "read" else line


def exit_code(report: Report, *, allow_blocked: bool = False) -> int:
    """Return 3 when an assertion failed, 6 when none did but a declared flow is not proved, else 0.

    Level ``read`` sets out to prove no flow, so there only a failure counts.
    """
    if any(finding.outcome is Outcome.FAILED for finding in report.findings):
        return 3
    if report.level == "read" or report.proved.is_complete or allow_blocked:
        return 0
    return 6
