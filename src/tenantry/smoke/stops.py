"""What ends a step of a flow before its goal."""

from __future__ import annotations

from tenantry.smoke.findings import Outcome


class Stopped(Exception):
    """A step could not be finished; ``outcome`` is what the assertion that asked for it gets, ``status`` the server's error."""

    def __init__(self, outcome: Outcome, observed: str, expected: str = "", *, status: int | None = None) -> None:
        super().__init__(observed)
        self.status = status
        self.outcome = outcome
        self.observed = observed
        self.expected = expected


def blocked(observed: str) -> Stopped:
    """Return the stop of something that is in the way and is no broken promise."""
    return Stopped(Outcome.BLOCKED, observed)


def failed(observed: str, expected: str) -> Stopped:
    """Return the stop of a promise that was broken."""
    return Stopped(Outcome.FAILED, observed, expected)


def inconclusive(observed: str, *, status: int | None = None) -> Stopped:
    """Return the stop of a server that erred (with a status) or was silent."""
    return Stopped(Outcome.INCONCLUSIVE, observed, status=status)


def skipped(observed: str) -> Stopped:
    """Return the stop of something that cannot be tried here."""
    return Stopped(Outcome.SKIPPED, observed)
