"""What keeps a run from doing harm, each through the command line."""

from __future__ import annotations

from pathlib import Path

import httpx
from filelock import FileLock

from tests.e2e.shop import Shop


def test_a_second_apply_is_refused_while_one_is_writing_and_a_plan_is_not(shop: Shop) -> None:
    with FileLock(_lock_of(shop)):
        refused = shop("apply", "--yes", "--format", "json")
        assert refused.code == 4, refused
        assert [error["code"] for error in refused.json["errors"]] == ["locked"]
        assert "--lock-timeout" in refused.err
        assert shop.writes() == {}
        assert shop("plan").code == 0
    assert shop("apply", "--yes").code == 0


def _lock_of(shop: Shop) -> Path:
    """Return the lock file of the shop's tenant, which a first run has made."""
    assert shop("apply", "--yes").code == 0
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    [path] = shop.path.parents[1].glob(".tenantry/locks/*.lock")
    return path


def test_a_saved_plan_needs_its_flags_again_when_it_is_applied(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    shop.edit("    strategy: auth0\n", "    strategy: auth0\n    lifecycle: {absent: true}\n")
    text = shop.path.read_text(encoding="utf-8")
    shop.path.write_text(text[: text.index("smoke:\n")], encoding="utf-8")
    plan = str(tmp_path / "saved.plan")
    assert shop("plan", "--out", plan, "--allow-user-loss").code == 0
    refused = shop.command("apply", "--plan", plan, str(shop.path), "--yes")
    assert refused.code == 4, refused
    assert "--allow-user-loss" in refused.out
    assert shop.writes() == {}
    assert shop.command("apply", "--plan", plan, str(shop.path), "--yes", "--allow-user-loss", "--max-deletes", "0").code == 4
    assert shop.writes() == {}
    assert shop.command("apply", "--plan", plan, str(shop.path), "--yes", "--allow-user-loss").code == 0


def test_an_apply_is_taken_back_by_its_newest_journal(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    before = shop.one("/clients", name="Web")
    shop.edit("callbacks: [http://localhost:3000/callback]", "callbacks: [https://new.example]")
    shop.edit("apis:\n", "  more: {name: More, app_type: native}\napis:\n")
    assert shop("apply").code == 0
    plan = str(tmp_path / "back.plan")
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    planned = shop.command("revert", "--out", plan, "--format", "json")
    assert planned.code == 0, planned
    assert {change["address"]: change["action"] for change in planned.json["changes"]} == {
        "applications.more": "delete",
        "applications.web": "update",
    }
    assert shop.writes() == {}
    assert shop.command("revert", "--max-deletes", "0").code == 4
    assert shop.writes() == {}
    reverted = shop.command("revert")
    assert reverted.code == 0, reverted
    assert "What went is kept in .tenantry/journal/" in reverted.err
    assert [client["name"] for client in shop.api("GET", "/clients?is_global=false") if client["name"] == "More"] == []
    assert shop.one("/clients", name="Web") | {"updated_at": 0} == before | {"updated_at": 0}
    assert shop.command("apply", "--plan", plan, str(shop.path)).code == 0  # all of it is done already
    again = shop.command("revert")
    assert again.code == 0, again
    assert shop.one("/clients", name="Web")["callbacks"] == ["https://new.example"]
    assert shop.one("/clients", name="More")["app_type"] == "native"


def test_a_revert_says_what_it_needs(shop: Shop, tmp_path: Path) -> None:
    none = shop.command("revert")
    assert none.code == 64
    assert "no journal in" in none.err
    shop.up()
    [journal] = shop.path.parents[1].glob(".tenantry/journal/*.jsonl")
    text = journal.read_text(encoding="utf-8")
    assert str(shop.path) in text
    other = tmp_path / "other.yaml"
    other.write_text("version: 1\ntenant: {emulator: other}\n", encoding="utf-8")
    wrong = shop.command("revert", str(journal), "--file", str(other))
    assert wrong.code == 64
    assert "the journal is of" in wrong.err
