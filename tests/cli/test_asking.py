"""A person who is asked says yes, says no, or leaves; whoever said no is told what did not happen."""

from __future__ import annotations

import io
import sys

import click
import pytest

from tenantry.cli import asking
from tenantry.cli.asking import confirm, confirm_by_name
from tenantry.cli.entry import run
from tenantry.cli.group import cli
from tenantry.model.errors import UsageError

NOT_DONE = "not confirmed; nothing was written to acme"


def asked(answer: str, *, by_name: bool) -> None:
    """Ask as apply does, or as destroy does, and answer."""
    sys.stdin = io.StringIO(answer)
    if by_name:
        confirm_by_name("Type acme", "acme", declined=NOT_DONE, without_terminal="add --yes-destroy")
    else:
        confirm("Apply?", declined=NOT_DONE, without_terminal="add --yes")


@pytest.fixture
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", sys.stdin)
    monkeypatch.setattr(asking, "is_terminal", lambda: True)


@pytest.mark.usefixtures("_terminal")
@pytest.mark.parametrize(
    ("by_name", "answer", "said"),
    [
        (False, "n\n", NOT_DONE),
        (False, "\n", NOT_DONE),
        (False, "", ""),
        (True, "acm\n", NOT_DONE),
        (True, "\n", NOT_DONE),
        (True, "", ""),
    ],
)
def test_who_does_not_agree_ends_it(*, by_name: bool, answer: str, said: str) -> None:
    with pytest.raises(click.Abort) as ended:
        asked(answer, by_name=by_name)
    assert str(ended.value) == said


@pytest.mark.usefixtures("_terminal")
def test_who_agrees_goes_on() -> None:
    asked("y\n", by_name=False)
    asked("acme\n", by_name=True)


@pytest.mark.parametrize(("by_name", "flag"), [(False, "--yes"), (True, "--yes-destroy")])
def test_where_nobody_can_be_asked_the_flag_is_named(*, by_name: bool, flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", sys.stdin)
    with pytest.raises(UsageError, match=f"add {flag}$"):
        asked("y\n", by_name=by_name)


@pytest.mark.parametrize(("words", "said"), [((NOT_DONE,), NOT_DONE), ((), "interrupted")])
def test_the_end_says_why(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def decline(*_: object) -> None:
        raise click.Abort(*words)

    monkeypatch.setattr(cli, "invoke", decline)
    assert run(["apply", "x"]) == 130
    assert capsys.readouterr().err == f"tenantry: {said}\n"
