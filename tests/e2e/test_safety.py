"""What keeps a run from doing harm, each through the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from tenantry.apply.journal import events
from tenantry.apply.past import SENDING
from tenantry.cli.write.lock import locks_folder
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


def test_another_workspace_on_the_same_tenant_waits_its_turn(shop: Shop, tmp_path: Path) -> None:
    other = Shop(tmp_path / "other", shop.url.replace("127.0.0.1", "localhost"), shop.command)
    with FileLock(_lock_of(shop)):
        refused = other("apply", "--yes")
    assert refused.code == 4, refused
    assert "is writing to" in refused.err
    assert shop.writes() == {}
    assert other("apply", "--yes").code == 0


def _lock_of(shop: Shop) -> Path:
    """Return the lock file of the shop's tenant, which a first run has made."""
    assert shop("apply", "--yes").code == 0
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    [path] = locks_folder().glob(f"*-{httpx.URL(shop.url).port}-*.lock")
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


TOOL = "tenantry emulator (management)"
DECLARED_TOOL = f"applications:\n  tool: {{name: {TOOL}"
NEW_API = "apis: {new: {identifier: https://new, name: New}}\n"
GUARDS: dict[str, tuple[str, str, str]] = {
    "the tool's own application deleted": (
        DECLARED_TOOL + ", lifecycle: {absent: true}}",
        "own_application",
        "",
    ),
    "the way the tool signs in": (DECLARED_TOOL + ", token_endpoint_auth_method: client_secret_basic}", "own_application", ""),
    "the tool's own application replaced": (
        DECLARED_TOOL + ", app_type: resource_server, resource_server_identifier: new}\n"
        "apis: {new: {identifier: https://new, name: New}}",
        "own_application",
        "",
    ),
    "the tool's own grant deleted": (
        DECLARED_TOOL + "}\nclient_grants:\n  g: {client_id: tool, audience: management-api, lifecycle: {absent: true}}",
        "own_application",
        "",
    ),
    "the tool's own grant narrowed": (
        DECLARED_TOOL + '}\nclient_grants:\n  g: {client_id: tool, audience: management-api, scope: ["read:clients"]}',
        "own_application",
        "",
    ),
    "the tool's place in a connection": ("connections:\n  held: {name: held, enabled_clients: []}", "own_application", ""),
    "what is protected": (
        "manage: {protect: {applications: [Stranger*]}, prune: [applications]}\napplications:\n  web: {name: Web}",
        "protect",
        "",
    ),
    "more deletes than the file allows": (
        "manage: {max_deletes: 0, prune: [applications]}\napplications:\n  web: {name: Web}",
        "max_deletes",
        "--max-deletes 9",
    ),
    "more deletes than usual": (
        "manage: {prune: [applications]}\napplications:\n  web: {name: Web}",
        "max_deletes",
        "--max-deletes 9",
    ),
    "a whole section": ("manage: {prune: [applications], max_deletes: 99}", "empty_section", ""),
    "an application replaced": (
        NEW_API + "applications:\n  gate: {name: Gate, app_type: resource_server, resource_server_identifier: new}",
        "replace",
        "--allow-replace",
    ),
    "a database deleted": ("connections:\n  users: {name: users, lifecycle: {absent: true}}", "user-loss", "--allow-user-loss"),
    "the Management API renamed": ("apis:\n  m: {identifier: BASE_URL/api/v2/, name: Ours}", "system", ""),
    "the Management API deleted": ("apis:\n  m: {identifier: BASE_URL/api/v2/, lifecycle: {absent: true}}", "system", ""),
    "secrets that nobody here knows": (
        "actions:\n  greet: {name: Greet, secrets: {include: {NEW: x}}}",
        "unreadable",
        "",
    ),
}


@pytest.fixture
def peopled(shop: Shop) -> Shop:
    """Return the shop's tenant with strangers in it, and a file that declares nothing yet."""
    shop.up()
    for number in range(4):
        shop.api("POST", "/clients", {"name": f"Stranger {number}"})
    shop.api("POST", "/resource-servers", {"name": "Old", "identifier": "https://old"})
    gate = {"name": "Gate", "app_type": "resource_server", "resource_server_identifier": "https://old"}
    shop.api("POST", "/clients", gate)
    held = {"name": "held", "strategy": "auth0", "enabled_clients": ["tenantry-emulator"]}
    shop.api("POST", "/connections", held)
    triggers = [{"id": "post-login", "version": "v3"}]
    code = "exports.onExecutePostLogin = async () => {};"
    action = {"name": "Greet", "supported_triggers": triggers, "code": code, "secrets": [{"name": "OLD", "value": "x"}]}
    shop.api("POST", "/actions/actions", action)
    text = shop.path.read_text(encoding="utf-8")
    shop.path.write_text(text[: text.index("applications:\n")], encoding="utf-8")
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    return shop


@pytest.mark.parametrize("case", GUARDS)
def test_a_guard_refuses_the_apply_names_its_flag_and_nothing_is_written(peopled: Shop, case: str, tmp_path: Path) -> None:
    declared, rule, flag = GUARDS[case]
    with peopled.path.open("a", encoding="utf-8") as file:
        file.write(declared.replace("BASE_URL", peopled.url) + "\n")
    planned = peopled("plan", "--format", "json")
    assert planned.code == 0, planned
    found = {guard["rule"]: guard for guard in planned.json["guards"]}
    assert rule in found, planned.json["changes"]
    assert (found[rule]["flag"] or "") == flag.split(" ")[0]
    refused = peopled("apply", "--yes")
    assert refused.code == 4, refused
    assert found[rule]["sentence"][:40] in " ".join(refused.out.split())
    assert flag.split(" ")[0] in refused.out
    assert peopled.writes() == {}
    flags = ["--max-deletes", "99", *flag.split(" ")] if flag else []
    saved = str(tmp_path / "saved.plan")
    assert peopled("plan", "--out", saved, *flags).code == 0
    again = peopled.command("apply", "--plan", saved, str(peopled.path), "--yes")
    assert again.code == 4, again
    assert peopled.writes() == {}
    if flag:
        allowed = peopled.command("apply", "--plan", saved, str(peopled.path), "--yes", *flags)
        assert allowed.code == 0, allowed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_from_outside_leaves_a_journal_and_the_next_finishes(shop: Shop, number: signal.Signals) -> None:
    slow = {"id": "slow", "method": "POST", "path": "/api/v2/*", "latency_ms": 400}
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [slow]}).raise_for_status()
    code = "from tenantry.cli import main; main()"
    command = [sys.executable, "-c", code, "apply", str(shop.path), "--yes"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        _wait_for(shop, running)
        running.send_signal(number)
        _, told_us = running.communicate(timeout=60)
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": []}).raise_for_status()
    [journal] = shop.path.parents[1].glob(".tenantry/journal/*.jsonl")
    told = events(journal)
    if number is not signal.SIGKILL:
        assert running.returncode == 130
        assert b"what is on its way is finished first" in told_us
        assert (told[-1]["event"], told[-1]["interrupted"]) == ("finished", True)
        begun = {line["step"] for line in told if line["event"] == "sending"}
        assert {line["step"] for line in told if line["event"] in {"sent", "failed"}} == begun
    assert shop("apply", "--yes").code == 0
    assert shop("plan", "--detailed-exitcode").code == 0
    names = [client["name"] for client in shop.api("GET", "/clients?is_global=false")]
    assert sorted(names) == ["Job", "Web", TOOL]


def _wait_for(shop: Shop, running: subprocess.Popen[bytes]) -> None:
    """Return once the run says that it is sending something."""
    for _ in range(600):
        journals = list(shop.path.parents[1].glob(".tenantry/journal/*.jsonl"))
        if journals and SENDING in journals[0].read_text(encoding="utf-8"):
            return
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    raise AssertionError("the run sent nothing within 30 s")
