"""How an apply ends when it does not end well: its code, its document, and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from tenantry.render.schemas import OUTPUTS
from tests.e2e.shop import READING, Ran, Shop, as_job

ACTION = """\
actions:
  greet:
    name: Greet
    supported_triggers: [{id: post-login, version: v3}]
    code: "exports.onExecutePostLogin = async () => {};"
    secrets: {GREETING: "${secret.NOWHERE}"}
"""


def valid(ran: Ran, name: str) -> dict[str, Any]:
    """Return the run's one document, which fits its schema."""
    jsonschema.Draft202012Validator(OUTPUTS[name]).validate(ran.json)
    assert ran.json["exit_code"] == ran.code
    return ran.json


def answer(shop: Shop, method: str, path: str, action: dict[str, Any], **more: Any) -> None:
    rule = {"id": "r", "method": method, "path": path, "action": action, **more}
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [rule]}).raise_for_status()


def journals(shop: Shop) -> list[Path]:
    return sorted(shop.path.parents[1].glob(".tenantry/journal/*"))


def with_one_change(shop: Shop) -> None:
    shop.up()
    shop.edit("token_lifetime: 2592000", "token_lifetime: 1814400")


def test_an_apply_whose_only_write_is_refused_has_failed_and_is_not_partly_done(shop: Shop) -> None:
    with_one_change(shop)
    answer(shop, "PATCH", "/api/v2/clients/*", {"status": 400, "headers": {}, "body": {"message": "no"}})
    ran = shop("apply", "--format", "json")
    assert ran.code == 1, ran
    assert valid(ran, "apply")["requests"]["writes"] == 1
    text = shop("apply")
    assert text.code == 1
    assert "Failed, nothing was applied: 0 applied, 1 failed, 0 not tried" in text.out


def test_an_apply_of_which_some_was_carried_out_is_partly_done(shop: Shop) -> None:
    answer(shop, "POST", "/api/v2/connections", {"status": 400, "headers": {}, "body": {"message": "no"}})
    ran = shop("apply")
    assert ran.code == 5, ran
    assert "Applied in part: 4 applied, 1 failed, 0 not tried" in ran.out


def test_a_refused_write_that_may_have_been_carried_out_before_is_partly_done(shop: Shop) -> None:
    with_one_change(shop)
    answer(shop, "PATCH", "/api/v2/clients/*", {"status": 503, "headers": {}, "body": {}}, times=1, after_commit=True)
    # The first attempt is carried out and its answer is lost; what comes after is refused.
    rules = httpx.get(f"{shop.url}/_emulator/faults").json()["rules"][:1]
    refusal = {"id": "s", "method": "PATCH", "path": "/api/v2/clients/*", "action": {"status": 400, "headers": {}, "body": {}}}
    rules = [{name: value for name, value in rules[0].items() if name != "fired"}, refusal]
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": rules}).raise_for_status()
    assert shop("apply").code == 5


@pytest.mark.parametrize("case", ["stale", "scopes", "secret"])
def test_a_run_that_is_refused_before_its_first_write_leaves_no_journal(shop: Shop, case: str, tmp_path: Path) -> None:
    with_one_change(shop)
    before, plan = journals(shop), str(tmp_path / "saved.plan")
    args = ["apply", str(shop.path), "--format", "json"]
    if case == "stale":
        assert shop("plan", "--out", plan).code == 0
        client = shop.one("/clients", name="Web")
        lifetime = {"refresh_token": {**client["refresh_token"], "token_lifetime": 999999}}
        shop.api("PATCH", f"/clients/{client['client_id']}", lifetime)
        args += ["--plan", plan]
    elif case == "scopes":
        as_job(shop, [*READING, "read:connections_options"])
        args += ["--secrets", str(shop.path.parent / "secrets.env")]
    else:
        shop.edit("connections:\n", ACTION + "connections:\n")
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    ran = shop.command(*args)
    assert ran.code == {"stale": 4, "scopes": 77, "secret": 65}[case], ran
    document = valid(ran, "apply")
    assert (document["done"], document["failed"]) == ([], [])
    assert "applications.web" in [each["address"] for each in document["skipped"]]
    assert document["journal"] is document["backup"] is None
    assert document["errors"]
    assert "Nothing was written." in ran.err
    assert shop.writes() == {}
    assert journals(shop) == before


def test_up_tells_of_a_refused_apply_as_apply_does(shop: Shop) -> None:
    shop.up()
    shop.edit("applications:\n", "manage: {prune: [connections]}\napplications:\n")
    document = valid(shop("up", "--format", "json"), "up")
    assert document["exit_code"] == 4
    assert [each["reason"] for each in document["apply"]["skipped"]] == ["refused by a guard"]


def test_a_plan_of_other_files_is_told_as_a_whole_document(shop: Shop, tmp_path: Path) -> None:
    plan = str(tmp_path / "shop.plan")
    assert shop("plan", "--out", plan).code == 0
    shop.edit("token_lifetime: 2592000", "token_lifetime: 1814400")
    document = valid(shop.command("apply", "--plan", plan, str(shop.path), "--yes", "--format", "json"), "apply")
    assert document["exit_code"] == 4
    assert len(document["skipped"]) == 5
    assert shop.writes() == {}


def test_a_destroy_that_is_refused_is_told_as_a_whole_document(shop: Shop) -> None:
    shop.up()
    shop.edit("applications:\n", "manage: {protect: {roles: ['*'], applications: [Web]}}\napplications:\n")
    document = valid(shop("destroy", "--format", "json"), "apply")
    assert document["exit_code"] == 4
    assert document["done"] == []
    assert len(document["skipped"]) >= 4
    assert shop.writes() == {}


def test_the_document_names_the_journal_and_the_backup(shop: Shop) -> None:
    document = valid(shop("apply", "--format", "json"), "apply")
    assert Path(document["journal"]).is_file()
    assert document["backup"] is None
    shop.edit("  job-orders: {", "  job-orders: {lifecycle: {absent: true}, ")
    document = valid(shop("apply", "--format", "json"), "apply")
    assert document["exit_code"] == 0, document
    [gone] = json.loads(Path(document["backup"]).read_text(encoding="utf-8"))["resources"]
    assert gone["address"] == "client_grants.job-orders"


def test_destroy_takes_references_to_what_goes_out_of_the_settings_first(shop: Shop) -> None:
    shop.edit(
        "applications:\n",
        "tenant_settings: {friendly_name: Shop, default_directory: users, default_audience: orders}\napplications:\n",
    )
    shop.up()
    assert shop.api("GET", "/tenants/settings")["default_directory"] == "users"
    ran = shop("destroy", "--format", "json")
    assert ran.code == 0, ran
    calls = [call["method"] + " " + call["path"] for change in ran.json["changes"] for call in change["calls"]]
    assert "PATCH /tenants/settings" in calls
    settings = shop.api("GET", "/tenants/settings")
    assert not settings.get("default_directory")
    assert not settings.get("default_audience")
    assert settings["friendly_name"] == "Shop"
    journal = [json.loads(line) for line in Path(ran.json["journal"]).read_text(encoding="utf-8").splitlines()]
    sent = [line["address"] for line in journal if line["event"] == "sent"]
    assert sent.index("tenant_settings") < min(sent.index("connections.users"), sent.index("apis.orders"))


def test_the_next_command_lifts_what_is_refused_and_there_is_none_where_no_flag_does(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    shop.edit("    strategy: auth0\n", "    strategy: auth0\n    lifecycle: {absent: true}\n")
    text = shop.path.read_text(encoding="utf-8")
    shop.path.write_text(text[: text.index("smoke:\n")], encoding="utf-8")
    ran = shop("plan", "--max-deletes", "0")
    next_ = f"Next, if what is refused is meant: tenantry apply {shop.path} --allow-user-loss --max-deletes 1\n"
    assert ran.out.endswith(next_), ran.out
    saved = str(tmp_path / "saved.plan")
    assert "--allow-user-loss" in shop("plan", "--out", saved, "--format", "markdown").out.rpartition("Next")[2]
    shop.edit("applications:\n", "manage: {protect: {connections: [users]}}\napplications:\n")
    assert "tenantry apply" not in shop("plan").out
    assert shop("apply", *next_.split()[-3:]).code == 4
