"""A canary secret goes through every command and must come out nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.shop import Ran, Shop

CANARY = "CanaryOnTheWire-7f3a9c51"
DECLARED = """
actions:
  greet:
    name: Greet
    supported_triggers: [{id: post-login, version: v3}]
    runtime: node22
    code: "exports.onExecutePostLogin = async () => {};"
    secrets: {GREETING: "${secret.CANARY}"}
"""


@pytest.fixture
def guarded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("CANARY", CANARY)
    shop.path.write_text(shop.path.read_text().replace("outputs:\n", f"{DECLARED}outputs:\n"), encoding="utf-8")
    return shop


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_no_secret_is_in_any_file_or_line_of_output(guarded: Shop, tmp_path: Path) -> None:
    plan = str(tmp_path / "saved.plan")
    ran: list[Ran] = [
        guarded("validate"),
        guarded("plan"),
        guarded("plan", "--format", "json", "--out", plan),
        guarded("plan", "--format", "markdown"),
        guarded.command("apply", "--plan", plan, str(guarded.path), "--format", "json"),
        guarded("apply", "--send-secrets"),
        guarded("smoke", "--level", "smoke", "--format", "json", "--junit", str(tmp_path / "smoke.xml")),
        guarded("outputs", "--format", "json"),
        guarded("doctor", "--format", "json"),
        guarded("export", "--out", str(tmp_path / "exported")),
        guarded("destroy"),
        guarded.command("revert", "--format", "markdown", "--out", str(tmp_path / "back.plan"), "--max-deletes", "9"),
        guarded.command("revert", "--format", "json", "--max-deletes", "9"),
        guarded.command("revert", "--max-deletes", "9", "--allow-user-loss", "--yes"),
    ]
    assert [each.code for each in ran] == [0] * len(ran), [each for each in ran if each.code]
    secrets = {CANARY, "tenantry-emulator-secret"}
    for each in ran:
        assert not any(secret in each.out + each.err for secret in secrets)
    files = list(_files(tmp_path))
    assert [path for path in files if path.name.endswith(".backup.json")]
    for path in files:
        assert not any(secret.encode() in path.read_bytes() for secret in secrets), path
    for path in (path for path in files if "journal" in path.parts or path.suffix == ".plan"):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_crash_in_the_middle_shows_no_secret(guarded: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_args: object, **_options: object) -> None:
        raise RuntimeError(f"a stranger's words about {CANARY}")

    monkeypatch.setattr("tenantry.apply.stepping.hold", crash)
    monkeypatch.setenv("TENANTRY_TRACEBACK", "1")
    ran = guarded("apply", "--format", "json")
    assert ran.code == 5, ran
    assert "RuntimeError" in ran.out
    assert CANARY not in ran.out + ran.err
    for path in _files(tmp_path):
        assert CANARY.encode() not in path.read_bytes(), path


def test_a_secret_that_the_tenant_quotes_in_its_refusal_is_not_shown(guarded: Shop, tmp_path: Path) -> None:
    body = {"statusCode": 400, "error": "Bad Request", "message": f"the value {CANARY} is not liked"}
    action = {"status": 400, "headers": {}, "body": body}
    rule = {"id": "r", "method": "POST", "path": "/api/v2/actions/actions", "action": action}
    httpx.put(f"{guarded.url}/_emulator/faults", json={"seed": 1, "rules": [rule]}).raise_for_status()
    ran = guarded("apply", "--format", "json")
    assert ran.code == 5, ran
    assert CANARY not in ran.out + ran.err
    for path in _files(tmp_path):
        assert CANARY.encode() not in path.read_bytes(), path


def test_the_secret_reached_the_tenant(guarded: Shop) -> None:
    assert guarded("apply").code == 0
    assert guarded("plan", "--detailed-exitcode").code == 0
    [action] = guarded.api("GET", "/actions/actions")["actions"]
    assert [secret["name"] for secret in action["secrets"]] == ["GREETING"]


def test_a_secret_is_sent_again_when_asked_for(guarded: Shop) -> None:
    assert guarded("apply").code == 0
    httpx.delete(f"{guarded.url}/_emulator/stats").raise_for_status()
    again = guarded("apply", "--send-secrets")
    assert again.code == 0
    assert "secrets.GREETING: (secret, changed)" in again.out
    requests = httpx.get(f"{guarded.url}/_emulator/stats").json()["requests"]
    assert requests["PATCH /api/v2/actions/actions/{id}"] == 1
