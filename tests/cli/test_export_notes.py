"""An export says which secret values it could not take along, and where another tenant needs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenantry.cli.entry import run

TENANT = """\
version: 1
tenant: {emulator: secretive}
actions:
  greet:
    name: Greet
    code: exports.onExecutePostLogin = async () => {}
    supported_triggers: [{id: post-login, version: v3}]
    secrets: {API_KEY: canary-canary-1, OTHER: canary-canary-2}
"""
SENTENCE = "`secrets.API_KEY`, `secrets.OTHER` are secrets and left out; another tenant needs them in {}, as `${{secret.NAME}}`"


def test_secrets_of_actions_are_named_with_the_file_that_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TENANT, encoding="utf-8")
    assert run(["apply", "t.yaml"]) == 0
    capsys.readouterr()
    assert run(["export", "t.yaml", "--out", "out", "--format", "json"]) == 0
    [warning] = [each for each in json.loads(capsys.readouterr().out)["warnings"] if each["code"] == "secret_left_out"]
    file = Path("out/secretive/actions.yaml")
    assert (warning["address"], warning["message"]) == ("actions.greet", SENTENCE.format(file))
    assert file.is_file()
    assert "secret" not in file.read_text(encoding="utf-8")
    assert run(["export", "t.yaml", "--out", "out"]) == 0
    told = capsys.readouterr().out
    assert f"note: actions.greet: {SENTENCE.format(file)}\n" in told
    assert "canary" not in told
    assert run(["plan", "out/secretive.yaml"]) == 0
