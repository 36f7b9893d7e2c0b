"""The operations of the Management API: scopes, parameters, bodies, shapes of lists; loaded once, on first use.

Source: Auth0's published OpenAPI description (published.json.gz, made by scripts/emulator_facts.py), and what
additions.py takes from recorded traffic.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from tenantry.emulator.facts.additions import OPERATIONS, SCHEMAS
from tenantry.emulator.facts.validator import Schema, Validator

_COUNTS = ("page", "per_page", "take")
"""Parameters that are never below zero, where the published description does not say so."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation accepts and how it answers."""

    name: str  # "PATCH /clients/{id}"
    scopes: tuple[str, ...]
    status: int
    path: dict[str, Schema] = field(default_factory=dict)
    query: dict[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    body: Schema | None = None
    forgiving: bool = False  # no 404 is published
    list_key: str = ""
    list_shapes: frozenset[str] = frozenset()
    list_extra: frozenset[str] = frozenset()  # counters sent beyond those of the shape, or even when zero


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every operation by its name, and the validator of their schemas."""

    operations: dict[str, Operation]
    validator: Validator


@cache
def catalogue() -> Catalogue:
    """Return the catalogue."""
    packed = files(__package__).joinpath("published.json.gz").read_bytes()
    published = json.loads(gzip.decompress(packed))
    schemas = _with_additions(published["schemas"])
    operations = {**published["operations"]}
    for name, addition in OPERATIONS.items():
        operations[name] = _joined(operations.get(name, {}), addition)
    made = {name: _operation(name, facts) for name, facts in operations.items()}
    return Catalogue(made, Validator(schemas))


def _operation(name: str, facts: dict[str, Any]) -> Operation:
    pages = facts.get("list", {})
    return Operation(
        name=name,
        scopes=tuple(facts.get("scopes", ())),
        status=facts.get("status", 200),
        path=facts.get("p", {}),
        query={name: {"n": 0, **schema} if name in _COUNTS else schema for name, schema in facts.get("q", {}).items()},
        required=tuple(facts.get("required", ())),
        body=facts.get("body"),
        forgiving=facts.get("forgiving", False),
        list_key=pages.get("key", ""),
        list_shapes=frozenset(pages.get("shapes", ())),
        list_extra=frozenset(pages.get("extra", ())),
    )


def _joined(published: dict[str, Any], addition: dict[str, Any]) -> dict[str, Any]:
    made = {**published, **addition}
    for group in ("q", "p"):
        if group in published and group in addition:
            made[group] = {**published[group], **addition[group]}
    return made


def _with_additions(schemas: dict[str, Schema]) -> dict[str, Schema]:
    made = {**schemas}
    for name, addition in SCHEMAS.items():
        before = made.get(name, {})
        made[name] = {**before, **addition, "p": {**before.get("p", {}), **addition.get("p", {})}}
    return made
