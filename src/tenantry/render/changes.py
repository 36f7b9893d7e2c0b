"""The changes of a plan, dangerous first, a line per field."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
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
    name = f'  "{clean(change.name)}"' if change.name not in {"", change.address.handle, str(change.address)} else ""
    reason = f"  ({clean(change.reason)})" if change.reason and _says_more(change) else ""
    place = f"  {clean(str(change.place))}" if change.place else ""
    sign = (f"{change.action.sign} {change.action.value} {change.address}", change.action.value)
    lines.add(sign, (name, "strong"), reason, (place, "quiet"))
    for (path, is_set), group in groupby(change.fields, key=lambda field: (_base(field), field.effect is Effect.SET)):
        fields = list(group)
        if is_set:
            _add_set(lines, fields, change.action)
        elif change.action is Action.CREATE:
            lines.add(f"    {clean(path)}: ", (", ".join(shown(field.desired) for field in fields), "added"))
        else:
            _add_items(lines, path, fields)
    for cascade in change.cascades:
        lines.add("    ", ("- with it: ", "removed"), clean(cascade.name))
    return lines


def _says_more(change: Change) -> bool:
    """Return whether the reason says more than the sign does."""
    return change.action in {Action.DELETE, Action.REPLACE} or change.matched_by.startswith("lifecycle")


def _base(field: FieldChange) -> str:
    """Return the path of the list or map that an item belongs to."""
    is_item = field.effect is not Effect.SET and field.path.endswith("]")
    return field.path.rpartition("[")[0] if is_item else field.path


def _add_set(lines: Lines, fields: Sequence[FieldChange], action: Action) -> None:
    """Add single values that change."""
    for field in fields:
        if field.is_program:
            _add_program(lines, field)
        else:
            _add_value(lines, field, is_forced=field.forces_replacement and action is Action.REPLACE)


def _add_items(lines: Lines, path: str, fields: Sequence[FieldChange]) -> None:
    """Add the items that come and go, what goes first."""
    lines.add(f"    {clean(path)}")
    for field in sorted(fields, key=lambda field: field.effect is Effect.ADDED):
        added = field.effect is Effect.ADDED
        value = shown(field.desired if added else field.live)
        name = f'  "{clean(field.called)}"' if field.called else ""
        lines.add((f"      {'+' if added else '-'} {value}", field.effect.value), name)


def _add_value(lines: Lines, field: FieldChange, *, is_forced: bool) -> None:
    """Add ``path: live → desired``."""
    forces = ("  forces the replacement", "replace") if is_forced else ""
    live, desired = (shown(field.live), "removed"), (shown(field.desired), "added")
    if field.is_secret:
        lines.add(f"    {clean(field.path)}: (secret, {'set' if field.live is None else 'changed'})", forces)
    elif field.live is None:
        lines.add(f"    {clean(field.path)}: ", desired, forces)
    else:
        lines.add(f"    {clean(field.path)}: ", live, " → ", desired, forces)


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
