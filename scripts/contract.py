"""Writes docs/contract.md from the assertions and the matrix that breaks them. Usage: python scripts/contract.py [FILE]."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tenantry.emulator.oauth.misbehaviours import MISBEHAVIOURS  # noqa: E402 - the matrix lies beside the tests
from tenantry.smoke.contract import EVERY, TABLES, TENANT, Assertion  # noqa: E402 - the same
from tests.smoke.matrix.mutant import Mutant  # noqa: E402 - the same
from tests.smoke.matrix.mutants import MUTANTS, UNREACHABLE  # noqa: E402 - the same

HEAD = """# The token contract

Every assertion that `tenantry smoke` can make, with the function that makes it. Written by `scripts/contract.py`; a test
keeps it current. `tenantry smoke --list` says which of them apply to a configuration.

Level: the lowest at which it is asked. Real: who says so of real tenants: *documented* or recorded, *reported* by users,
*unknown* (information, never a failure there), *emulator* (asked of emulated tenants alone). Standard: asked of
[other OpenID providers](another-provider.md) too. Whoever the source names first decides: a standard, or Auth0.

| id | promise | function | asked of | level | real | standard | source |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
KILLS = """
## What makes them fail

An assertion that cannot fail proves nothing. So each is made to fail: by a misbehaviour of the emulator (`in_this_type`), by
a file that says something else than the tenant holds, or by a file that contradicts itself. `tests/smoke/test_kills.py` tries
every row with each assertion asked alone, and the tenants of `tests/smoke/matrix` raise no alarm while nothing is wrong.

| what is wrong | noticed by |
| --- | --- |
"""


def order(one: Assertion[Any, Any]) -> tuple[str, str]:
    """Return families together, in the order of their first assertion."""
    return one.id[:3], one.id


def asked_of(one: Assertion[Any, Any]) -> str:
    """Return the kinds of flow whose table holds it."""
    if one in TENANT:
        return "the tenant"
    kinds = [kind for kind, table in TABLES.items() if any(other.id == one.id for other in table)]
    return "every flow" if len(kinds) == len(TABLES) else ", ".join(kinds)


def row(one: Assertion[Any, Any]) -> str:
    """Return one line of the table."""
    module = Path(inspect.getsourcefile(one.check) or "").stem
    standard = "yes" if one.is_standard else ""
    return cells(
        one.id, one.sentence, f"`{module}.{one.check.__name__}`", asked_of(one), one.level, one.real, standard, one.source
    )


def kill(mutant: Mutant) -> str:
    """Return one line of the kill table."""
    wrong = f"`{mutant.lies[0]}`: {MISBEHAVIOURS[mutant.lies[0]]}" if mutant.lies else mutant.name
    return cells(wrong, ", ".join(mutant.breaks))


def cells(*texts: str) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"


def text() -> str:
    """Return the whole page."""
    standards = sum(one.is_standard for one in EVERY)
    table = (
        HEAD
        + "\n".join(row(one) for one in sorted(EVERY, key=order))
        + f"\n\n{len(EVERY)} assertions, {standards} of them standard.\n"
    )
    kills = KILLS + "\n".join(kill(mutant) for mutant in MUTANTS)
    broken = {id_ for mutant in MUTANTS for id_ in mutant.breaks}
    left = "\n".join(f"- {id_}: {why}" for id_, why in UNREACHABLE.items())
    count = f"{len(MUTANTS)} rows, all noticed; {len(broken)} of {len(EVERY)} assertions made to fail so. The rest:"
    return f"{table}{kills}\n\n{count}\n\n{left}\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/contract.md").write_text(text(), encoding="utf-8")
