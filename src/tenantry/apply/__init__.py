"""Plan → calls → journal: carries a plan out, decides nothing, and says what became of each change."""

from tenantry.apply.apply import apply
from tenantry.apply.backup import backup_of
from tenantry.apply.journal import Journal, quiet
from tenantry.apply.outcome import Done, Failed, Outcome, Skipped
from tenantry.apply.past import Past, newest, recalled
from tenantry.apply.revert import Inverse, fitted, inverse
from tenantry.apply.run import Progress, State
from tenantry.apply.touched import sections_of, touched

__all__ = [
    "Done",
    "Failed",
    "Inverse",
    "Journal",
    "Outcome",
    "Past",
    "Progress",
    "Skipped",
    "State",
    "apply",
    "backup_of",
    "fitted",
    "inverse",
    "newest",
    "quiet",
    "recalled",
    "sections_of",
    "touched",
]
