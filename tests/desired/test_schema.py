from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tenantry.desired.mistakes import Mistakes
from tenantry.desired.reader import read
from tenantry.desired.schema import tenant_schema
from tenantry.desired.tree import plain

ROOT = Path(__file__).parents[2]
BROKEN = sorted((ROOT / "tests/desired/broken").glob("*.yaml"))
GOOD = sorted([*(ROOT / "tenants").rglob("*.yaml"), *(ROOT / "tests/desired/good").rglob("*.yaml")])


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(tenant_schema())


def said(path: Path) -> Any:
    return plain(read(path, path.name, Mistakes()))


def test_the_schema_file_is_current() -> None:
    text = (ROOT / "schemas/tenant.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == tenant_schema(), "run: tenantry schema tenant > schemas/tenant.schema.json"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(tenant_schema())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_what_the_loader_accepts_the_schema_accepts(path: Path, validator: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(said(path))] == []


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_what_a_schema_can_see_is_refused(path: Path, validator: jsonschema.Draft202012Validator) -> None:
    verdict = "accepts" if validator.is_valid(said(path)) else "rejects"
    assert f"#! schema: {verdict}" in path.read_text(encoding="utf-8").splitlines()


def test_every_field_has_a_sentence() -> None:
    for name, definition in tenant_schema()["$defs"].items():
        for field, schema in definition.get("properties", {}).items():
            assert "$ref" in schema or schema["description"].endswith("."), f"{name}.{field}"
