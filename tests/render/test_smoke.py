from __future__ import annotations

import json
from dataclasses import replace

from tenantry.render.report_html import report_html
from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.render.smoke_text import smoke_text
from tenantry.smoke.findings import Finding, Outcome, Proved, Report, Usage
from tests.render.page import read_html, read_xml

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
REPORT = Report(FINDINGS, Proved(2, ("login", "native")), "contract", Usage(logins=1, tokens=2), ("a user was left behind",))


def test_the_last_line_is_the_closing_line() -> None:
    assert smoke_text(REPORT, "acme").plain.splitlines()[-1] == "0 of 2 declared flows proved"


def test_there_is_a_row_per_flow_with_its_worst_outcome() -> None:
    lines = smoke_text(REPORT, "acme").plain.splitlines()
    assert "  ok       the tenant                       1 passed" in lines
    assert "  FAILED   login       shop         orders  1 passed, 1 failed, 2 skipped" in lines
    assert "  blocked  native      app                  1 blocked" in lines


def test_a_failure_says_what_was_promised_where_and_what_was_seen() -> None:
    text = smoke_text(REPORT, "acme").plain
    assert "FAILED ATK-03  the access token lives as declared\n    flow         login\n" in text
    assert "    expected     exp - iat = 3600\n    observed     7200 \\u001b[31m<b>\n" in text
    assert "    declared at  dev.yaml:12:3\n    source       RFC 7519 section 4.1.4\n" in text


def of_three_flows() -> Report:
    """Return a report with one failure that two flows share in all but its place, and one that is another's alone."""
    failed = FINDINGS[2]
    shared = replace(failed, flow="deliver", application="courier", declared_at="dev.yaml:14:3")
    return Report(
        (failed, shared, replace(failed, flow="report", observed="60")), Proved(3, ("login", "deliver", "report")), "contract"
    )


def test_the_same_failure_on_several_flows_is_told_once_with_all_of_them() -> None:
    text = smoke_text(of_three_flows(), "acme").plain
    assert text.count("FAILED ATK-03  the access token lives as declared\n") == 2
    assert "    flows        login, deliver\n    expected     exp - iat = 3600\n" in text
    assert "    declared at  dev.yaml:12:3, dev.yaml:14:3\n" in text
    assert "    flow         report\n    expected     exp - iat = 3600\n    observed     60\n" in text


def test_the_page_and_the_comment_tell_the_same_failure_once_too() -> None:
    page = read_html(report_html([("acme", of_three_flows())]))
    told = [[one.text_content() for one in block.iter("dt", "dd")] for block in page.find_class("finding")]
    assert [block[:2] for block in told] == [["flows", "login, deliver"], ["flow", "report"]]
    comment = smoke_markdown(of_three_flows(), "acme")
    assert comment.count("- **FAILED ATK-03** the access token lives as declared") == 2
    assert "flows login, deliver; expected exp - iat = 3600; observed 7200" in comment


def test_programs_still_find_every_failure_under_its_own_flow() -> None:
    report = of_three_flows()
    assert [one["flow"] for one in smoke_body(report)["findings"]] == ["login", "deliver", "report"]
    assert len(read_xml(junit([("acme", report)])).findall("testsuite/testcase/failure")) == 3


def test_what_is_in_the_way_of_the_whole_tenant_names_it() -> None:
    report = Report(
        (Finding("DSC-01", Outcome.BLOCKED, "the issuer is right", observed="no answer"),), Proved(1, ("login",)), "read"
    )
    assert "blocked DSC-01  the issuer is right\n    flow         the tenant\n" in smoke_text(report, "acme").plain


def test_text_page_and_comment_count_the_assertions_of_a_flow_alike() -> None:
    tally = "1 passed, 1 failed, 2 skipped"
    assert f"orders  {tally}\n" in smoke_text(REPORT, "acme").plain
    assert tally in [cell.text_content() for cell in read_html(report_html([("acme", REPORT)])).iter("td")]
    assert f"| orders | {tally} |" in smoke_markdown(REPORT, "acme")


def test_what_was_skipped_is_said_once_per_reason() -> None:
    assert smoke_text(REPORT, "acme").plain.count("add refresh_token") == 1
    assert "skipped REF-01, REF-02 of login: add refresh_token\n" in smoke_text(REPORT, "acme").plain


def test_what_several_flows_leave_out_for_the_same_reason_is_said_once() -> None:
    skipped = [one for one in FINDINGS if one.outcome is Outcome.SKIPPED]
    others = [replace(one, flow="deliver") for one in skipped]
    alone = replace(skipped[0], flow="work")
    text = smoke_text(Report((*skipped, *others, alone), Proved(3, ("login", "deliver", "work")), "contract"), "acme").plain
    assert "skipped REF-01, REF-02 of login, deliver: add refresh_token\nskipped REF-01 of work: add refresh_token\n" in text


def test_a_flow_that_was_left_out_is_told_with_the_line_to_add() -> None:
    left = Finding(
        "FLOW", Outcome.SKIPPED, "", "login", "shop", expected="applications.shop: callbacks: [x]", observed="no callback"
    )
    text = smoke_text(Report((left,), Proved(0), "contract", Usage()), "acme").plain
    assert "skipped login: no callback; add applications.shop: callbacks: [x]\n" in text


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
    root = read_xml(junit([("acme", REPORT)]))
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
    assert "| FAILED | login | shop | orders | 1 passed, 1 failed, 2 skipped |" in page
    assert "- **FAILED ATK-03**" in page
    assert "<b>" not in page
