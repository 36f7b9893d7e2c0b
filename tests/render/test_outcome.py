from __future__ import annotations

from dataclasses import replace

from tenantry.apply import Done, Failed, Outcome, Skipped
from tenantry.model.address import Address
from tenantry.model.place import Place
from tenantry.plan.types import Action
from tenantry.render.comment import LIMIT
from tenantry.render.outcome import outcome_body, outcome_markdown, outcome_problems, outcome_text
from tests.render.plans import BUYER, ORDERS, SHOP, a_plan

PARTIAL = Outcome(
    done=(Done(SHOP, Action.UPDATE, "abc"), Done(BUYER, Action.CREATE, "r", already=True)),
    failed=(Failed(ORDERS, Action.REPLACE, "api_error", "taken \x1b[1m", 409, "conflict", "req-1", Place("dev.yaml", 3, 1)),),
    skipped=(Skipped(BUYER, Action.CREATE, "apis.orders failed"),),
    reads=7,
    writes=2,
    rate_limited=1,
)


def test_a_failure_says_everything_that_is_known() -> None:
    text = outcome_text(PARTIAL, "acme").plain
    assert "FAILED  replace apis.orders  dev.yaml:3:1\n        taken \\u001b[1m  [409, conflict, request req-1]\n" in text


def test_the_end_says_what_was_done_and_what_was_not() -> None:
    text = outcome_text(PARTIAL, "acme", "j.jsonl").plain
    assert (
        "Applied in part: 1 applied, 1 so already, 1 failed, 1 not tried in acme; 7 reads, 2 writes, 1 time rate limited.\n"
        in text
    )
    assert text.endswith("Journal: j.jsonl\n")
    assert "ok      create roles.buyer  (it was so already)\n" in text
    assert "skipped create roles.buyer: apis.orders failed\n" in text


def test_what_was_begun_is_told_apart_from_what_was_not_tried() -> None:
    begun = (Skipped(SHOP, Action.UPDATE, "interrupted"),)
    outcome = Outcome(begun=begun, skipped=PARTIAL.skipped, writes=1, landed=1, is_interrupted=True)
    text = outcome_text(outcome, "acme").plain
    assert "begun   update applications.storefront: interrupted\n" in text
    assert "Interrupted: 0 applied, 0 failed, 1 begun and not finished, 1 not tried in acme; 0 reads, 1 write.\n" in text
    body = outcome_body(a_plan(), outcome)
    assert body["begun"] == [{"address": "applications.storefront", "action": "update", "reason": "interrupted"}]
    assert [each["address"] for each in body["skipped"]] == ["roles.buyer"]
    page = outcome_markdown(outcome, "acme")
    assert "- begun: update applications.storefront: interrupted" in page


def test_an_apply_of_which_nothing_came_about_is_not_called_partly_done() -> None:
    text = outcome_text(Outcome(failed=PARTIAL.failed, writes=1), "acme").plain
    assert "Failed, nothing was applied: 0 applied, 1 failed, 0 not tried in acme; 0 reads, 1 write.\n" in text
    assert "Applied in part: 0 applied" in outcome_text(Outcome(failed=PARTIAL.failed, writes=1, landed=1), "acme").plain


def test_a_whole_apply_is_one_sentence() -> None:
    assert outcome_text(Outcome(done=(Done(SHOP, Action.UPDATE),), reads=1, writes=1), "acme").plain.endswith(
        "Applied 1 change in acme; 1 read, 1 write.\n"
    )


def test_what_was_so_already_is_not_counted_as_applied() -> None:
    twice = replace(PARTIAL, failed=(), skipped=(), rate_limited=0)
    assert "Applied 1 change, 1 was so already in acme; 7 reads, 2 writes.\n" in outcome_text(twice, "acme").plain


def test_a_whole_apply_that_was_interrupted_says_both() -> None:
    text = outcome_text(Outcome(done=(Done(SHOP, Action.UPDATE),), reads=1, writes=1, is_interrupted=True), "acme").plain
    assert text.endswith("Applied 1 change before the interruption in acme; 1 read, 1 write.\n")


def test_json_and_problems_hold_the_failure() -> None:
    body = outcome_body(a_plan(), PARTIAL)
    assert body["failed"][0]["status"] == 409
    assert body["requests"] == {"reads": 7, "writes": 2, "rate_limited": 1}
    [problem] = outcome_problems(PARTIAL)
    assert (problem.address, problem.line, problem.error_code, problem.request_id) == ("apis.orders", 3, "conflict", "req-1")


def test_markdown_lists_each_change() -> None:
    page = outcome_markdown(PARTIAL, "acme")
    assert "- done: update applications.storefront" in page
    assert "- **failed**: replace apis.orders" in page
    assert "- not tried: create roles.buyer" in page


def test_markdown_fits_a_comment_and_tells_first_what_went_wrong() -> None:
    many = tuple(replace(PARTIAL.done[0], address=Address("roles", f"r{number}")) for number in range(5000))
    page = outcome_markdown(replace(PARTIAL, done=many), "acme")
    assert len(page) < LIMIT
    assert page.index("- **failed**: ") < page.index("- not tried: ") < page.index("- done: update roles.r0\n")
    shown = page.count("- done: ")
    assert 0 < shown < 5000
    assert f"\n… and {5000 - shown} more changes, too long to show here.\n" in page
