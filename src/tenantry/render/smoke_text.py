"""A smoke report: a line per flow, everything that is not as promised, and how many declared flows are proved."""

from __future__ import annotations

from collections.abc import Sequence

from tenantry.render.clean import clean
from tenantry.render.lines import HERE, Lines
from tenantry.render.smoke_summary import FlowRow, Trouble, counts_line, flow_rows, left_out, troubles, word
from tenantry.smoke.findings import Outcome, Report

STYLES = {
    Outcome.PASSED: "good",
    Outcome.FAILED: "bad",
    Outcome.BLOCKED: "warn",
    Outcome.INCONCLUSIVE: "warn",
    Outcome.SKIPPED: "quiet",
    Outcome.INFO: "quiet",
}
LABEL = len("declared at")
"""The width of the longest label."""


def smoke_text(report: Report, tenant: str) -> Lines:
    """Return the report as lines; the last one is the closing line."""
    lines = Lines()
    lines.add((clean(tenant), "strong"), f"  ·  smoke at level {report.level}")
    lines.gap()
    _add_table(lines, flow_rows(report))
    for trouble in troubles(report):
        lines.gap()
        _add_trouble(lines, trouble)
    lines.gap()
    for what, reason in left_out(report):
        lines.add(("skipped ", "quiet"), HERE, f"{clean(what)}: {clean(reason)}")
    lines.gap()
    for note in report.notes:
        lines.add(("note: ", "warn"), clean(note))
    lines.add(counts_line(report))
    lines.add((report.closing_line, "good" if report.proved.is_complete else "bad"))
    return lines


def _add_table(lines: Lines, rows: Sequence[FlowRow]) -> None:
    """Add the rows in columns."""
    cells = [("", "flow", "application", "api", "assertions")]
    cells += [(word(row.verdict), clean(row.flow), clean(row.application), clean(row.api), row.tally) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    styles = [("quiet", "quiet"), *((STYLES[row.verdict], "") for row in rows)]
    for (verdict, *names), (loud, style) in zip(cells, styles, strict=True):
        rest = "  ".join(cell.ljust(width) for cell, width in zip(names, widths[1:], strict=True)).rstrip()
        lines.add("  ", (verdict.ljust(widths[0]), loud), "  ", (rest, style))


def _add_trouble(lines: Lines, trouble: Trouble) -> None:
    """Add what was promised, and below it on which flows, and what was seen instead."""
    verdict = (f"{word(trouble.outcome)} ", STYLES[trouble.outcome])
    lines.add(verdict, (trouble.id, "strong"), "  ", HERE, clean(trouble.sentence))
    for label, text in trouble.told:
        lines.add((f"    {label.ljust(LABEL)}  ", "quiet"), HERE, clean(text))
