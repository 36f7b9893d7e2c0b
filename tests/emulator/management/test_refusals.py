"""Every operation refuses the same mistakes in the same way; the wording is that of `test_front.py`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tenantry.emulator.facts.catalogue import Operation, catalogue
from tests.emulator.management.samples import Sampler, fits, stranger
from tests.emulator.management.wire import PREFIX, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantry.emulator.facts.validator import Schema

VALIDATOR = catalogue().validator
OF_USERS = "current_user"  # scopes that no application can have
OPERATIONS = [each for each in catalogue().operations.values() if not any(OF_USERS in scope for scope in each.scopes)]
WITH_BODY = [each for each in OPERATIONS if VALIDATOR.resolved(each.body or {})]
SAMPLER = Sampler(random.Random(1), {"clients": "x"})  # noqa: S311 - nothing secret is drawn
NEVER_MISSING = {"PUT /rules-configs/{key}", "GET /users/{id}/logs"}
"""What answers for a name that nobody has heard of: it is made by that, or has no entries."""


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


def path(operation: Operation) -> str:
    """Return the operation's path with ids that are well formed and unknown."""
    parts = operation.name.split(" ", 1)[1].split("/")
    return "/".join(stranger(operation.path.get(part[1:-1], {})) if part.startswith("{") else part for part in parts)


def call(wire: Wire, operation: Operation, body: Any = None, query: bytes = b"") -> tuple[int, Any]:
    return wire.call(operation.name.split(" ", 1)[0], path(operation), body, query)


def send(wire: Wire, operation: Operation, raw: bytes = b"", *headers: tuple[bytes, bytes]) -> tuple[int, Any]:
    return wire.send(operation.name.split(" ", 1)[0], PREFIX + path(operation).encode(), headers=headers, body=raw)


def fitting(schema: Schema) -> Any:
    """Return something that the schema describes; not every sample of one with alternatives is."""
    samples = (SAMPLER.value(schema) for _ in range(200))
    return next(each for each in samples if fits(each, schema))


def leads_to_what_somebody_made(operation: Operation) -> bool:
    return bool(operation.path) and not any("e" in VALIDATOR.resolved(schema) for schema in operation.path.values())


def test_nothing_is_done_without_a_token(wire: Wire) -> None:
    for operation in OPERATIONS:
        status, answer = send(wire, operation)
        assert (status, answer["message"]) == (401, "Missing authentication"), operation.name


def test_a_parameter_that_no_operation_has_is_refused(wire: Wire) -> None:
    for operation in OPERATIONS:
        status, answer = call(wire, operation, query=b"nonsense=1")
        assert (status, answer["errorCode"]) == (400, "invalid_query_string"), operation.name


def test_a_method_that_no_path_has_is_not_found(wire: Wire) -> None:
    for operation in OPERATIONS:
        assert wire.call("BREW", path(operation))[0] == 404, operation.name


@pytest.mark.parametrize(
    ("raw", "media", "refused"),
    [
        (b"{", b"application/json", (400, None)),
        (b"<a/>", b"application/xml", (415, None)),
        (b"7", b"application/json", (400, "invalid_body")),
        (b"null", b"application/json", (400, "invalid_body")),
    ],
)
def test_a_body_that_is_no_document_is_refused(wire: Wire, raw: bytes, media: bytes, refused: tuple[int, str | None]) -> None:
    for operation in WITH_BODY:
        if raw == b"null" and "null" in VALIDATOR.resolved(operation.body or {}).get("t", ()):
            continue
        status, answer = send(wire, operation, raw, wire.authorization, (b"content-type", media))
        assert (status, answer.get("errorCode")) == refused, (operation.name, answer)


def test_each_member_that_is_missing_or_not_described_is_named(wire: Wire) -> None:
    for operation in WITH_BODY:
        described = VALIDATOR.resolved(operation.body or {})
        for name in described.get("r", ()):
            others = dict.fromkeys(each for each in described["r"] if each != name)
            said = call(wire, operation, others)[1]["message"]
            assert said == f"Payload validation error: 'Missing required property: {name}'.", operation.name
        if described.get("a") == 0:
            said = call(wire, operation, {"nonsense": 1})[1]["message"]
            assert said == "Payload validation error: 'Additional properties not allowed: nonsense'.", operation.name


def test_what_is_not_there_is_not_found_or_gone_already(wire: Wire) -> None:
    for operation in filter(leads_to_what_somebody_made, OPERATIONS):
        needed = {name: str(fitting(operation.query[name])).lower() for name in operation.required}
        body = None if operation.body is None else fitting(operation.body)
        status, answer = call(wire, operation, body, urlencode(needed).encode())
        as_good_as_done = operation.forgiving or operation.name in NEVER_MISSING
        assert status == 404 or (as_good_as_done and status < 300), (operation.name, answer)
