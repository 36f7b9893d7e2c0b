"""The smoke report as one static page that a person can read: findings, flows, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from tenantry.render.clean import count
from tenantry.render.html import Content, el, page, table
from tenantry.render.report_flow import flow_section
from tenantry.render.smoke_summary import TENANT_WIDE, Trouble, counts_line, flow_rows, of, troubles, word
from tenantry.smoke.findings import Finding, Outcome, Report

LEGEND = (
    "Tokens, codes, states, verifiers, assertions and cookies are shown as digests. Claims: declared, the file fixes the "
    "value; expected, a standard or an asked scope gives it; extra, nobody said."
)
PROSE = {"flow", "flows", "source"}
"""The details of a finding that are words, not values."""


def report_html(reports: Sequence[tuple[str, Report]]) -> str:
    """Return the reports of all tenants as one page without scripts and foreign addresses."""
    content: list[Content] = []
    for tenant, report in reports:
        content += _tenant(tenant, report)
    names = ", ".join(tenant for tenant, _ in reports)
    css = (files("tenantry.render") / "report.css").read_text(encoding="utf-8")
    return page(f"Smoke of {names}", css, *content)


def _tenant(tenant: str, report: Report) -> list[Content]:
    """Return one tenant: the result first, then what is wrong, then each flow."""
    result = "passed" if report.proved.is_complete and not of(report, Outcome.FAILED) else "failed"
    content: list[Content] = [
        el("h1", f"Smoke of {tenant}"),
        el("p", report.closing_line, cls=f"big {result}"),
        el("p", f"{counts_line(report)}; level {report.level}.", cls="soft"),
        *(el("p", f"Note: {note}") for note in report.notes),
        _flows(report),
    ]
    if trouble := troubles(report):
        content += [el("h2", "Not as promised"), *map(_trouble, trouble)]
    content.append(el("p", LEGEND, cls="soft legend"))
    stories = {story.flow: story for story in report.stories}
    for flow in dict.fromkeys(finding.flow for finding in report.findings):
        content.append(el("h2", flow or TENANT_WIDE))
        if flow in stories:
            story = stories[flow]
            about = f"{story.kind}: {story.application}{f' for {story.api}' if story.api else ''}"
            content += [el("p", about, cls="soft"), *flow_section(story)]
        content.append(_assertions([finding for finding in report.findings if finding.flow == flow]))
    return content


def _flows(report: Report) -> Content:
    """Return a line per flow."""
    rows: list[tuple[Content, ...]] = [
        (_outcome(row.verdict), row.flow, row.application, row.api, row.tally) for row in flow_rows(report)
    ]
    return table(("", "flow", "application", "API", "assertions"), rows, cls="flows")


def _outcome(outcome: Outcome, more: str = "") -> Content:
    """Return an outcome in a word and its colour."""
    return el("span", f"{word(outcome)}{more}", cls=outcome.value)


def _trouble(trouble: Trouble) -> Content:
    """Return what was promised, where, and what was seen instead."""
    details: list[Content] = []
    for label, text in trouble.told:
        details += [el("dt", label), el("dd", text if label in PROSE else el("code", text))]
    return el(
        "div",
        el("div", _outcome(trouble.outcome, f" {trouble.id}"), f"  {trouble.sentence}"),
        el("dl", *details),
        cls=f"finding {trouble.outcome.value}",
    )


def _assertions(findings: list[Finding]) -> Content:
    """Return every assertion of one flow, folded."""
    rows: list[tuple[Content, ...]] = [
        (_outcome(one.outcome), one.id, one.sentence, el("code", one.observed), one.source) for one in findings
    ]
    summary = el("summary", count(len(findings), "assertion"))
    return el("details", summary, table(("", "id", "promise", "observed", "source"), rows, cls="asserted"))
