"""Whatever is sent, the answer is an answer: no request makes the API fail."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenantry.emulator.facts.catalogue import catalogue
from tests.emulator.management.api import GOOD
from tests.emulator.management.samples import Sampler
from tests.emulator.management.wire import NOT_IMITATED, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.emulator.management.api import Api

ROUNDS = int(os.environ.get("TENANTRY_SURVIVAL_ROUNDS", "4"))
LEAST = 5 * len(catalogue().operations)  # cases of a round
HOSTILE_EXAMPLES = 250 * ROUNDS
UNIMITATED = {"GET /events", "POST /clients/cimd/preview", "POST /clients/cimd/register"}
CONNECTION = "Username-Password-Authentication"
ORDER = ("POST", "GET", "PATCH", "PUT", "DELETE")


def known_ids(wire: Wire) -> dict[str, str]:
    """Make one object of each main kind and return their ids by the path they are found at."""

    def made(path: str, body: Any, key: str = "id") -> str:
        status, answer = wire.call("POST", path, body)
        assert status < 300, answer
        return str(answer[key])

    client = made("/clients", {"name": "web"}, "client_id")
    server = made("/resource-servers", {"identifier": "https://api", "scopes": [{"value": "read:x"}]})
    user = made("/users", {"connection": CONNECTION, "email": "a@example.com", "password": "Passw0rd!x"}, "user_id")
    action = made("/actions/actions", {"name": "a", "supported_triggers": [{"id": "post-login"}]})
    wire.call("POST", f"/actions/actions/{action}/deploy")
    return {
        "clients": client,
        "resource-servers": server,
        "roles": made("/roles", {"name": "reader"}),
        "organizations": made("/organizations", {"name": "acme"}),
        "connections": made("/connections", {"name": "db", "strategy": "auth0"}),
        "users": user,
        "members": user,
        "actions": action,
        "client-grants": made("/client-grants", {"client_id": client, "audience": "https://api", "scope": []}),
        "triggers": "post-login",
    }


def try_every_operation(wire: Wire, seed: int) -> None:
    """Send every operation fitting and broken queries and bodies, those that make something first."""
    sampler = Sampler(random.Random(seed), known_ids(wire))  # noqa: S311 - nothing secret is drawn
    operations = catalogue().operations
    for name in sorted(operations, key=lambda name: (ORDER.index(name.split(" ")[0]), name)):
        operation = operations[name]
        method, template = name.split(" ", 1)
        path = sampler.path(template)
        bodies: list[Any] = [None]
        if operation.body is not None:
            fitting = sampler.value(operation.body)
            bodies += [fitting, sampler.broken(fitting), sampler.broken(fitting), {}, [], 7, "text", {"unknown": None}]
        for body in bodies:
            status, answer = wire.call(method, path, body, sampler.query(operation.query, operation.required))
            assert status != NOT_IMITATED or name in UNIMITATED, name
            if method == "POST" and status < 300:
                sampler.learn(template, answer)
        if method == "GET":
            for _ in range(3):
                wire.call(method, sampler.path(template), None, sampler.query(operation.query, operation.required))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_operation_answers_whatever_it_is_sent(seed: int, tmp_path: Path) -> None:
    data = tmp_path / "state.sqlite" if seed % 2 else None
    with Wire(data) as wire:
        try_every_operation(wire, seed)
        print(f"{wire.cases} cases, by status: {dict(wire.statuses)}")  # noqa: T201 - `pytest -s` adds them up
        assert wire.cases > LEAST
        assert wire.statuses[2] > wire.cases / 6  # or the operations themselves were hardly reached
        assert wire.call("GET", "/clients")[0] == 200


TOKENS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "%",
        "%00",
        "%2e%2e%2f",
        "%ff",
        "%c0%af",
        "clients",
        "users",
        "auth0|x",
        "a b",
        "\\",
        "é",
        "x" * 5000,
        ";",
        "?",
    ]
)
HOSTILE = [
    b"\r\nX: y",
    b"\r\n\r\n<html>",
    b"\x00",
    b"\xff\xfe",
    b"x" * 20_000,
    b"",
    b" ",
    b"Bearer",
    b"Bearer a.b.c",
    b"\t",
    b"*",
]
MEDIA = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data"]
MEDIA += ["text/plain", "application/json; charset=utf-16", "application/xml", "x", "", "application/octet-stream"]
PIECES = st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b":",
        b",",
        b"\\u0000",
        b"\\ud800",
        b"1e999",
        b"NaN",
        b"\xff",
        b"name",
        b"null",
        b"--b\r\n",
        b"=",
        b"&",
    ]
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


REQUESTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from([*ORDER, "HEAD", "OPTIONS", "TRACE", "BREW", "get"]),
        "path": st.lists(TOKENS, max_size=6).map(lambda segments: "/api/v2/" + "/".join(segments)),
        "query": st.binary(max_size=60),
        "header": st.tuples(st.sampled_from([b"x-test", b"auth0-client", b"origin", b"accept"]), st.sampled_from(HOSTILE)),
        "authorization": st.one_of(st.none(), st.sampled_from(HOSTILE)),
        "media": st.sampled_from(MEDIA),
        "body": st.lists(PIECES, max_size=12).map(b"".join),
    }
)


@settings(
    max_examples=HOSTILE_EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(request=REQUESTS)
def test_hostile_requests_are_answered(wire: Wire, request: dict[str, Any]) -> None:
    shown = request["authorization"]
    proof = wire.authorization if shown is None else (b"authorization", shown)
    headers = [proof, request["header"], (b"content-type", request["media"].encode())]
    path, query, body = request["path"].encode(), request["query"], request["body"]
    assert wire.send(request["method"], path, query=query, headers=headers, body=body)[0] != NOT_IMITATED


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("path", ["/api/v2/clients", "/api/v2/jobs/users-imports", "/oauth/token", "/_emulator/faults"])
def test_a_huge_body_is_refused_whatever_it_calls_itself(wire: Wire, path: str, media: str) -> None:
    headers = [wire.authorization, (b"content-type", media.encode())]
    status, _ = wire.send("PUT" if path.startswith("/_") else "POST", path.encode(), headers=headers, body=b"x" * 9_000_000)
    assert status == 413


def test_operations_without_a_handler_say_so(api: Api) -> None:
    answer = api.get("/events", status=NOT_IMITATED)
    assert "does not imitate GET /events" in answer["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"name": }',
        b'{"name": NaN}',
        b'{"name": "x", "refresh_token": {"leeway": 1e999}}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"name": ' + b"9" * 5000 + b"}",
        b'"' + b"x" * 10,
        b"null",
    ],
)
def test_a_malformed_body_is_refused(api: Api, raw: bytes) -> None:
    headers = {**GOOD, "Content-Type": "application/json"}
    response = api.send("POST", "/clients", content=raw, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "Bad Request"


@pytest.mark.parametrize("depth", [50, 300, 600, 900, 990])
def test_a_deep_body_is_kept_or_refused(api: Api, depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"name": "db", "strategy": "auth0", "options": {deep}}}'.encode()
    headers = {**GOOD, "Content-Type": "application/json"}
    response = api.send("POST", "/connections", content=body, headers=headers)
    assert response.status_code in ((201,) if depth == 50 else (201, 400))
    assert api.send("GET", "/connections").status_code == 200


def test_a_huge_body_is_refused(api: Api) -> None:
    body = json.dumps({"name": "x" * 1_200_000}).encode()
    headers = {**GOOD, "Content-Type": "application/json"}
    assert api.send("POST", "/clients", content=body, headers=headers).status_code == 413


def test_a_foreign_content_type_is_refused(api: Api) -> None:
    headers = {**GOOD, "Content-Type": "application/xml"}
    assert api.send("POST", "/clients", content=b"<a/>", headers=headers).status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/clients/",
        "/clients//x",
        "/clients/%2e%2e%2fclients",
        "/clients/%2e%2e",
        "/clients/%00",
        "/clients/%ff",
        "/%2Fclients",
    ],
)
def test_path_tricks_are_refused(api: Api, path: str) -> None:
    assert api.send("GET", path).status_code in (400, 404)


def test_strange_text_survives_a_round_trip(api: Api) -> None:
    name = "a\u0000b\U0001f600 \u2028 '\";--"
    made = api.post("/clients", {"name": name})
    assert api.get(f"/clients/{made['client_id']}")["name"] == name
