"""One edit is one change with the right field, and one write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.shop import Shop

EDITS: dict[str, tuple[str, str, str, dict[str, Any], str]] = {
    "a callback": (
        "callbacks: [http://localhost:3000/callback]",
        "callbacks: [http://localhost:3000/callback, http://localhost:3000/popup]",
        "applications.web",
        {"path": "callbacks", "live": None, "desired": "http://localhost:3000/popup", "effect": "added", "called": None},
        "PATCH /api/v2/clients/{id}",
    ),
    "a lifetime": (
        "token_lifetime: 2592000",
        "token_lifetime: 1814400",
        "applications.web",
        {"path": "refresh_token.token_lifetime", "live": 2592000, "desired": 1814400, "effect": "set", "called": None},
        "PATCH /api/v2/clients/{id}",
    ),
    "a rename": (
        "name: Web\n",
        "name: Web shop\n    lifecycle: {renamed_from: Web}\n",
        "applications.web",
        {"path": "name", "live": "Web", "desired": "Web shop", "effect": "set", "called": None},
        "PATCH /api/v2/clients/{id}",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_is_one_change_and_one_write(shop: Shop, name: str) -> None:
    before, after, address, field, request = EDITS[name]
    shop.up()
    shop.edit(before, after)
    planned = shop("plan", "--format", "json", "--detailed-exitcode")
    assert planned.code == 2, planned
    [change] = planned.json["changes"]
    assert (change["address"], change["action"]) == (address, "update")
    assert change["fields"] == [field]
    assert shop.writes() == {}
    assert shop("apply", "--yes").code == 0
    assert shop.writes() == {request: 1}
    assert shop("plan", "--detailed-exitcode").code == 0


def test_a_scope_more_is_one_change_and_one_write(shop: Shop) -> None:
    shop.up()
    shop.edit(
        'scopes: [{value: "read:orders", description: Read orders}]',
        'scopes: [{value: "read:orders", description: Read orders}, {value: "cancel:orders", description: Cancel}]',
    )
    planned = shop("plan", "--format", "json", "--detailed-exitcode")
    assert planned.code == 2
    [change] = planned.json["changes"]
    assert change["address"] == "apis.orders"
    assert [field["effect"] for field in change["fields"]] == ["added"]
    assert change["fields"][0]["path"].startswith("scopes")
    assert shop("apply", "--yes").code == 0
    assert shop.writes() == {"PATCH /api/v2/resource-servers/{id}": 1}
    live = shop.one("/resource-servers", identifier="https://api.acme.example/orders")
    assert {scope["value"] for scope in live["scopes"]} == {"read:orders", "cancel:orders"}


def test_a_rename_keeps_the_client_id(shop: Shop) -> None:
    shop.up()
    before = shop.one("/clients", name="Web")["client_id"]
    shop.edit("name: Web\n", "name: Web shop\n    lifecycle: {renamed_from: Web}\n")
    assert shop("apply", "--yes").code == 0
    assert shop.one("/clients", name="Web shop")["client_id"] == before


def test_a_second_apply_writes_nothing(shop: Shop) -> None:
    shop.up()
    ran = shop("apply", "--yes")
    assert ran.code == 0
    assert "No change" in ran.out
    assert shop.writes() == {}


def test_what_somebody_changed_by_hand_is_named(shop: Shop) -> None:
    shop.up()
    client_id = shop.one("/clients", name="Web")["client_id"]
    shop.api("PATCH", f"/clients/{client_id}", {"callbacks": ["https://evil.example/cb"]})
    ran = shop("plan", "--detailed-exitcode")
    assert ran.code == 2
    assert "update applications.web" in ran.out
    assert '- "https://evil.example/cb"' in ran.out


def test_a_plan_sends_nothing_but_reads(shop: Shop) -> None:
    ran = shop("plan", "--format", "json")
    assert ran.code == 0
    assert ran.json["summary"]["create"] == 5
    assert shop.writes() == {}


def test_a_saved_plan_is_applied_exactly(shop: Shop, tmp_path: Path) -> None:
    plan = tmp_path / "shop.plan"
    assert shop("plan", "--out", str(plan)).code == 0
    assert plan.stat().st_mode & 0o777 == 0o600
    ran = shop.command("apply", "--plan", str(plan), str(shop.path), "--yes")
    assert ran.code == 0, ran
    assert shop("plan", "--detailed-exitcode").code == 0


def test_a_stale_plan_is_refused_and_nothing_is_written(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    plan = tmp_path / "shop.plan"
    shop.edit("token_lifetime: 2592000", "token_lifetime: 1814400")
    assert shop("plan", "--out", str(plan)).code == 0
    client = shop.one("/clients", name="Web")
    shop.api(
        "PATCH", f"/clients/{client['client_id']}", {"refresh_token": {**client["refresh_token"], "token_lifetime": 999999}}
    )
    before = shop.writes()
    ran = shop.command("apply", "--plan", str(plan), str(shop.path), "--yes", "--format", "json")
    assert ran.code == 4, ran
    [error] = ran.json["errors"]
    assert (error["address"], error["file"], error["line"]) == ("applications.web", "tenants/shop.yaml", 15)
    assert error["message"].startswith("applications.web: refresh_token")
    assert ran.json["exit_code"] == 4
    assert shop.writes() == before
    told = shop.command("apply", "--plan", str(plan), str(shop.path), "--yes").err
    assert told.index("error: tenants/shop.yaml:15:") < told.index("Plan again, and look at what changed.")


def test_a_plan_that_was_meddled_with_reaches_no_secret_that_the_files_do_not_name(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_SOMEBODY_ELSE", canary := "Canary-Of-A-Pipeline-4711")
    plan = tmp_path / "shop.plan"
    assert shop("plan", "--out", str(plan)).code == 0
    text = json.dumps(json.loads(plan.read_text(encoding="utf-8")))
    meddled = text.replace('["name", "Orders"]', '["name", {"$secret": "OF_SOMEBODY_ELSE"}]')
    assert meddled != text
    plan.write_text(meddled, encoding="utf-8")
    ran = shop.command("apply", "--plan", str(plan), str(shop.path), "--yes")
    assert ran.code == 4, ran
    assert "the plan would send the secret OF_SOMEBODY_ELSE, which the files do not name" in ran.err
    assert not shop.writes()
    assert canary not in ran.out + ran.err + json.dumps(shop.api("GET", "/resource-servers"))


def test_a_saved_plan_needs_no_path_even_on_a_served_emulator(shop: Shop, tmp_path: Path) -> None:
    plan = tmp_path / "shop.plan"
    assert shop("plan", "--out", str(plan)).code == 0
    text = shop.path.read_text(encoding="utf-8")
    shop.path.write_text(text.replace("token_lifetime: 2592000", "token_lifetime: 1814400"), encoding="utf-8")
    ran = shop.command("apply", "--plan", str(plan), "--yes")
    assert ran.code == 0, ran
    assert shop.one("/clients", name="Web")["refresh_token"]["token_lifetime"] == 2592000
    shop.path.unlink()
    gone = shop.command("apply", "--plan", str(plan), "--yes")
    assert gone.code == 64
    assert "name the tenant's file" in gone.err


def test_a_saved_plan_without_a_path_is_not_applied_to_another_tenant(shop: Shop, tmp_path: Path) -> None:
    plan = tmp_path / "shop.plan"
    assert shop("plan", "--out", str(plan)).code == 0
    text = shop.path.read_text(encoding="utf-8")
    shop.path.write_text(text.replace("localhost", "127.0.0.1", 1), encoding="utf-8")
    ran = shop.command("apply", "--plan", str(plan), "--yes", "--format", "json")
    assert ran.code == 4, ran
    assert "the plan is of localhost" in ran.json["errors"][0]["message"]
    assert shop.writes() == {}


def test_an_apply_says_all_that_it_asked_of_the_tenant(shop: Shop) -> None:
    for _ in ("founding", "no change"):
        httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
        ran, asked = shop("apply", "--yes", "--format", "json"), shop.stats()
        assert ran.json["requests"] == {name: asked[name] for name in ("reads", "writes", "rate_limited")}
        assert asked["reads"] > 0


def test_a_plan_of_other_files_is_refused(shop: Shop, tmp_path: Path) -> None:
    plan = tmp_path / "shop.plan"
    assert shop("plan", "--out", str(plan)).code == 0
    shop.edit("token_lifetime: 2592000", "token_lifetime: 1814400")
    assert shop.command("apply", "--plan", str(plan), str(shop.path), "--yes").code == 4
    assert shop.writes() == {}


def test_a_guard_refuses_and_names_its_flag(shop: Shop) -> None:
    shop.up()
    text = shop.path.read_text(encoding="utf-8")
    start, end = text.index("connections:\n"), text.index("smoke:\n")
    without = (
        text[:start]
        + "connections:\n  users:\n    name: users\n    strategy: auth0\n    lifecycle: {absent: true}\n"
        + text[end:]
    )
    shop.path.write_text(without[: without.index("smoke:\n")], encoding="utf-8")
    planned = shop("plan", "--format", "json")
    assert planned.code == 0
    assert [guard["flag"] for guard in planned.json["guards"]] == ["--allow-user-loss"]
    refused = shop("apply", "--yes")
    assert refused.code == 4
    assert "--allow-user-loss" in refused.out + refused.err
    assert shop.writes() == {}
    assert shop("apply", "--yes", "--allow-user-loss").code == 0


def test_a_file_that_is_no_plan_is_65_and_one_document(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "no.plan"
    path.write_text("hello")
    ran = shop.command("apply", "--plan", str(path), str(shop.path), "--yes", "--format", "json")
    assert ran.code == 65
    assert "not a readable plan" in ran.json["errors"][0]["message"]


def test_pruning_takes_what_nobody_declares_and_spares_the_tools_own_application(shop: Shop) -> None:
    shop.up()
    shop.api("POST", "/clients", {"name": "Stranger"})
    shop.edit("applications:\n", "manage: {prune: [applications, client_grants]}\napplications:\n")
    planned = shop("plan", "--format", "json")
    assert planned.json["guards"] == []
    assert [(change["action"], change["name"]) for change in planned.json["changes"]] == [("delete", "Stranger")]
    assert shop("apply").code == 0
    assert {client["name"] for client in shop.api("GET", "/clients?is_global=false")} == {
        "Web",
        "Job",
        "tenantry emulator (management)",
    }
