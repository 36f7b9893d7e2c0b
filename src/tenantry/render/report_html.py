"""The smoke report as one static page that a person can read: findings, flows, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from tenantry.render.clean import count
from tenantry.render.html import Content, el, page, table
from tenantry.render.report_flow import flow_section
from tenantry.render.smoke_text import TENANT_WIDE, counts_line, flow_rows, of, subject, tally_line
from tenantry.smoke.findings import Finding, Outcome, Report

TROUBLE = (Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE)
LEGEND = (
    "Tokens, codes, states, verifiers, assertions and cookies are shown as digests. Claims: declared, the file fixes the "
    "value; expected, a standard or an asked scope gives it; extra, nobody said."
)


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
    trouble = [finding for outcome in TROUBLE for finding in of(report, outcome)]
    word = "passed" if report.proved.is_complete and not of(report, Outcome.FAILED) else "failed"
    content: list[Content] = [
        el("h1", f"Smoke of {tenant}"),
        el("p", report.closing_line, cls=f"big {word}"),
        el("p", f"{counts_line(report)}; level {report.level}.", cls="soft"),
        *(el("p", f"Note: {note}") for note in report.notes),
        _flows(report),
        el("p", LEGEND, cls="soft"),
    ]
    if trouble:
        content += [el("h2", "Not as promised"), *(_finding(finding) for finding in trouble)]
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
        (
            el("span", verdict, cls=verdict),
            flow,
            application,
            api,
            tally_line(tally),
        )
        for verdict, flow, application, api, tally in flow_rows(report)
    ]
    return table(("", "flow", "application", "API", "assertions"), rows)


def _finding(finding: Finding) -> Content:
    """Return what was promised, where, and what was seen."""
    told = (
        ("Expected", finding.expected),
        ("Observed", finding.observed),
        ("Declared at", finding.declared_at or ""),
        ("Source", finding.source),
    )
    return el(
        "div",
        el("div", el("span", f"{finding.outcome.value} {finding.id}", cls=finding.outcome.value), f"  {subject(finding)}"),
        el("div", finding.sentence),
        *(el("div", el("span", f"{label}: ", cls="soft"), el("code", text)) for label, text in told if text),
        cls=f"finding {finding.outcome.value}",
    )


def _assertions(findings: list[Finding]) -> Content:
    """Return every assertion of one flow, folded."""
    rows: list[tuple[Content, ...]] = [
        (el("span", one.outcome.value, cls=one.outcome.value), one.id, one.sentence, el("code", one.observed), one.source)
        for one in findings
    ]
    summary = el("summary", count(len(findings), "assertion"))
    return el("details", summary, table(("", "id", "promise", "observed", "source"), rows, cls="asserted"))
