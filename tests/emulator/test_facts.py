"""The validator words mistakes as recorded answers do, and reads the shipped facts."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.facts.formats import FORMATS
from tenantry.emulator.facts.validator import Mistake, Validator


def sentence(value: Any, schema: dict[str, Any]) -> str:
    with pytest.raises(Mistake) as caught:
        Validator({"Named": {"t": "string"}}).check(value, schema)
    return caught.value.text("Payload")


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (True, {"t": "integer"}, "'Expected type integer but found type boolean'."),
        (None, {"t": ["string", "object"]}, "'Expected type string,object but found type null'."),
        (1.5, {"t": "integer"}, "'Expected type integer but found type number'."),
        (7, {"$": "Named"}, "'Expected type string but found type integer'."),
        ("abc", {"xl": 2}, "'String is too long (3 chars), maximum 2'."),
        ("", {"nl": 1}, "'String is too short (0 chars), minimum 1'."),
        (0, {"n": 1}, "'Value 0 is less than minimum 1'."),
        (9, {"x": 8}, "'Value 9 is greater than maximum 8'."),
        ({}, {"np": 1}, "'Too few properties defined (0), minimum 1'."),
        ({"a": 1, "b": 1}, {"xp": 1}, "'Too many properties defined (2), maximum 1'."),
        ([1, 2], {"xi": 1}, "'Array is too long (2), maximum 1'."),
        (["a", "a"], {"u": True}, "'Array items are not unique (indexes 0 and 1)'."),
        ("ab\n", {"re": "^[a-z]+$"}, "'String does not match pattern ^[a-z]+$: ab\n'."),
        ("x", {"f": "email"}, "'Object didn't pass validation for format email: x'."),
        ({"a": [{"b": 1}]}, {"p": {"a": {"i": {"p": {"b": {"t": "string"}}}}}},
         "'Expected type string but found type integer' on property a[0].b."),
        ("x", {"one": [{"t": "integer"}]}, "'Data does not match any schemas from 'oneOf''."),
    ],
)  # fmt: skip
def test_a_mistake_is_worded_as_recorded(value: Any, schema: dict[str, Any], expected: str) -> None:
    assert sentence(value, schema) == f"Payload validation error: {expected}"


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (3.0, {"t": "integer"}),
        (3, {"t": "number"}),
        (None, {"t": "string", "null": True}),
        ({"any": 1}, {"t": "object"}),
        ("ab", {"re": "(?<name>a)(?<=a)b$"}),
        ("(", {"re": "("}),
        ("anything", {"f": "a-format-nobody-knows"}),
    ],
)
def test_what_fits_is_accepted(value: Any, schema: dict[str, Any]) -> None:
    Validator({}).check(value, schema)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("callback-url", "com.example.app://callback", "not a url"),
        ("callback-url", "https://{organization_name}.example.com/cb", "plain"),
        ("absolute-https-uri-or-empty", "", "http://example.com"),
        ("url", "http://localhost:3000", "http://exa mple"),
        ("email", "a@b.example", "a b@c"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("organization-name", "acme_2", "Acme"),
        ("html-color", "#fff", "#ggg"),
        ("date-time", "2030-01-01T00:00:00Z", "tomorrow"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert FORMATS[name](good)
    assert not FORMATS[name](bad)


def test_every_reference_of_the_shipped_facts_is_known() -> None:
    check = catalogue().validator
    seen: set[int] = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, list):
            for each in schema:
                walk(each)
        if not isinstance(schema, dict) or id(schema) in seen:
            return
        seen.add(id(schema))
        if isinstance(schema.get("$"), str):
            walk(check.resolved(schema))
        for value in schema.values():
            walk(value)

    for operation in catalogue().operations.values():
        walk([operation.body, list(operation.query.values()), list(operation.path.values())])
    assert len(seen) > 1000


SCRIPT = Path(__file__).parents[2] / "scripts" / "emulator_facts.py"
THING = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1}},
}
LIST = {"oneOf": [{"type": "array"}, {"properties": {"things": {"type": "array"}, "start": {}, "total": {}}}]}


def test_an_openapi_document_and_its_facts_alone_give_the_same() -> None:
    facts_of = runpy.run_path(str(SCRIPT))["facts_of"]
    reference = {"$ref": "#/components/schemas/Thing"}
    query = {"name": "page", "in": "query", "schema": {"type": "integer", "description": "prose"}}
    as_json = "application/json"
    raw = {
        "components": {"schemas": {"Thing": THING}},
        "paths": {
            "/things": {
                "post": {
                    "security": [{"oauth": ["create:things"]}],
                    "requestBody": {"content": {as_json: {"schema": reference}}},
                    "responses": {"201": {"description": "prose"}, "404": {}},
                },
                "get": {"parameters": [query], "responses": {"200": {"content": {as_json: {"schema": LIST}}}}},
            }
        },
    }
    bare = {
        "schemas": {"Thing": THING},
        "paths": {
            "/things": {
                "post": {"scopes": ["create:things"], "body": reference, "responses": {"201": None, "404": None}},
                "get": {"scopes": [], "parameters": [query], "responses": {"200": LIST}},
            }
        },
    }
    made = facts_of(raw)
    assert made == facts_of(bare)
    assert made["schemas"]["Thing"] == {"t": "object", "a": 0, "r": ["name"], "p": {"name": {"t": "string", "nl": 1}}}
    assert made["operations"]["GET /things"]["list"] == {"key": "things", "shapes": ["bare", "offset"], "extra": []}
    assert made["operations"]["POST /things"]["status"] == 201
    assert "prose" not in str(made)
