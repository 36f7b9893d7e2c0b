"""A plan that is read in twenty seconds: where, how much, what to look at, what changes, its cost, what is next."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.model.note import Note
from tenantry.model.state import Purpose
from tenantry.plan.types import Guard, Plan, Summary
from tenantry.render.attention import attention
from tenantry.render.changes import change_lines, dangerous_first
from tenantry.render.clean import clean, count
from tenantry.render.lines import COMMAND, WHOLE, Lines


def plan_text(plan: Plan, *, commit: str = "", next_step: str = "") -> Lines:
    """Return the plan as lines; ``commit`` is the workspace's, ``next_step`` the command to type next."""
    lines = Lines()
    add_heading(lines, plan, commit)
    _add_attention(lines, plan)
    add_guards(lines, plan.guards)
    for change in dangerous_first(plan):
        lines.gap()
        lines.extend(change_lines(change))
    lines.gap()
    add_notes(lines, plan.notes)
    _add_end(lines, plan, next_step)
    return lines


def add_heading(lines: Lines, plan: Plan, commit: str) -> None:
    """Add the two first lines: whose tenant, as whom, from which commit; and the counts with their signs."""
    caller = f"as {clean(plan.caller)}" if plan.caller else ""
    rest = "".join(f"  ·  {part}" for part in (caller, f"commit {clean(commit)}" if commit else "") if part)
    lines.add((clean(plan.tenant), "strong"), rest)
    first, *others = _counts(plan.summary)
    lines.add((first, WHOLE), *(part for words in others for part in ("  ", (words, WHOLE))))


def summary_line(summary: Summary) -> str:
    """Return ``+ 2 create  ~ 3 update`` and so on."""
    return "  ".join(_counts(summary))


def _counts(summary: Summary) -> list[str]:
    """Return each count with its sign and its word."""
    return [
        f"+ {summary.create} create",
        f"~ {summary.update} update",
        f"-/+ {summary.replace} replace",
        f"- {summary.delete} delete",
        f"= {summary.unchanged} unchanged",
        f"? {summary.undeclared} undeclared",
    ]


def _add_attention(lines: Lines, plan: Plan) -> None:
    """Add what a reviewer must not overlook."""
    if plan.attention:
        lines.gap()
        lines.add(("Attention", "bad"))
    for where, sentence in attention(plan):
        lines.add(("  ! ", "bad"), f"{where}: {clean(sentence)}")


def add_guards(lines: Lines, guards: Iterable[Guard]) -> None:
    """Add what apply will refuse, and the flag that would allow it."""
    guards = tuple(guards)
    if guards:
        lines.gap()
        lines.add(("Refused", "bad"), " (apply ends with code 4)")
    for guard in guards:
        where = f"{guard.address}: " if guard.address else ""
        flag = f"  allow it with {guard.flag}" if guard.flag and guard.flag not in guard.sentence else ""
        lines.add(("  x ", "bad"), f"{where}{clean(guard.sentence)}{flag}")


def add_notes(lines: Lines, notes: Iterable[Note]) -> None:
    """Add the warnings."""
    for note in notes:
        lines.add(("note: ", "warn"), note_sentence(note))


def note_sentence(note: Note) -> str:
    """Return a warning with its place and its address."""
    where = "".join(f"{clean(str(part))}: " for part in (note.place, note.address) if part)
    return f"{where}{clean(note.sentence)}"


_NOTHING_TO_DO = {
    Purpose.DECLARED: "the tenant holds what is declared",
    Purpose.DESTROY: "nothing is left to delete",
    Purpose.REVERT: "nothing is left to take back",
}


def no_change(plan: Plan) -> str:
    """Return the sentence of an empty plan, which claims no more than was compared."""
    limit = ", as far as it can be compared" if any(note.code == "unverifiable" for note in plan.notes) else ""
    return f"No change: {_NOTHING_TO_DO[plan.purpose]}{limit}."


def _add_end(lines: Lines, plan: Plan, next_step: str) -> None:
    """Add the cost in requests and the next command."""
    if plan.secrets:
        lines.add(needed_secrets(plan))
    cost = f"{count(plan.reads, 'request')} made, {len(plan.steps)} to apply."
    if plan.is_empty:
        lines.add((no_change(plan), "good"), f" {cost}")
        return
    lines.add(cost)
    if next_step:
        lines.add(next_words(plan), (next_step, COMMAND))


def needed_secrets(plan: Plan) -> str:
    """Return which secrets an apply will fetch."""
    return f"Apply will need the {count(len(plan.secrets), 'secret')} {', '.join(map(clean, plan.secrets))}."


def next_words(plan: Plan) -> str:
    """Return what stands before the next command: with refusals it lifts them, which must be meant."""
    return "Next, if what is refused is meant: " if plan.guards else "Next: "
