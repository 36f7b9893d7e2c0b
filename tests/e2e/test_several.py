"""Several tenants in one run: each has its own end, and the code that counts is the first of the list."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tenantry.apply import Outcome
from tests.e2e.shop import Run

ROLE = "version: 1\ntenant: {{emulator: {name}}}\nroles: {{buyer: {{name: Buyer}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two embedded tenants."""
    folder = tmp_path / "tenants"
    folder.mkdir()
    for name in ("first", "second"):
        (folder / f"{name}.yaml").write_text(ROLE.format(name=name))
    return folder


def test_an_interruption_ends_the_run_for_those_that_would_follow(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def interrupted(plan: Any, *_: object, stop: asyncio.Event, **__: object) -> Outcome:
        asked.append(plan.tenant)
        stop.set()
        return Outcome(is_interrupted=True)

    monkeypatch.setattr("tenantry.apply.apply", interrupted)
    assert command("apply", str(folder)).code == 130
    assert asked == ["first"]


def test_what_fails_at_one_tenant_does_not_keep_the_next_from_its_own(command: Run, folder: Path) -> None:
    (folder / "first.yaml").write_text("version: 1\ntenant: {base_url: 'http://127.0.0.1:9'}\nroles: {buyer: {name: Buyer}}\n")
    ran = command("apply", str(folder), "--yes", "--format", "json")
    assert ran.code == 1
    assert [(each["tenant"], each["exit_code"]) for each in ran.json["tenants"]] == [("127.0.0.1:9", 1), ("second", 0)]
    assert ran.err.startswith("127.0.0.1:9:\nerror: "), "with several tenants a message says whose it is"
    assert command("apply", str(folder / "first.yaml"), "--yes").err.startswith("error: ")


def test_a_refusal_in_a_plan_is_no_failure(command: Run, folder: Path) -> None:
    assert command("apply", str(folder)).code == 0
    (folder / "first.yaml").write_text("version: 1\ntenant: {emulator: first}\nmanage: {prune: [roles]}\n")
    assert command("plan", str(folder)).code == 0
    assert command("plan", str(folder), "--detailed-exitcode").code == 2


def test_a_refusal_counts_before_what_went_well(command: Run, folder: Path) -> None:
    assert command("apply", str(folder)).code == 0
    (folder / "first.yaml").write_text("version: 1\ntenant: {emulator: first}\nmanage: {prune: [roles]}\n")
    ran = command("apply", str(folder), "--format", "json")
    assert ran.code == 4
    assert [each["exit_code"] for each in ran.json["tenants"]] == [4, 0]
