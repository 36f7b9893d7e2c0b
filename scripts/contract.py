"""Writes docs/contract.md from the table of assertions. Usage: python scripts/contract.py [FILE]."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

from tenantry.smoke.contract import EVERY, TABLES, TENANT, Assertion

HEAD = """# The token contract

Every assertion that `tenantry smoke` can make, with the function that makes it. Written by `scripts/contract.py`; a test
keeps it current. `tenantry smoke --list` says which of them apply to a configuration.

Level: the lowest at which it is asked. Real: who says so of real tenants: *documented* or recorded, *reported* by users,
*unknown* (information, never a failure there), *emulator* (asked of emulated tenants alone).

| id | promise | function | asked of | level | real | source |
| --- | --- | --- | --- | --- | --- | --- |
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
    cells = (one.id, one.sentence, f"`{module}.{one.check.__name__}`", asked_of(one), one.level, one.real, one.source)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def text() -> str:
    """Return the whole page."""
    return HEAD + "\n".join(row(one) for one in sorted(EVERY, key=order)) + f"\n\n{len(EVERY)} assertions.\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "docs/contract.md").write_text(text(), encoding="utf-8")
