"""What became of a plan: a line per change, what failed with all that is known of why, and a clear end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tenantry.apply import Done, Failed, Outcome, Skipped
from tenantry.plan.types import Plan
from tenantry.render.clean import clean, count, markdown
from tenantry.render.comment import LIMIT, fitting
from tenantry.render.documents import change_document
from tenantry.render.errors import Problem, problem_at
from tenantry.render.lines import HERE, Lines


def outcome_text(outcome: Outcome, tenant: str, journal: str = "") -> Lines:
    """Return what was done, what failed and why, what was begun or not tried, and the sum."""
    lines = Lines()
    for done in outcome.done:
        lines.add(("ok      ", "good"), f"{done.action} {done.address}", "  (it was so already)" if done.already else "")
    for failed in outcome.failed:
        _add_failed(lines, failed)
    for sign, records in (("begun   ", outcome.begun), ("skipped ", outcome.skipped)):
        for each in records:
            lines.add((sign, "warn"), HERE, f"{each.action} {each.address}: {clean(each.reason)}")
    lines.gap()
    lines.add((_verdict(outcome), "good" if outcome.is_complete else "bad"), f" in {clean(tenant)}; {_cost(outcome)}.")
    if journal:
        lines.add((f"Journal: {clean(journal)}", "quiet"))
    return lines


def _add_failed(lines: Lines, failed: Failed) -> None:
    """Add a failure: what, where it is declared, and what the tenant said."""
    place = f"  {clean(str(failed.place))}" if failed.place else ""
    lines.add(("FAILED  ", "bad"), f"{failed.action} {failed.address}", (place, "quiet"))
    codes = (
        str(failed.status or ""),
        failed.error_code or failed.code,
        f"request {failed.request_id}" if failed.request_id else "",
    )
    lines.add("        ", HERE, clean(failed.message), (f"  [{', '.join(filter(None, map(clean, codes)))}]", "quiet"))


def _verdict(outcome: Outcome) -> str:
    """Return the end in a few words."""
    already = sum(done.already for done in outcome.done)
    applied = len(outcome.done) - already
    if outcome.is_complete:
        same = f", {already} {'was' if already == 1 else 'were'} so already" if already else ""
        end = " before the interruption" if outcome.is_interrupted else ""
        return f"Applied {count(applied, 'change')}{same}{end}"
    begun = [f"{len(outcome.begun)} begun and not finished"] if outcome.begun else []
    unsent = [f"{already} so already"] if already else []
    counts = (f"{applied} applied", *unsent, f"{len(outcome.failed)} failed", *begun, f"{len(outcome.skipped)} not tried")
    end = "Applied in part" if outcome.is_partial else "Failed, nothing was applied"
    prefix = "Interrupted" if outcome.is_interrupted else end
    return f"{prefix}: {', '.join(counts)}"


def _cost(outcome: Outcome) -> str:
    """Return the requests that were made."""
    limited = f", {count(outcome.rate_limited, 'time')} rate limited" if outcome.rate_limited else ""
    return f"{count(outcome.reads, 'read')}, {count(outcome.writes, 'write')}{limited}"


def outcome_body(plan: Plan, outcome: Outcome, journal: Path | None = None, backup: Path | None = None) -> dict[str, Any]:
    """Return what an apply adds to the envelope.

    Shape: ``{id, changes, done, failed, begun, skipped, requests: {reads, writes, rate_limited}, journal, backup}``.
    """
    return {
        "id": plan.id,
        "changes": [change_document(change, plan.steps_of(change.address)) for change in plan.changes],
        "done": [{**_common(done), "id": done.id, "already": done.already} for done in outcome.done],
        "failed": [
            {
                **_common(failed),
                "code": failed.code,
                "message": failed.message,
                "status": failed.status or None,
                "error_code": failed.error_code,
                "request_id": failed.request_id,
            }
            for failed in outcome.failed
        ],
        "begun": [{**_common(begun), "reason": begun.reason} for begun in outcome.begun],
        "skipped": [{**_common(skipped), "reason": skipped.reason} for skipped in outcome.skipped],
        "requests": {"reads": outcome.reads, "writes": outcome.writes, "rate_limited": outcome.rate_limited},
        "journal": str(journal) if journal else None,
        "backup": str(backup) if backup else None,
    }


def _common(item: Done | Failed | Skipped) -> dict[str, Any]:
    """Return what all records of a change have."""
    return {"address": str(item.address), "action": item.action.value}


def outcome_problems(outcome: Outcome) -> tuple[Problem, ...]:
    """Return the failures as problems."""
    return tuple(
        replace(
            problem_at(failed.code, failed.message, failed.place, str(failed.address)),
            status=failed.status or None,
            error_code=failed.error_code,
            request_id=failed.request_id,
        )
        for failed in outcome.failed
    )


def outcome_markdown(outcome: Outcome, tenant: str) -> str:
    """Return the outcome, short enough for a comment: what went wrong first."""
    rows = [
        *(_row("**failed**", failed, failed.message) for failed in outcome.failed),
        *(_row("begun", begun, begun.reason) for begun in outcome.begun),
        *(_row("not tried", skipped, skipped.reason) for skipped in outcome.skipped),
        *(_row("done", done) for done in outcome.done),
    ]
    return "\n".join(
        [
            f"<!-- tenantry:apply:{markdown(tenant)} -->",
            f"### Apply to {markdown(tenant)}: {_verdict(outcome)}",
            "",
            f"{_cost(outcome)}.",
            "",
            *fitting(rows, len(rows), LIMIT - LIMIT // 10, "more change"),
            "",
        ]
    )


def _row(end: str, change: Done | Failed | Skipped, why: str = "") -> str:
    """Return what became of one change as an item of a list."""
    return f"- {end}: {change.action} {markdown(str(change.address))}{f': {markdown(why)}' if why else ''}"
