"""The whole matrix."""

from __future__ import annotations

from tests.smoke.matrix.drifts import DRIFTS
from tests.smoke.matrix.lies import LIES
from tests.smoke.matrix.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*LIES, *DRIFTS)

UNREACHABLE: dict[str, str] = {
    "IDT-25": "It is about the verifier, whatever the tenant does; test_no_forgery_is_believed plants one that believes.",
}
"""Assertions that nothing a tenant does can make fail."""
