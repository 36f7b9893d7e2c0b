"""New workspaces, the example, and the emulator that serves them."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tenantry.cli.schemas import documents
from tests.e2e.shop import SECRET, SHOP, Ran, Run, Shop

ROOT = Path(__file__).parents[2]
CODE = "from tenantry.cli import main; main()"


def test_the_demo_does_not_take_anybodys_workspace_for_its_own(command: Run, tmp_path: Path) -> None:
    (tmp_path / "tenants").mkdir()
    ran = command("demo", str(tmp_path))
    assert ran.code == 64
    assert f"{tmp_path / 'tenants'} is there already and is not the example; name another folder" in ran.err


def test_the_demo_needs_nothing_and_its_second_run_finds_no_change(command: Run, tmp_path: Path) -> None:
    ran = command("demo", str(tmp_path / "demo"))
    assert ran.code == 0, ran
    first, second = ran.out.split("$ tenantry up")[1:]
    assert "Applied 17 changes" in first
    assert "No change" in second
    assert first.count("5 of 5 declared flows proved") == second.count("5 of 5 declared flows proved") == 1


@pytest.mark.parametrize("name", ["first-steps", "legacy"])
def test_every_example_is_proved(command: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "tenants" / f"{name}.yaml"
    file.parent.mkdir()
    file.write_text((ROOT / "tenants" / f"{name}.yaml").read_text())
    ran = command("up", str(file))
    assert ran.code == 0, ran
    assert (tmp_path / ".tenantry" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / ".tenantry").stat().st_mode & 0o777 == 0o700


def test_all_tenants_of_the_example_are_valid(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEV", "STAGING", "PROD"):
        monkeypatch.setenv(f"{name}_CLIENT_ID", "an-id")
    ran = command("validate", str(ROOT / "tenants"))
    assert ran.code == 0, ran
    assert ran.out.count("valid ") == 6


def test_a_new_workspace_is_proved_at_once(command: Run, tmp_path: Path) -> None:
    assert command("init", str(tmp_path / "mine")).code == 0
    assert command("up", str(tmp_path / "mine" / "tenants" / "local.yaml")).code == 0
    assert command("init", str(tmp_path / "mine")).code == 64


def test_the_schemas_in_the_repository_are_current(command: Run) -> None:
    for name, text in documents().items():
        assert (ROOT / "schemas" / f"{name}.schema.json").read_text() == text, "run `make schemas`"
    assert command("schema").out == documents()["tenant"]


def test_a_seeded_emulator_serves_what_the_file_declares(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--no-tls", "--seed", str(ROOT / "tenants" / "local.yaml"), "--ready-file", str(ready)]
    with subprocess.Popen([sys.executable, "-c", CODE, "emulator", *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            _wait_for(ready, server)
            url = json.loads(ready.read_text())["http"]
            form = {
                "grant_type": "client_credentials",
                "client_id": "tenantry-emulator",
                "client_secret": "tenantry-emulator-secret",
                "audience": f"{url}/api/v2/",
            }
            token = httpx.post(f"{url}/oauth/token", data=form).json()["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            [user] = httpx.get(f"{url}/api/v2/users", headers=headers).json()
            assert user["email"] == "shopper@acme.example"
            names = {client["name"] for client in httpx.get(f"{url}/api/v2/clients", headers=headers).json()}
            assert {"Storefront", "Back office"} <= names
        finally:
            server.terminate()
        assert server.wait(10) == 0


def _wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if path.exists():
            return
        assert process.poll() is None, "it ended early"
        time.sleep(0.05)
    raise AssertionError("it was not ready within 30 s")


def test_an_emulator_that_cannot_listen_says_why(command: Run, emulator_url: str) -> None:
    ran = command("emulator", "--no-tls", "--port", emulator_url.rpartition(":")[2])
    assert ran.code == 1
    assert "in use" in ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_smoke_run_is_130_and_leaves_nobody_behind(
    emulator_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    httpx.post(f"{emulator_url}/_emulator/reset").raise_for_status()
    file = tmp_path / "tenants" / "shop.yaml"
    file.parent.mkdir()
    file.write_text(SHOP.replace("BASE_URL", emulator_url))
    environment = {**os.environ, "EMULATOR_SECRET": SECRET}
    call = [sys.executable, "-c", CODE]
    subprocess.run([*call, "apply", str(file)], env=environment, check=True, capture_output=True)
    rule = {"id": "slow", "method": "GET", "path": "/u/login", "latency_ms": 800}
    httpx.put(f"{emulator_url}/_emulator/faults", json={"seed": 1, "rules": [rule]}).raise_for_status()
    with subprocess.Popen(
        [*call, "smoke", str(file)], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as smoke:
        shop = Shop(tmp_path / "other", emulator_url, lambda *_: Ran(0, "", ""))
        _until(lambda: bool(shop.api("GET", "/users")))
        smoke.send_signal(number)
        out, err = smoke.communicate(timeout=20)
    assert smoke.returncode == 130, (out, err)
    assert b"Traceback" not in err
    assert shop.api("GET", "/users") == []


def _until(holds: object) -> None:
    assert callable(holds)
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_apply_is_130_and_running_it_again_finishes_the_job(
    emulator_url: str, tmp_path: Path, command: Run, number: signal.Signals
) -> None:
    httpx.post(f"{emulator_url}/_emulator/reset").raise_for_status()
    shop = Shop(tmp_path, emulator_url, command)
    rule = {"id": "slow", "method": "POST", "path": "/api/v2/**", "latency_ms": 500}
    httpx.put(f"{emulator_url}/_emulator/faults", json={"seed": 1, "rules": [rule]}).raise_for_status()
    call = [sys.executable, "-c", CODE, "apply", str(shop.path)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as applying:
        _until(lambda: bool(shop.stats()["requests"].get("POST /api/v2/clients")))
        applying.send_signal(number)
        out, err = applying.communicate(timeout=30)
    assert applying.returncode == 130, (out, err)
    assert "Interrupted" in out
    httpx.delete(f"{emulator_url}/_emulator/faults")
    httpx.put(f"{emulator_url}/_emulator/faults", json={"seed": 1, "rules": []}).raise_for_status()
    assert shop("apply").code == 0
    assert shop("plan", "--detailed-exitcode").code == 0
    assert shop.one("/clients", name="Web")


def test_the_next_command_that_a_plan_says_can_be_typed_as_it_stands(command: Run, tmp_path: Path) -> None:
    file = tmp_path / "my tenants" / "t.yaml"
    file.parent.mkdir()
    (tmp_path / "no secrets").touch()
    file.write_text("tenant: {emulator: e}\nroles: {buyer: {name: Buyer}}\n", encoding="utf-8")
    ran = command("plan", str(file), "--max-deletes", "2", "--allow-replace", "--secrets", str(tmp_path / "no secrets"))
    [said] = [line.removeprefix("Next: tenantry ") for line in ran.out.splitlines() if line.startswith("Next: ")]
    assert shlex.split(said)[2:] == ["--allow-replace", "--max-deletes", "2", "--secrets", str(tmp_path / "no secrets")]
    assert command(*shlex.split(said)).code == 0


def test_a_rule_that_shows_against_the_tenant_names_the_field(command: Run, tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("tenant: {emulator: e}\napis: {a: {identifier: https://a.example}}\n", encoding="utf-8")
    assert command("apply", str(file)).code == 0
    file.write_text(file.read_text().replace("example}", "example, token_lifetime: 600}"), encoding="utf-8")
    ran = command("plan", str(file))
    assert ran.code == 65
    assert "apis.a: `token_lifetime_for_web`: 7200 seconds is more than `token_lifetime`, 600" in ran.err
