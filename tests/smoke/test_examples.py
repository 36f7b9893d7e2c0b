"""No false alarm: every tenant file that we show to people is proved whole, at the highest level.

A file with a domain is rehearsed: the same file, with an embedded tenant in place of the account.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tenantry.cli.entry import run

ROOT = Path(__file__).parents[2]
TENANT_BLOCK = re.compile(r"^tenant:(?: .*)?\n(?:(?: +.*)?\n)*", re.MULTILINE)
CANARIES = {"PROD_CANARY_PASSWORD": "Shop-till-you-drop-1", "PROD_CLERK_PASSWORD": "Shop-till-you-drop-2"}
USERS = """
      - {email: canary@acme.example, password: "${secret.PROD_CANARY_PASSWORD}", connection: customers, roles: [buyer]}
      - {email: clerk-canary@acme.example, password: "${secret.PROD_CLERK_PASSWORD}", connection: customers, roles: [clerk]}
"""
"""Whom production has, and a rehearsal must have too."""


def shown() -> dict[str, tuple[Path, str]]:
    """Return every tenant file of the examples, the starter and the documents: its folder, and its text."""
    found: dict[str, tuple[Path, str]] = {}
    for folder in (ROOT / "tenants", ROOT / "src/tenantry/cli/starter"):
        found |= {f"{folder.name}/{path.name}": (folder, path.read_text()) for path in sorted(folder.glob("*.yaml"))}
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
        tenants = [block for block in blocks if re.search(r"^tenant:", block, re.MULTILINE)]
        whole = [block for block in tenants if "issuer:" not in block]  # another provider is none that we emulate
        found |= {f"{page.name} {number}": (page, block) for number, block in enumerate(whole)}
    return found


SHOWN = shown()


def rehearsed(text: str) -> str:
    """Return the text with an embedded tenant where it names a domain."""
    if "domain:" not in (TENANT_BLOCK.search(text) or [""])[0]:
        return text
    users = f"\n    users:{USERS}" if "canary@" in text else "\n"
    return TENANT_BLOCK.sub(f"tenant:\n  emulator:\n    name: rehearsal{users}\n", text)


@pytest.mark.parametrize("name", SHOWN)
def test_what_we_show_is_proved_without_a_false_alarm(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, text = SHOWN[name]
    folder = tmp_path / "tenants"
    if place.is_dir():
        shutil.copytree(place, folder, ignore=shutil.ignore_patterns("*.html", ".tenantry"))
    folder.mkdir(exist_ok=True)
    file = folder / "shown.yaml"
    file.write_text(rehearsed(text if re.search(r"^version:", text, re.MULTILINE) else f"version: 1\n{text}"))
    monkeypatch.chdir(tmp_path)
    for secret, value in {**CANARIES, "ADA_PASSWORD": "Sign-me-in-please-3"}.items():
        monkeypatch.setenv(secret, value)
    assert run(["apply", str(file)]) == 0, capsys.readouterr().err
    capsys.readouterr()
    code = run(["smoke", str(file), "--level", "full", "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    odd = [one for one in said.get("findings", []) if one["outcome"] in {"failed", "blocked", "inconclusive"}]
    assert odd == []
    assert code == 0, said["errors"]
    assert said["proved"]["flows"] == said["proved"]["of"] > 0


def test_every_example_is_among_them() -> None:
    assert {f"tenants/{name}.yaml" for name in ("local", "first-steps", "legacy", "dev", "staging", "prod")} <= SHOWN.keys()
    assert {"starter/local.yaml", "starter/dev.yaml", "README.md 0", "emulator.md 0"} <= SHOWN.keys()
