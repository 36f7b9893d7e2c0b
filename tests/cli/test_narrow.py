"""On a terminal of any width what a command says is broken between words alone."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tenantry.cli.entry import run
from tenantry.cli.group import COMMANDS
from tenantry.emulator import server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator import Emulator, ServeOptions

TENANT = """\
version: 1
tenant: {emulator: narrow}
applications:
  web:
    name: A shop with a name of many words that no narrow terminal has room for in one of its lines
    app_type: spa
    callbacks: [https://shop.example/callback, https://shop.example/other]
roles: {reader: {name: reader, description: Reads everything that there is to be read in all the world}}
smoke: {flows: {shop: {flow: authorization_code_pkce, application: web}}}
"""
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, width: int, *args: str) -> str:
    """Return all that a command shows on a terminal that moves nothing."""
    out, err = Terminal(), Terminal()
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr("tenantry.cli.progress.console", _no_console)
    run(args)
    return COLOUR.sub("", out.getvalue() + err.getvalue())


class _Status:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def status(self, _sentence: str) -> _Status:
        return self

    def update(self, _words: str) -> None: ...


def _no_console(_file: object) -> _Status:
    return _Status()


@pytest.mark.parametrize("width", [40, 57, 80, 120])
@pytest.mark.parametrize(
    "args",
    [
        ["validate"],
        ["plan"],
        ["doctor"],
        ["up"],
        ["smoke", "--list"],
        ["plan", "--nope"],
        ["apply", "--lock-timeout", "no number at all"],
    ],
    ids=" ".join,
)
def test_no_command_breaks_a_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: list[str], width: int) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TENANT, encoding="utf-8")
    _fits(shown(monkeypatch, width, *args, "t.yaml"), width)


@pytest.mark.parametrize("width", [40, 57, 80, 120])
@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_no_help_page_breaks_a_word(monkeypatch: pytest.MonkeyPatch, name: str, width: int) -> None:
    page = shown(monkeypatch, width, *filter(None, [name]), "--help")
    _fits(page, width)
    wide = shown(monkeypatch, 120, *filter(None, [name]), "--help")
    assert sorted(set(wide.split()) - {"\\"}) == sorted(set(page.split()) - {"\\"})


def test_a_paragraph_of_a_help_page_goes_on_where_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(monkeypatch, 60, "--help")
    paragraph = page.partition("  YAML declares")[2].partition("\n\n")[0].split("\n")[1:]
    assert paragraph
    assert all(re.match(r"  \S", line) for line in paragraph)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_emulator_breaks_no_word_and_nothing_that_is_pasted(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    said: list[str] = []

    async def only_say(emulator: Emulator, _options: ServeOptions, say: Callable[[str], None]) -> None:
        served = server.Served("http://localhost:4400", "https://localhost:4443", Path("/home/somebody/.tenantry/ca.pem"))
        said.append(f"{served.ready_line(emulator)}\n{served.lines_to_paste(emulator)}")
        say(said[0])

    monkeypatch.setattr(server, "_until_signalled", only_say)
    text = shown(monkeypatch, width, "emulator")
    assert text.split() == said[0].split()
    to_paste = [line for line in said[0].split("\n") if line.startswith("  ")]
    ready, _, more = text.partition("\n\n")
    assert [line for line in more.split("\n") if line in to_paste] == to_paste
    _fits("\n".join([ready, *(line for line in more.split("\n") if line not in to_paste)]), width)


def _fits(text: str, width: int) -> None:
    assert text
    for line in text.split("\n"):
        assert len(line) <= width or len(line.removesuffix(" \\").split()) == 1, line
