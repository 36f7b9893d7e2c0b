"""Which Chromium is started, and what is said where there is none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tenantry.model.errors import TenantryError, UsageError
from tenantry.smoke import OverChromium
from tenantry.smoke.login import chromium


def test_without_playwright_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="pip install playwright, or tenantry with its extra"):
        OverChromium()


def test_a_named_program_that_is_none_is_refused() -> None:
    pytest.importorskip("playwright")
    with pytest.raises(UsageError, match="TENANTRY_CHROMIUM names /nowhere/chromium"):
        OverChromium({chromium.VARIABLE: "/nowhere/chromium"})


def test_a_program_is_named_by_its_path_or_looked_for(tmp_path: Path) -> None:
    program = tmp_path / "my-chromium"
    program.touch(mode=0o755)
    assert chromium.named({chromium.VARIABLE: str(program)}) == str(program)
    assert chromium.named({chromium.VARIABLE: "my-chromium", "PATH": str(tmp_path)}) == str(program)
    assert chromium.named({}) is None


def test_without_chromium_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setattr(chromium, "own", lambda _: None)
    monkeypatch.setattr(chromium, "ELSEWHERE", ())

    async def begin() -> None:
        async with OverChromium({"PATH": "/nowhere"}):
            """Nothing to do."""

    with pytest.raises(UsageError, match="or name the program in TENANTRY_CHROMIUM"):
        asyncio.run(begin())


def test_a_program_that_does_not_start_is_told_of_in_a_sentence() -> None:
    pytest.importorskip("playwright")

    async def begin() -> None:
        async with OverChromium({chromium.VARIABLE: "/bin/false", "PATH": "/bin"}):
            """Nothing to do."""

    with pytest.raises(TenantryError, match=r"^/bin/false did not start: "):
        asyncio.run(begin())
