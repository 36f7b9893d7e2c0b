"""A smoke report for machines: JSON, JUnit and Markdown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from tenantry.render.clean import LONGEST, clean, markdown
from tenantry.render.comment import LIMIT, fitting
from tenantry.render.smoke_summary import TENANT_WIDE, Trouble, counts_line, details, flow_rows, troubles, word
from tenantry.smoke.findings import Finding, Outcome, Report

MOST_NOTES = 20


def smoke_body(report: Report) -> dict[str, Any]:
    """Return what a smoke report adds to the envelope.

    Shape: ``{level, summary, proved: {flows, of}, usage, findings: [{id, flow, application, api, outcome, …}]}``.
    """
    return {
        "level": report.level,
        "summary": report.summary,
        "proved": {"flows": report.proved.flows, "of": report.proved.of},
        "usage": vars(report.usage),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Return one finding; what says nothing is null."""
    return {
        "id": finding.id,
        "flow": finding.flow or None,
        "application": finding.application or None,
        "api": finding.api or None,
        "outcome": finding.outcome.value,
        "sentence": finding.sentence,
        "expected": finding.expected or None,
        "observed": finding.observed or None,
        "source": finding.source or None,
        "declared_at": finding.declared_at,
    }


def junit(reports: list[tuple[str, Report]], *, at: datetime | None = None) -> str:
    """Return the reports of all tenants as JUnit XML: a suite per flow, a case per assertion.

    Units: ``at`` is when the run ended, in UTC; absent, now.
    Source: the schemas of Apache Ant and of Jenkins' xUnit plug-in; what both accept, every viewer reads.
    """
    root = ET.Element("testsuites", name="tenantry smoke")
    ended = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S")
    for tenant, report in reports:
        for flow in dict.fromkeys(finding.flow for finding in report.findings):
            mine = [item for item in report.findings if item.flow == flow]
            about = {"package": _token(tenant), "id": str(len(root)), "timestamp": ended, "hostname": _token(tenant)}
            _add_suite(root, {"name": _token(f"{tenant} {flow or TENANT_WIDE}"), **about}, report.level, mine)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_suite(root: ET.Element, about: dict[str, str], level: str, findings: list[Finding]) -> None:
    """Add one flow."""
    outcomes = [finding.outcome for finding in findings]
    counts = {
        "tests": len(findings),
        "failures": outcomes.count(Outcome.FAILED),
        "errors": outcomes.count(Outcome.BLOCKED) + outcomes.count(Outcome.INCONCLUSIVE),
        "skipped": outcomes.count(Outcome.SKIPPED),
        "time": 0,
    }
    suite = ET.SubElement(root, "testsuite", about | {key: str(value) for key, value in counts.items()})
    ET.SubElement(ET.SubElement(suite, "properties"), "property", name="level", value=level)
    for finding in findings:
        _add_case(suite, finding)
    for name in ("system-out", "system-err"):
        ET.SubElement(suite, name)


TAGS = {
    Outcome.FAILED: "failure",
    Outcome.BLOCKED: "error",
    Outcome.INCONCLUSIVE: "error",
    Outcome.SKIPPED: "skipped",
}


def _add_case(suite: ET.Element, finding: Finding) -> None:
    """Add one assertion; where it was declared stands in the text, for no schema has a member for it."""
    name = _token(f"{finding.id} {finding.sentence}")
    case = ET.SubElement(suite, "testcase", name=name, classname=_token(subject(finding)), time="0")
    tag = TAGS.get(finding.outcome)
    if tag is None:
        return
    seen = ET.SubElement(case, tag, message=clean(finding.observed or finding.sentence))
    if tag != "skipped":
        seen.set("type", finding.outcome.value)
    seen.text = "\n".join([finding.outcome.value, *(f"{label}: {clean(text)}" for label, text in details(finding))])


def _token(text: str) -> str:
    """Return a text as XML Schema's ``token``: something, with single spaces."""
    return " ".join(clean(text).split()) or "-"


def subject(finding: Finding) -> str:
    """Return ``storefront-login (storefront, orders)``."""
    parts = ", ".join(clean(part) for part in (finding.application, finding.api) if part)
    return f"{clean(finding.flow) or TENANT_WIDE}{f' ({parts})' if parts else ''}"


def smoke_markdown(report: Report, tenant: str) -> str:
    """Return the report for a comment, short enough for one: the closing line, the flows, and what is not as promised."""
    rows = ["| | flow | application | api | assertions |", "| --- | --- | --- | --- | --- |"]
    for row in flow_rows(report):
        names = (markdown(clipped(name)) for name in (row.flow, row.application, row.api))
        rows.append(f"| {' | '.join((word(row.verdict), *names, row.tally))} |")
    head = [
        f"<!-- tenantry:smoke:{markdown(tenant)} -->",
        f"### Smoke of {markdown(tenant)}: {report.closing_line}",
        "",
        f"{counts_line(report)}.",
        "",
        *fitting(rows, len(rows), LIMIT // 2, "more flow"),
        "",
        *(f"Note: {markdown(clipped(note))}" for note in report.notes[:MOST_NOTES]),
    ]
    room = LIMIT - len("\n".join(head))
    items = [_item(trouble) for trouble in troubles(report)]
    return "\n".join([*head, *fitting(items, len(items), room, "more finding"), ""])


def _item(trouble: Trouble) -> str:
    """Return what is not as promised as a list item."""
    told = "; ".join(f"{label} {markdown(clipped(text))}" for label, text in trouble.told if label != "source")
    return f"- **{word(trouble.outcome)} {trouble.id}** {markdown(clipped(trouble.sentence))} {told}"


def clipped(text: str) -> str:
    """Return a text as it may stand in a comment: its beginning, and how long it is, when it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"
