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
