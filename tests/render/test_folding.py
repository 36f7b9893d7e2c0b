"""A narrow terminal breaks lines between words, and what is to be copied survives it."""

from __future__ import annotations

import io
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tenantry.render.folding import folded
from tenantry.render.lines import COMMAND, HERE, WHOLE, Lines, Part
from tenantry.render.terminal import write

WORDS = st.text(st.characters(categories=["L", "N", "P"], include_characters="日本"), min_size=1, max_size=60)
SENTENCES = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
PARTS = st.lists(st.tuples(st.sampled_from(["", " ", "    ", ", "]), SENTENCES, st.sampled_from(["", "bad"])), max_size=5)


def lines_of(*lines: tuple[str | Part, ...]) -> Lines:
    text = Lines()
    for parts in lines:
        text.add(*parts)
    return text


def plain(lines: Lines, width: int) -> str:
    return "".join(words for words, _ in folded(lines, width))


@given(st.lists(PARTS, max_size=4), st.integers(40, 130))
def test_no_line_is_wider_than_the_terminal_but_where_one_word_is(texts: list[list[tuple[str, str, str]]], width: int) -> None:
    lines = lines_of(*[tuple((gap + words, style) for gap, words, style in parts) for parts in texts])
    text = plain(lines, width)
    assert text.split() == lines.plain.split()
    for line in text.split("\n"):
        assert cell_len(line) <= width or len(line.split()) == 1


@given(st.text(st.characters(categories=["L", "Z"], include_characters="\n"), max_size=300))
def test_a_line_that_fits_is_left_as_it_is(text: str) -> None:
    lines = Lines()
    for line in text.split("\n"):
        lines.add(line)
    assert plain(lines, 10_000) == lines.plain


@given(st.lists(st.text(st.characters(categories=["L", "P"], include_characters=" '\""), max_size=70), min_size=1, max_size=9))
def test_a_broken_command_is_the_same_command_to_a_shell(arguments: list[str]) -> None:
    lines = lines_of(("Next: ", (shlex.join(arguments), COMMAND)))
    assert shlex.split(plain(lines, 40).removeprefix("Next:").replace("\\\n", "\n")) == arguments
    assert all(line.endswith(" \\") for line in plain(lines, 40).strip().split("\n")[1:-1])


def test_a_command_that_fits_in_a_line_gets_one_of_its_own() -> None:
    lines = lines_of(("Next, if that is meant: ", ("tenantry apply tenants/local.yaml", COMMAND)))
    assert plain(lines, 40) == "Next, if that is meant:\n  tenantry apply tenants/local.yaml\n"


def test_a_line_goes_on_below_the_part_that_it_belongs_to() -> None:
    lines = lines_of(("  ok      ", HERE, "one two three four five six seven"), ("    and this is one that does not say",))
    assert plain(lines, 30).split("\n")[:4] == [
        "  ok      one two three four",
        "          five six seven",
        "    and this is one that does",
        "      not say",
    ]


def test_words_that_belong_together_stay_together() -> None:
    assert plain(lines_of((("+ 2 create", WHOLE), "  ", ("~ 3 update", WHOLE))), 20) == "+ 2 create\n  ~ 3 update\n"


def test_styles_stay_on_their_words() -> None:
    lines = lines_of((("bad words", "bad"), " and ", ("good ones", "good")))
    assert folded(lines, 12) == [
        ("bad words", "bad"),
        ("\n  ", ""),
        ("and ", ""),
        ("good", "good"),
        ("\n  ", ""),
        ("ones", "good"),
        ("\n", ""),
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 80])
def test_only_a_terminal_has_its_lines_broken(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    lines, terminal, file = lines_of(("word " * 60,)), Terminal(), io.StringIO()
    write(lines, terminal)
    write(lines, file)
    assert file.getvalue() == lines.plain
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    assert max(map(len, shown.split("\n"))) in range(width - 5, width + 1)
    assert shown.split() == lines.plain.split()


def test_an_address_that_is_too_wide_behind_the_mark_takes_from_the_indent() -> None:
    address = "https://" + "a" * 22
    lines = lines_of(("  ok  reachable     ", HERE, f"{address} answers"))
    assert plain(lines, 40) == f"  ok  reachable\n          {address}\n          answers\n"
    lines = lines_of(("  ok  reachable     ", HERE, f"{'a' * 60} answers"))
    assert plain(lines, 40) == f"  ok  reachable\n    {'a' * 60}\n    answers\n"
