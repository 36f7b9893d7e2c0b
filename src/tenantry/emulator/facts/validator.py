"""Checks a JSON value against a compact schema and words the first mistake as Auth0 does.

The sentences are those of the public z-schema library, which recorded answers quote.
Source: recorded traffic of terraform-provider-auth0 and public issues (wording); JSON Schema draft 4 (meaning).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tenantry.emulator.facts.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Schema = dict[str, Any]


class Mistake(Exception):
    """The first thing wrong with a value: a sentence and the place, `""` for the value itself."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place

    def text(self, of: str) -> str:
        """Return the message of the answer; `of` is `Payload`, `Query` or `Path`."""
        where = f" on property {self.place}" if self.place else ""
        return f"{of} validation error: '{self.sentence}'{where}."


def kind_of(value: object) -> str:
    """Return the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


class Validator:
    """Checks values against schemas that may refer to one another by name."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def resolved(self, schema: Schema) -> Schema:
        """Return the schema that a reference names."""
        while "$" in schema:
            schema = self._schemas[schema["$"]]
        return schema

    def check(self, value: Any, schema: Schema, place: str = "") -> None:
        """Accept the value or raise its first mistake.

        Raises: Mistake.
        """
        schema = self.resolved(schema)
        self._type(value, schema, place)
        if value is None and ("t" in schema or _may_be_null(schema)):
            return
        if "e" in schema and value not in schema["e"]:
            raise Mistake(f"No enum match for: {_shown(value)}", place)
        if isinstance(value, str):
            _check_string(value, schema, place)
        elif isinstance(value, dict):
            self._object(value, schema, place)
        elif isinstance(value, list):
            self._array(value, schema, place)
        elif not isinstance(value, bool):
            _check_number(value, schema, place)
        self._choices(value, schema, place)

    def _type(self, value: Any, schema: Schema, place: str) -> None:
        wanted = schema.get("t")
        if wanted is None or (value is None and _may_be_null(schema)):
            return
        allowed = wanted if isinstance(wanted, list) else [wanted]
        found = kind_of(value)
        if found in allowed or (found == "integer" and "number" in allowed):
            return
        raise Mistake(f"Expected type {','.join(allowed)} but found type {found}", place)

    def _object(self, value: dict[str, Any], schema: Schema, place: str) -> None:
        members = schema.get("p", {})
        extra = [name for name in value if name not in members]
        additional = schema.get("a")
        if additional == 0 and extra:
            raise Mistake(f"Additional properties not allowed: {','.join(extra)}", place)
        for name in schema.get("r", ()):
            if name not in value:
                raise Mistake(f"Missing required property: {name}", place)
        _check_size(len(value), schema, ("np", "xp"), place, "properties defined")
        for name, member in value.items():
            if name in members:
                self.check(member, members[name], _joined(place, name))
            elif additional:
                self.check(member, additional, _joined(place, name))

    def _array(self, value: list[Any], schema: Schema, place: str) -> None:
        if len(value) < schema.get("ni", 0):
            raise Mistake(f"Array is too short ({len(value)}), minimum {schema['ni']}", place)
        if len(value) > schema.get("xi", len(value)):
            raise Mistake(f"Array is too long ({len(value)}), maximum {schema['xi']}", place)
        if schema.get("u"):
            _check_unique(value, place)
        if "i" in schema:
            for index, item in enumerate(value):
                self.check(item, schema["i"], f"{place}[{index}]")

    def _choices(self, value: Any, schema: Schema, place: str) -> None:
        for each in schema.get("all", ()):
            self.check(value, each, place)
        if "any" in schema and not any(self._fits(value, schema["any"])):
            raise Mistake("Data does not match any schemas from 'anyOf'", place)
        if "one" in schema:
            fitting = sum(self._fits(value, schema["one"]))
            if not fitting:
                raise Mistake("Data does not match any schemas from 'oneOf'", place)

    def _fits(self, value: Any, schemas: list[Schema]) -> Iterator[bool]:
        for each in schemas:
            try:
                self.check(value, each)
            except Mistake:
                yield False
            else:
                yield True


def _may_be_null(schema: Schema) -> bool:
    """Return whether null is accepted beside the type, which some formats say by their name."""
    return bool(schema.get("null")) or str(schema.get("f", "")).endswith("-or-null")


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _check_string(value: str, schema: Schema, place: str) -> None:
    if len(value) < schema.get("nl", 0):
        raise Mistake(f"String is too short ({len(value)} chars), minimum {schema['nl']}", place)
    if len(value) > schema.get("xl", len(value)):
        raise Mistake(f"String is too long ({len(value)} chars), maximum {schema['xl']}", place)
    pattern = schema.get("re")
    if pattern and not _pattern(pattern)(value):
        raise Mistake(f"String does not match pattern {pattern}: {value}", place)
    named = schema.get("f")
    if named in FORMATS and not FORMATS[named](value):
        raise Mistake(f"Object didn't pass validation for format {named}: {value}", place)


def _check_number(value: float, schema: Schema, place: str) -> None:
    if "n" in schema and value < schema["n"]:
        raise Mistake(f"Value {value} is less than minimum {schema['n']}", place)
    if "x" in schema and value > schema["x"]:
        raise Mistake(f"Value {value} is greater than maximum {schema['x']}", place)


def _check_size(size: int, schema: Schema, limits: tuple[str, str], place: str, what: str) -> None:
    least, most = limits
    if size < schema.get(least, 0):
        raise Mistake(f"Too few {what} ({size}), minimum {schema[least]}", place)
    if size > schema.get(most, size):
        raise Mistake(f"Too many {what} ({size}), maximum {schema[most]}", place)


def _check_unique(value: list[Any], place: str) -> None:
    seen: dict[str, int] = {}
    for index, item in enumerate(value):
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            raise Mistake(f"Array items are not unique (indexes {seen[text]} and {index})", place)
        seen[text] = index


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Callable[[str], object]:
    """Return a search for a pattern in ECMAScript's notation; what Python cannot read accepts everything."""
    python = re.sub(r"\(\?<(?![=!])", "(?P<", pattern)
    python = re.sub(r"(?<!\\)\$$", r"\\Z", python)  # `$` also fits before a final newline in Python
    try:
        return re.compile(python).search
    except re.error:
        return lambda _text: True
