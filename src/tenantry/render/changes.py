"""The changes of a plan, dangerous first, a line per field."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import groupby

from tenantry.plan.types import Action, Change, Effect, FieldChange, Plan
from tenantry.render.clean import clean, count, shown
from tenantry.render.lines import Lines

DIFF_LINES = 12
"""Lines of a program's diff that are shown."""

_DANGER = {Action.DELETE: 0, Action.REPLACE: 1, Action.UPDATE: 2, Action.CREATE: 3}


def dangerous_first(plan: Plan) -> list[Change]:
    """Return the changes: deletes, replacements, then what Attention names, then the rest, each in the plan's order."""
    named = {attention.address for attention in plan.attention}
    return sorted(plan.changes, key=lambda change: (_DANGER[change.action], change.address not in named))


def change_lines(change: Change) -> Lines:
    """Return one change: what happens to which resource and why, then a line per field."""
    lines = Lines()
    name = f'  "{clean(change.name)}"' if change.name and change.name != change.address.handle else ""
    reason = f"  ({clean(change.reason)})" if change.reason else ""
    place = f"  {clean(str(change.place))}" if change.place else ""
    sign = (f"{change.action.sign} {change.action.value} {change.address}", change.action.value)
    lines.add(sign, (name, "strong"), reason, (place, "quiet"))
    for path, fields in groupby(change.fields, key=lambda field: (field.path, field.effect is Effect.SET)):
        _add_path(lines, path[0], list(fields))
    for cascade in change.cascades:
        lines.add("    ", ("- with it: ", "removed"), clean(cascade))
    return lines


def _add_path(lines: Lines, path: str, fields: Sequence[FieldChange]) -> None:
    """Add what happens at one path: one value that changes, or the items that come and go."""
    if fields[0].effect is not Effect.SET:
        lines.add(f"    {clean(path)}")
        for field in sorted(fields, key=lambda field: field.effect is Effect.ADDED):
            _add_item(lines, field)
        return
    for field in fields:
        _add_program(lines, field) if field.is_program else _add_value(lines, field)


def _add_item(lines: Lines, field: FieldChange) -> None:
    """Add one item that comes or goes."""
    added = field.effect is Effect.ADDED
    lines.add((f"      {'+' if added else '-'} {shown(field.desired if added else field.live)}", field.effect.value))


def _add_value(lines: Lines, field: FieldChange) -> None:
    """Add ``path: live → desired``."""
    forces = ("  forces the replacement", "replace") if field.forces_replacement else ""
    if field.is_secret:
        lines.add(f"    {clean(field.path)}: (secret, {'set' if field.live is None else 'changed'})", forces)
    elif field.live is None:
        lines.add(f"    {clean(field.path)}: ", (shown(field.desired), "added"), forces)
    else:
        lines.add(f"    {clean(field.path)}: ", (shown(field.live), "removed"), " → ", (shown(field.desired), "added"), forces)


def _add_program(lines: Lines, field: FieldChange) -> None:
    """Add a long text as a short diff, or its size when there was none before."""
    live, desired = str(field.live or "").splitlines(), str(field.desired or "").splitlines()
    if not live or not desired:
        state = f"{count(len(desired), 'line')}" if desired else f"{count(len(live), 'line')} → (not set)"
        lines.add(f"    {clean(field.path)}: {state}")
        return
    lines.add(f"    {clean(field.path)}:")
    diff = [line for line in difflib.unified_diff(live, desired, n=1, lineterm="") if line[:3] not in ("---", "+++")]
    for line in diff[:DIFF_LINES]:
        lines.add((f"      {clean(line)}", {"+": "added", "-": "removed"}.get(line[:1], "quiet")))
    if len(diff) > DIFF_LINES:
        lines.add((f"      … {count(len(diff) - DIFF_LINES, 'more line')}", "quiet"))


def counts(pairs: Iterable[tuple[str, int, str]]) -> str:
    """Return ``+ 2 create  ~ 3 update``."""
    return "  ".join(f"{sign} {number} {word}" for sign, number, word in pairs)
