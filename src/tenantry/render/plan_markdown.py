"""A plan as a comment on a pull request: a marker to find it again, the counts, Attention, and each change folded."""

from __future__ import annotations

from tenantry.plan.types import Change, Plan
from tenantry.render.attention import attention
from tenantry.render.changes import change_lines, dangerous_first
from tenantry.render.clean import count, fenced, markdown
from tenantry.render.comment import LIMIT, fitting
from tenantry.render.plan_text import needed_secrets, next_words, no_change, note_sentence, summary_line


def plan_markdown(plan: Plan, *, commit: str = "", next_step: str = "") -> str:
    """Return the plan as Markdown, short enough for a comment and the same for the same plan."""
    head = [f"<!-- tenantry:plan:{markdown(plan.tenant)} -->", f"### Plan for {markdown(plan.tenant)}", ""]
    head += [f"`{summary_line(plan.summary)}`" + (f" at commit {markdown(commit)}" if commit else ""), ""]
    head += _list(
        "Attention", [f"**{markdown(where)}**: {markdown(sentence)}" for where, sentence in attention(plan)], "more sentence"
    )
    head += _list(
        "Refused", [f"{markdown(guard.sentence)} {markdown(guard.flag)}".strip() for guard in plan.guards], "more refusal"
    )
    tail = _list("Notes", [markdown(note_sentence(note)) for note in plan.notes], "more note")
    tail += [_end(plan, next_step), ""]
    room = LIMIT - len("\n".join([*head, *tail]))
    blocks = (_block(change) for change in dangerous_first(plan))
    return "\n".join([*head, *fitting(blocks, len(plan.changes), room, "more change"), *tail])


def _list(title: str, items: list[str], noun: str) -> list[str]:
    """Return a titled list as far as there is room for it, or nothing when it is empty."""
    shown = fitting((f"- {item}" for item in items), len(items), LIMIT // 4, noun)
    return [f"**{title}**", "", *shown, ""] if items else []


def _block(change: Change) -> str:
    """Return one change: its line as the summary, its fields inside."""
    first, *rest = change_lines(change).plain.splitlines()
    if not rest:
        return f"- {markdown(first)}\n"
    body = fenced("\n".join(_as_diff(line) for line in rest), "diff")
    return f"<details><summary>{markdown(first)}</summary>\n\n{body}\n\n</details>\n"


def _as_diff(line: str) -> str:
    """Return a line with its sign in the first column, where a diff block colours it."""
    return f"{line[6]}{line[:6]}{line[7:]}" if line.startswith(" " * 6) and line[6:7] in {"+", "-"} else line


def _end(plan: Plan, next_step: str) -> str:
    """Return the cost and the next command."""
    if plan.is_empty:
        return no_change(plan)
    secrets = f"{markdown(needed_secrets(plan))}\n\n" if plan.secrets else ""
    cost = f"{secrets}{count(plan.reads, 'request')} made, {len(plan.steps)} to apply."
    return f"{cost} {next_words(plan)}`{next_step}`" if next_step else cost
