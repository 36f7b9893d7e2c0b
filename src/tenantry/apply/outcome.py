"""What became of a plan: each change is done, failed, begun or skipped, and says why."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from tenantry.model.address import Address
from tenantry.model.errors import ApiError, TenantryError
from tenantry.model.place import Place
from tenantry.plan.types import Action, Change


@dataclass(frozen=True)
class Done:
    """A change that the tenant holds now; ``already`` when it did before this run."""

    address: Address
    action: Action
    id: str | None = None
    already: bool = False
    place: Place | None = None


@dataclass(frozen=True)
class Failed:
    """A change that did not come about, or not wholly; everything that is known of why."""

    address: Address
    action: Action
    code: str
    message: str
    status: int = 0
    error_code: str | None = None
    request_id: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Skipped:
    """A change that was not tried, or not to its end, and why."""

    address: Address
    action: Action
    reason: str
    place: Place | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of every change, and what it cost. Units: requests.

    ``begun``: changes of which some calls were made and none failed, but not all were made; of the ``skipped`` none was.
    ``writes`` counts attempts, also those that were refused; ``landed`` those that were carried out or may have been.
    """

    done: tuple[Done, ...] = ()
    failed: tuple[Failed, ...] = ()
    begun: tuple[Skipped, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    reads: int = 0
    writes: int = 0
    rate_limited: int = 0
    landed: int = 0
    is_interrupted: bool = False

    @property
    def is_complete(self) -> bool:
        """Return whether the tenant holds the whole plan."""
        return not (self.failed or self.begun or self.skipped)

    @property
    def is_partial(self) -> bool:
        """Return whether the tenant may hold some of the plan, and surely not all of it."""
        return not self.is_complete and bool(self.done or self.begun or self.landed)


def failure(change: Change, error: BaseException) -> Failed:
    """Return the record of a change that an error ended."""
    if isinstance(error, ApiError):
        return Failed(
            change.address,
            change.action,
            error.code,
            error.message,
            error.status,
            error.error_code,
            error.request_id,
            change.place,
        )
    message = str(error) if isinstance(error, TenantryError) else _unexpected(error)
    return Failed(change.address, change.action, getattr(error, "code", "internal"), message, place=change.place)


def _unexpected(error: BaseException) -> str:
    """Return the type of an error that is not ours and where it arose; its own words might hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"unexpected {type(error).__name__}{where}: this is a defect of tenantry, please report it"
