from __future__ import annotations

import pytest

from tenantry.model.smoke import Level
from tenantry.smoke import Finding, Outcome, Proved, Report, exit_code
from tenantry.smoke.contract.assertion import Verdict, lasts
from tenantry.smoke.redact import Vault, digest


def report(*outcomes: Outcome, unproved: tuple[str, ...] = (), of: int = 3, level: Level = "contract") -> Report:
    findings = tuple(Finding("X-01", outcome, "It holds.") for outcome in outcomes)
    return Report(findings, Proved(of, unproved), level)


@pytest.mark.parametrize(
    ("made", "code", "allowed"),
    [
        (report(Outcome.PASSED), 0, 0),
        (report(Outcome.PASSED, Outcome.FAILED), 3, 3),
        (report(Outcome.FAILED, Outcome.BLOCKED, unproved=("shop", "work")), 3, 3),
        (report(Outcome.BLOCKED, unproved=("shop",), of=1), 6, 0),
        (report(Outcome.SKIPPED, unproved=("shop",)), 6, 0),
        (report(Outcome.INFO), 0, 0),
        (report(Outcome.PASSED, unproved=("shop",), of=1, level="read"), 0, 0),
        (report(Outcome.FAILED, unproved=("shop",), of=1, level="read"), 3, 3),
    ],
)
def test_each_end_has_its_code(made: Report, code: int, allowed: int) -> None:
    assert exit_code(made) == code
    assert exit_code(made, allow_blocked=True) == allowed


def test_the_last_line_counts_flows() -> None:
    assert report(unproved=("shop",)).closing_line == "2 of 3 declared flows proved"
    assert report(unproved=("shop", "work", "api"), level="read").closing_line.startswith("0 of 3 declared flows proved (")


def test_the_summary_names_every_outcome() -> None:
    counts = {"passed": 1, "failed": 0, "blocked": 0, "inconclusive": 0, "skipped": 2, "info": 0}
    assert report(Outcome.PASSED, Outcome.SKIPPED, Outcome.SKIPPED).summary == counts


def test_what_was_secret_once_is_a_digest() -> None:
    vault = Vault()
    vault.add("s3cr3t-value", None, "ab")
    jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    cleaned = vault.clean(f"a s3cr3t-value, {jwt}, and ab")
    assert cleaned == f"a {digest('s3cr3t-value')}, {digest(jwt)}, and ab"


@pytest.mark.parametrize(
    ("observed", "said"),
    [(3600, "3600 s"), (None, "nothing"), ("1800", "'1800'"), (1800.0, "1800.0"), (True, "True")],
)
def test_a_lifetime_is_told_with_its_unit_and_is_a_whole_number(observed: object, said: str) -> None:
    assert lasts(1800, 1800) == Verdict(Outcome.PASSED, "1800 s", "1800 s")
    assert lasts(observed, 1800) == Verdict(Outcome.FAILED, "1800 s", said)
