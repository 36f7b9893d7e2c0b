"""What the exit codes mean, which error has which, and which one counts when there are several."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes, each with one meaning."""

    DONE = 0
    """Done, or nothing to change."""
    FAILED = 1
    CHANGES = 2
    """There are changes, and ``--detailed-exitcode`` asked for this code."""
    CONTRACT_BROKEN = 3
    """A token is not what the configuration promises."""
    REFUSED = 4
    """A guard refuses, or the plan is stale; nothing was written."""
    PARTIAL = 5
    """Some changes were applied and some were not."""
    UNPROVED = 6
    """Nothing failed, but a declared flow could not be proved."""
    USAGE = 64
    """The command was called wrongly, or not confirmed where nobody can be asked."""
    INVALID = 65
    """The configuration is invalid, or a secret is missing."""
    NOT_ALLOWED = 77
    INTERRUPTED = 130
    """Interrupted, or the answer to the question was no."""


_FIRST_COUNTS = (64, 130, 1, 5, 65, 77, 4, 3, 6, 2, 0)


def worst(codes: Iterable[int]) -> int:
    """Return the code that counts for several tenants; none at all is 0."""
    return min(codes, key=_FIRST_COUNTS.index, default=0)


def code_of(error: BaseException) -> int:
    """Return the exit code of an exception."""
    from tenantry.model import errors  # noqa: PLC0415  the start of the program must not pay for the rare case

    if isinstance(error, BaseExceptionGroup):
        return worst(code_of(inner) for inner in error.exceptions)
    table: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Exit], ...] = (
        ((KeyboardInterrupt, errors.Interrupted), Exit.INTERRUPTED),
        ((errors.ConfigError, errors.ConfigErrors), Exit.INVALID),
        (errors.UsageError, Exit.USAGE),
        (errors.NotAllowed, Exit.NOT_ALLOWED),
        ((errors.Unsafe, errors.Stale), Exit.REFUSED),
        (errors.PlanError, Exit.INVALID),
    )
    return next((code for kinds, code in table if isinstance(error, kinds)), Exit.FAILED)
