"""The script that holds the Specs against a published description."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "published_facts.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("published_facts", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def facts(script: ModuleType, client: dict[str, Any]) -> dict[str, Any]:
    bodies: dict[str, Any] = {}
    for section, places in script.BODIES.items():
        for path, method in places:
            schema = {"$ref": "#/components/schemas/Client"} if section == "applications" else None
            bodies.setdefault(path, {})[method] = {"body": schema}
    return {"paths": bodies, "schemas": {"Client": {"type": "object", "properties": client}}}


def told(
    script: ModuleType,
    client: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, list[str]]:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts(script, client)), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["published_facts.py", str(file), "--fields"])
    code = script.main()
    return code, capsys.readouterr().out.splitlines()


def test_what_is_known_is_no_difference(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = {
        "description": {"type": "string", "maxLength": 140},
        "callbacks": {"type": "array", "items": {"type": "string"}},
        "client_secret": {"type": "string"},
        "refresh_token": {
            "type": ["object", "null"],
            "properties": {
                "leeway": {"type": "integer", "minimum": 0},
                "rotation_type": {"enum": ["rotating", "non-rotating"]},
            },
        },
    }
    assert told(script, client, tmp_path, monkeypatch, capsys) == (0, ["0 differences that are not explained."])


def test_growth_is_told_with_a_line_to_paste(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = {
        "description": {"type": "string", "maxLength": 141},
        "sso": {"type": "string"},
        "app_type": {"enum": ["spa", "toaster"]},
        "refresh_token": {"type": "object", "properties": {"colour": {"type": ["string", "null"], "enum": ["red", None]}}},
        "brand_new": {"type": "array", "items": {"type": "string"}},
        "limit": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    assert told(script, client, tmp_path, monkeypatch, capsys) == (
        1,
        [
            "applications.app_type has further values: toaster",
            "applications.brand_new is lacking",
            '    brand_new: Annotated[SetOf[str] | None, Field(description=""), Clear([])] = None',
            "applications.description has maxLength 141, here 140",
            "applications.limit is lacking",
            '    limit: Annotated[int | None, Field(description="", ge=1, le=9)] = None',
            "applications.refresh_token.colour is lacking",
            '    colour: Annotated[Literal["red"] | None, Field(description=""), Clear()] = None',
            "applications.sso is published as string, here boolean",
            "6 differences that are not explained.",
        ],
    )
