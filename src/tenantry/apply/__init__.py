"""Plan → calls → journal: carries a plan out, decides nothing, and says what became of each change."""

from tenantry.apply.apply import apply
from tenantry.apply.journal import Journal, quiet
from tenantry.apply.outcome import Done, Failed, Outcome, Skipped
from tenantry.apply.run import Progress, State
from tenantry.apply.touched import sections_of, touched

__all__ = [
    "Done",
    "Failed",
    "Journal",
    "Outcome",
    "Progress",
    "Skipped",
    "State",
    "apply",
    "quiet",
    "sections_of",
    "touched",
]
