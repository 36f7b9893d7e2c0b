"""Whatever is sent, the answer is an answer: no request makes the API fail."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management.kinds import HANDLERS
from tests.emulator.management.samples import Sampler

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

NOT_IMITATED = 501
ORDER = ("POST", "GET", "PATCH", "PUT", "DELETE")


def known_ids(api: Api) -> dict[str, str]:
    """Make one object of each main kind and return their ids by the path they are found at."""
    client = api.post("/clients", {"name": "web"})["client_id"]
    server = api.post("/resource-servers", {"identifier": "https://api", "scopes": [{"value": "read:x"}]})["id"]
    role = api.post("/roles", {"name": "reader"})["id"]
    organization = api.post("/organizations", {"name": "acme"})["id"]
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})["id"]
    user = api.post("/users", {"connection": "db", "email": "a@example.com", "password": "Passw0rd!x"})["user_id"]
    action = api.post("/actions/actions", {"name": "a", "supported_triggers": [{"id": "post-login"}]})["id"]
    api.post(f"/actions/actions/{action}/deploy")
    grant = api.post("/client-grants", {"client_id": client, "audience": "https://api", "scope": []})["id"]
    return {
        "clients": client,
        "resource-servers": server,
        "roles": role,
        "organizations": organization,
        "connections": connection,
        "users": user,
        "members": user,
        "actions": action,
        "client-grants": grant,
        "triggers": "post-login",
    }


@pytest.mark.parametrize("seed", range(3))
def test_every_operation_answers_fitting_and_broken_bodies(api: Api, seed: int) -> None:
    sampler = Sampler(random.Random(seed), known_ids(api))  # noqa: S311 - nothing secret is drawn
    for name in sorted(HANDLERS, key=lambda name: (ORDER.index(name.split(" ")[0]), name)):
        operation = catalogue().operations[name]
        method, template = name.split(" ", 1)
        path = sampler.path(template)
        bodies: list[Any] = [None]
        if operation.body is not None:
            fitting = sampler.value(operation.body)
            bodies += [fitting, sampler.broken(fitting), {}, [], 7, "text", {"unknown": None}]
        for body in bodies:
            response = api.send(method, path, **({} if body is None else {"json": body}))
            assert response.status_code < 500, (name, body, response.text)
            answer = response.json() if response.content else None
            if method == "POST" and response.is_success:
                sampler.learn(template, answer)


def test_operations_without_a_handler_say_so(api: Api) -> None:
    answer = api.get("/events", status=NOT_IMITATED)
    assert "does not imitate GET /events" in answer["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"name": }',
        b'{"name": NaN}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b'{"name": ' + b"9" * 5000 + b"}",
        b'"' + b"x" * 10,
        b"null",
    ],
)
def test_a_malformed_body_is_refused(api: Api, raw: bytes) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    response = api.send("POST", "/clients", content=raw, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "Bad Request"


@pytest.mark.parametrize("depth", [50, 300, 600, 900, 990])
def test_a_deep_body_is_kept_or_refused(api: Api, depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"name": "db", "strategy": "auth0", "options": {deep}}}'.encode()
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    response = api.send("POST", "/connections", content=body, headers=headers)
    assert response.status_code in ((201,) if depth == 50 else (201, 400))
    assert api.send("GET", "/connections").status_code == 200


def test_a_huge_body_is_refused(api: Api) -> None:
    body = json.dumps({"name": "x" * 1_200_000}).encode()
    headers = {"Authorization": "Bearer good", "Content-Type": "application/json"}
    assert api.send("POST", "/clients", content=body, headers=headers).status_code == 413


def test_a_foreign_content_type_is_refused(api: Api) -> None:
    headers = {"Authorization": "Bearer good", "Content-Type": "application/xml"}
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
