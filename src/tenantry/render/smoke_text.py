"""A smoke report: a line per flow, everything that is not as promised, and how many declared flows are proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tenantry.render.clean import clean, count
from tenantry.render.lines import HERE, Lines
from tenantry.smoke.findings import Finding, Outcome, Report

TENANT_WIDE = "the tenant"
"""What stands in the table for assertions that belong to no flow."""

LEFT_OUT = "FLOW"
"""The id of the finding that a whole flow was left out; what it expects is the line to add."""

SIGNS = {
    Outcome.PASSED: ("ok", "good"),
    Outcome.FAILED: ("FAILED", "bad"),
    Outcome.BLOCKED: ("blocked", "warn"),
    Outcome.INCONCLUSIVE: ("inconclusive", "warn"),
    Outcome.SKIPPED: ("skipped", "quiet"),
    Outcome.INFO: ("info", "quiet"),
}

_WORST_FIRST = (Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE)


def smoke_text(report: Report, tenant: str) -> Lines:
    """Return the report as lines; the last one is the closing line."""
    lines = Lines()
    lines.add((clean(tenant), "strong"), f"  ·  smoke at level {report.level}")
    lines.gap()
    _add_table(lines, flow_rows(report))
    for outcome in _WORST_FIRST:
        for finding in of(report, outcome):
            lines.gap()
            _add_finding(lines, finding)
    _add_skipped(lines, of(report, Outcome.SKIPPED))
    lines.gap()
    for note in report.notes:
        lines.add(("note: ", "warn"), clean(note))
    lines.add(counts_line(report))
    lines.add((report.closing_line, "good" if report.proved.is_complete else "bad"))
    return lines


def of(report: Report, outcome: Outcome) -> list[Finding]:
    """Return the findings with one outcome."""
    return [finding for finding in report.findings if finding.outcome is outcome]


def counts_line(report: Report) -> str:
    """Return ``52 passed, 1 failed`` without the zeros, and what the run used of the tenant."""
    summary = ", ".join(f"{number} {word}" for word, number in report.summary.items() if number) or "nothing checked"
    used = report.usage
    return f"{summary}; {count(used.logins, 'login')}, {count(used.tokens + used.m2m_tokens, 'token')} used"


def flow_rows(report: Report) -> list[tuple[str, str, str, str, Counter[Outcome]]]:
    """Return a row per flow: verdict, flow, application, API, and how many assertions had which outcome."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((finding.flow, finding.application, finding.api), []).append(finding)
    return [
        (_verdict(findings), flow or TENANT_WIDE, application, api, Counter(finding.outcome for finding in findings))
        for (flow, application, api), findings in groups.items()
    ]


def _verdict(findings: Sequence[Finding]) -> str:
    """Return the worst outcome's word."""
    outcomes = {finding.outcome for finding in findings}
    order = (*_WORST_FIRST, Outcome.PASSED, Outcome.SKIPPED, Outcome.INFO)
    return SIGNS[next(outcome for outcome in order if outcome in outcomes)][0]


def _add_table(lines: Lines, rows: Sequence[tuple[str, str, str, str, Counter[Outcome]]]) -> None:
    """Add the rows in columns."""
    cells = [("", "flow", "application", "api", "assertions")]
    cells += [
        (verdict, clean(flow), clean(application), clean(api), tally_line(tally))
        for verdict, flow, application, api, tally in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    for number, row in enumerate(cells):
        style = "quiet" if number == 0 else next(style for word, style in SIGNS.values() if word == row[0])
        rest = "  ".join(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=True)).rstrip()
        lines.add("  ", (row[0].ljust(widths[0]), style), "  ", (rest, "quiet") if number == 0 else rest)


def tally_line(tally: Counter[Outcome]) -> str:
    """Return ``12 passed, 1 failed`` in the order of the outcomes."""
    return ", ".join(f"{tally[outcome]} {outcome.value}" for outcome in Outcome if tally[outcome])


def _add_finding(lines: Lines, finding: Finding) -> None:
    """Add one finding with what was promised, where, and what was seen."""
    word, style = SIGNS[finding.outcome]
    lines.add((f"{word} ", style), (finding.id, "strong"), f"  {subject(finding)}")
    lines.add(f"    {clean(finding.sentence)}")
    for label, text in (("expected", finding.expected), ("observed", finding.observed)):
        if text:
            lines.add((f"    {label}: ", "quiet"), clean(text))
    for label, text in (("declared at", finding.declared_at or ""), ("source", finding.source)):
        if text:
            lines.add((f"    {label}: {clean(text)}", "quiet"))


def subject(finding: Finding) -> str:
    """Return ``storefront-login (storefront, orders)``."""
    parts = ", ".join(clean(part) for part in (finding.application, finding.api) if part)
    return f"{clean(finding.flow) or TENANT_WIDE}{f' ({parts})' if parts else ''}"


def _add_skipped(lines: Lines, findings: Iterable[Finding]) -> None:
    """Add what was left out, once per reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        way_in = f"; add {finding.expected}" if finding.id == LEFT_OUT and finding.expected else ""
        reasons.setdefault((subject(finding), f"{finding.observed or finding.sentence}{way_in}"), []).append(finding.id)
    if reasons:
        lines.gap()
    for (where, reason), ids in reasons.items():
        names = ", ".join(ids) if len(ids) <= 4 else f"{', '.join(ids[:3])} and {len(ids) - 3} more"  # noqa: PLR2004  a line's worth
        what = "" if ids == [LEFT_OUT] else f"{names} of "
        lines.add(("skipped ", "quiet"), HERE, f"{what}{where}: {clean(reason)}")
