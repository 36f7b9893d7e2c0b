"""A tenant that is not emulated is written to only when somebody said yes."""

from __future__ import annotations

import click
import pytest

from tenantry.cli import asking, tenants
from tests.e2e.shop import Shop


@pytest.fixture
def real(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return the shop, taken for a real tenant."""
    monkeypatch.setattr(tenants, "is_loopback", lambda _url: False)
    return shop


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the answers that a person will type."""
    answers: list[str] = []
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda _question: answers.pop(0))
    return answers


@pytest.mark.parametrize("name", ["apply", "up"])
def test_without_a_terminal_and_without_yes_it_is_64_and_nothing_is_written(real: Shop, name: str) -> None:
    ran = real(name)
    assert ran.code == 64
    assert "--yes" in ran.err
    assert real.writes() == {}


def test_with_yes_nobody_is_asked(real: Shop) -> None:
    assert real("apply", "--yes").code == 0
    assert real.writes()


def test_a_person_who_says_yes_is_obeyed(real: Shop, terminal: list[str]) -> None:
    terminal.append("y")
    assert real("apply").code == 0
    assert real.writes()


def test_a_person_who_says_no_is_obeyed(real: Shop, terminal: list[str]) -> None:
    terminal.append("n")
    assert real("apply").code == 130
    assert real.writes() == {}


def test_an_empty_plan_asks_nobody(real: Shop) -> None:
    assert real("apply", "--yes").code == 0
    assert real("apply").code == 0


def test_destroying_asks_for_the_name(real: Shop, terminal: list[str]) -> None:
    real("apply", "--yes")
    real.edit("applications:\n", "manage: {disposable: true}\napplications:\n")
    terminal.append("somebody else")
    assert real("destroy").code == 130
    assert real.one("/clients", name="Web")
    terminal.append(real.url.removeprefix("http://"))
    assert real("destroy").code == 0
