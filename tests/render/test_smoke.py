from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.render.smoke_text import smoke_text
from tenantry.smoke.findings import Finding, Outcome, Proved, Report, Usage

FINDINGS = (
    Finding("DSC-01", Outcome.PASSED, "the issuer is right"),
    Finding("ATK-01", Outcome.PASSED, "the signature is right", "login", "shop", "orders"),
    Finding(
        "ATK-03",
        Outcome.FAILED,
        "the access token lives as declared",
        "login",
        "shop",
        "orders",
        expected="exp - iat = 3600",
        observed="7200 \x1b[31m<b>",
        source="RFC 7519 section 4.1.4",
        declared_at="dev.yaml:12:3",
    ),
    Finding("REF-01", Outcome.SKIPPED, "rotation", "login", "shop", "orders", observed="add refresh_token"),
    Finding("REF-02", Outcome.SKIPPED, "reuse", "login", "shop", "orders", observed="add refresh_token"),
    Finding("AUZ-01", Outcome.BLOCKED, "the login page opens", "native", "app", observed="a captcha is asked for"),
)
REPORT = Report(FINDINGS, Proved(0, 2), "contract", Usage(logins=1, tokens=2), ("a user was left behind",))


def test_the_last_line_is_the_closing_line() -> None:
    assert smoke_text(REPORT, "acme").plain.splitlines()[-1] == "0 of 2 declared flows proved"


def test_there_is_a_row_per_flow_with_its_worst_outcome() -> None:
    lines = smoke_text(REPORT, "acme").plain.splitlines()
    assert "  ok       the tenant                       1 passed" in lines
    assert "  FAILED   login       shop         orders  1 passed, 1 failed, 2 skipped" in lines
    assert "  blocked  native      app                  1 blocked" in lines


def test_a_failure_says_what_was_promised_where_and_what_was_seen() -> None:
    text = smoke_text(REPORT, "acme").plain
    assert "FAILED ATK-03  login (shop, orders)\n    the access token lives as declared\n" in text
    assert "    expected: exp - iat = 3600\n    observed: 7200 \\u001b[31m<b>\n" in text
    assert "    declared at: dev.yaml:12:3\n    source: RFC 7519 section 4.1.4\n" in text


def test_what_was_skipped_is_said_once_per_reason() -> None:
    assert smoke_text(REPORT, "acme").plain.count("add refresh_token") == 1
    assert "skipped REF-01, REF-02 of login (shop, orders): add refresh_token\n" in smoke_text(REPORT, "acme").plain


def test_a_flow_that_was_left_out_is_told_with_the_line_to_add() -> None:
    left = Finding(
        "FLOW", Outcome.SKIPPED, "", "login", "shop", expected="applications.shop: callbacks: [x]", observed="no callback"
    )
    text = smoke_text(Report((left,), Proved(0, 0), "contract", Usage()), "acme").plain
    assert "skipped login (shop): no callback; add applications.shop: callbacks: [x]\n" in text


def test_counts_leave_out_zeros_and_notes_are_shown() -> None:
    text = smoke_text(REPORT, "acme").plain
    assert "2 passed, 1 failed, 1 blocked, 2 skipped; 1 login, 2 tokens used\n" in text
    assert "note: a user was left behind\n" in text


def test_json_holds_every_finding() -> None:
    body = json.loads(json.dumps(smoke_body(REPORT)))
    assert body["proved"] == {"flows": 0, "of": 2}
    assert body["summary"] == {"passed": 2, "failed": 1, "blocked": 1, "inconclusive": 0, "skipped": 2, "info": 0}
    assert body["findings"][0]["flow"] is None
    assert body["findings"][2]["declared_at"] == "dev.yaml:12:3"


def test_junit_has_a_suite_per_flow_and_a_case_per_assertion() -> None:
    root = ET.fromstring(junit([("acme", REPORT)]))  # noqa: S314  it is our own
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"acme the tenant", "acme login", "acme native"}
    login = suites["acme login"]
    assert (login.get("tests"), login.get("failures"), login.get("skipped")) == ("4", "1", "2")
    failure = login.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "7200 \\u001b[31m<b>"
    assert suites["acme native"].get("errors") == "1"


def test_markdown_shows_flows_and_failures_and_obeys_no_markup() -> None:
    page = smoke_markdown(REPORT, "acme")
    assert "### Smoke of acme: 0 of 2 declared flows proved" in page
    assert "| FAILED | login | shop | orders | 1 | 1 |" in page
    assert "- **failed ATK-03**" in page
    assert "<b>" not in page
