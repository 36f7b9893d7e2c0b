"""A smoke report in short, as every form that people read shows it: a row per flow, and each broken promise once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tenantry.render.clean import count, few
from tenantry.smoke.findings import LEFT_OUT, Finding, Outcome, Report

TENANT_WIDE = "the tenant"
"""What stands in place of a flow for assertions that belong to none."""

TROUBLE = (Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE)
"""The outcomes that keep a flow from being proved, the worst first."""


@dataclass(frozen=True)
class FlowRow:
    """One flow in a line: its worst outcome, and how many assertions had which."""

    verdict: Outcome
    flow: str
    application: str
    api: str
    tally: str


@dataclass(frozen=True)
class Trouble:
    """What is not as promised in the same way on one flow or several; ``told`` are the labels and texts of its details."""

    outcome: Outcome
    id: str
    sentence: str
    told: tuple[tuple[str, str], ...]


def word(outcome: Outcome) -> str:
    """Return an outcome in a word, loud only where it matters."""
    return {Outcome.PASSED: "ok", Outcome.FAILED: "FAILED"}.get(outcome, outcome.value)


def flow_rows(report: Report) -> list[FlowRow]:
    """Return a row per flow, in the order of the report."""
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for finding in report.findings:
        groups.setdefault((finding.flow, finding.application, finding.api), []).append(finding.outcome)
    vain = () if report.level == "read" else report.proved.missing
    return [
        FlowRow(_worst(outcomes, is_in_vain=flow in vain), flow or TENANT_WIDE, application, api, tally(Counter(outcomes)))
        for (flow, application, api), outcomes in groups.items()
    ]


def _worst(outcomes: list[Outcome], *, is_in_vain: bool) -> Outcome:
    """Return the outcome that a flow is judged by; a flow that got no tokens is not ok because of what was seen on the way."""
    good = (Outcome.SKIPPED, Outcome.PASSED) if is_in_vain else (Outcome.PASSED, Outcome.SKIPPED)
    return min(outcomes, key=(*TROUBLE, *good, Outcome.INFO).index)


def tally(counts: Counter[Outcome]) -> str:
    """Return ``12 passed, 1 failed`` in the order of the outcomes, without the zeros."""
    return ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])


def counts_line(report: Report) -> str:
    """Return how many assertions of all flows had which outcome, and what the run used of the tenant."""
    summary = tally(Counter(finding.outcome for finding in report.findings)) or "nothing checked"
    used = report.usage
    return f"{summary}; {count(used.logins, 'login')}, {count(used.tokens + used.m2m_tokens, 'token')} used"


def troubles(report: Report) -> list[Trouble]:
    """Return what is not as promised, the worst first; what is expected and observed alike on several flows is told once."""
    groups: dict[Finding, list[Finding]] = {}
    for outcome in TROUBLE:
        for finding in of(report, outcome):
            groups.setdefault(_apart_from_its_flow(finding), []).append(finding)
    return [_trouble(findings) for findings in groups.values()]


def _apart_from_its_flow(finding: Finding) -> Finding:
    """Return what a finding has in common with the same one on another flow."""
    return replace(finding, flow="", application="", api="", declared_at=None)


def _trouble(findings: list[Finding]) -> Trouble:
    """Return findings that differ in nothing but their flows, and in where the promise was declared, as one."""
    one = findings[0]
    flows = _named(finding.flow or TENANT_WIDE for finding in findings)
    places = _named(finding.declared_at or "" for finding in findings)
    told = (("flows" if len(findings) > 1 else "flow", flows), *details(replace(one, declared_at=places)))
    return Trouble(one.outcome, one.id, one.sentence, told)


def details(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Return what was promised, what was seen, and where the promise comes from, each with its label, as far as known."""
    told = (
        ("expected", finding.expected),
        ("observed", finding.observed),
        ("declared at", finding.declared_at or ""),
        ("source", finding.source),
    )
    return tuple((label, text) for label, text in told if text)


def left_out(report: Report) -> list[tuple[str, str]]:
    """Return what was skipped and why, once per reason: ``(RSP-15 of shop, deliver, the answer says the scope)``."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for finding in of(report, Outcome.SKIPPED):
        way_in = f"; add {finding.expected}" if finding.id == LEFT_OUT and finding.expected else ""
        reason = f"{finding.observed or finding.sentence}{way_in}"
        reasons.setdefault((finding.flow or TENANT_WIDE, reason), []).append(finding.id)
    flows: dict[tuple[str, str], list[str]] = {}
    for (flow, reason), ids in reasons.items():
        flows.setdefault((_which(ids), reason), []).append(flow)
    return [(f"{what}{_named(where)}", reason) for (what, reason), where in flows.items()]


def _which(ids: list[str]) -> str:
    """Return the assertions that were left out of a flow, nothing where it was left out whole."""
    return "" if ids == [LEFT_OUT] else f"{few(ids)} of "


def _named(texts: Iterable[str]) -> str:
    """Return the texts in a row, each once."""
    return ", ".join(dict.fromkeys(filter(None, texts)))


def of(report: Report, outcome: Outcome) -> list[Finding]:
    """Return the findings with one outcome."""
    return [finding for finding in report.findings if finding.outcome is outcome]
