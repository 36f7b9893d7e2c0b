"""Who may call, what a query may say, and how refusals look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.management.api import GOOD

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


def test_a_call_without_a_token_is_unauthorized(api: Api) -> None:
    response = api.send("GET", "/clients", headers={})
    assert response.status_code == 401
    assert response.json() == {"statusCode": 401, "error": "Unauthorized", "message": "Missing authentication"}


def test_a_call_with_a_bad_token_is_unauthorized(api: Api) -> None:
    response = api.send("GET", "/clients", headers={"Authorization": "Bearer a.bad.token"})
    said = {"message": "Invalid token", "attributes": {"error": "Invalid token"}}
    assert response.json() == {"statusCode": 401, "error": "Unauthorized", **said}


def test_a_header_of_another_scheme_proves_nothing(api: Api) -> None:
    response = api.send("GET", "/clients", headers={"Authorization": "Basic eDp5"})
    assert (response.status_code, response.json()["message"]) == (401, "Missing authentication")


@pytest.mark.parametrize("header", ["Bearer", "Bearer opaque", "Bearer a.b.c d", "a.b.c"])
def test_a_header_without_a_jwt_is_a_bad_request(api: Api, header: str) -> None:
    response = api.send("GET", "/clients", headers={"Authorization": header})
    said = {"message": "Bad HTTP authentication header format", "errorCode": "Bearer"}
    assert response.json() == {"statusCode": 400, "error": "Bad Request", **said}


def test_a_missing_scope_is_named(api: Api) -> None:
    api.scopes = "read:clients"
    answer = api.post("/roles", {"name": "x"}, status=403)
    assert answer["errorCode"] == "insufficient_scope"
    assert answer["message"] == "Insufficient scope, expected any of: create:roles"


def test_scopes_are_checked_before_the_body(api: Api) -> None:
    api.scopes = ""
    assert api.post("/roles", {"nonsense": 1}, status=403)["errorCode"] == "insufficient_scope"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PUT", "/clients")])
def test_an_unknown_path_or_method_is_not_found(api: Api, method: str, path: str) -> None:
    answer = api.call(method, path, status=404)
    assert answer == {"statusCode": 404, "error": "Not Found", "message": "Not Found"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Payload validation error: 'Missing required property: name'."),
        ({"name": "x", "nme": 1}, "Payload validation error: 'Additional properties not allowed: nme'."),
        ({"name": 1}, "Payload validation error: 'Expected type string but found type integer' on property name."),
        (
            {"name": "<b>"},
            "Payload validation error: 'String does not match pattern ^[^<>]+$: <b>' on property name.",
        ),
        (
            {"name": "x", "app_type": "web"},
            "Payload validation error: 'No enum match for: web' on property app_type.",
        ),
        (
            {"name": "x", "mobile": {"android": {"sha256_cert_fingerprints": []}}},
            (
                "Payload validation error: 'Array is too short (0), minimum 1'"
                " on property mobile.android.sha256_cert_fingerprints."
            ),
        ),
    ],
)
def test_the_first_mistake_of_a_body_is_worded_as_auth0_does(api: Api, body: object, message: str) -> None:
    answer = api.post("/clients", body, status=400)
    assert answer == {"statusCode": 400, "error": "Bad Request", "message": message, "errorCode": "invalid_body"}


def test_a_mistake_in_a_list_names_its_index(api: Api) -> None:
    body = {"identifier": "https://a", "scopes": [{"value": "a"}, {"description": "b"}]}
    message = api.post("/resource-servers", body, status=400)["message"]
    assert message == "Payload validation error: 'Missing required property: value' on property scopes[1]."


def test_a_malformed_id_of_a_newer_kind_is_an_invalid_path(api: Api) -> None:
    answer = api.get("/event-streams/est_x", status=400)
    assert answer["errorCode"] == "invalid_uri"
    assert answer["message"].startswith("Path validation error: 'Object didn't pass validation for format event-stream-id")


@pytest.mark.parametrize("query", ["page=x", "per_page=101", "page=-1", "unknown=1", "page=1&page=2"])
def test_a_bad_query_is_refused(api: Api, query: str) -> None:
    assert api.get(f"/clients?{query}", status=400)["errorCode"] == "invalid_query_string"


def test_actions_refuse_include_totals(api: Api) -> None:
    message = api.get("/actions/actions?include_totals=true", status=400)["message"]
    assert message == "Query validation error: 'Additional properties not allowed: include_totals'."


def test_the_operation_is_left_for_the_server_to_count(api: Api) -> None:
    seen: list[str] = []
    verify = api._verify

    def spy(tenant: object, request: object) -> object:
        seen.append(request.state.operation)  # type: ignore[attr-defined]  # a starlette request
        return verify(tenant, request)  # type: ignore[arg-type]  # handed on as it came

    api.verify = spy
    api.get("/clients/unknown", status=404)
    assert seen == ["GET /clients/{id}"]


def test_a_refused_call_changes_nothing(api: Api) -> None:
    client = api.post("/clients", {"name": "web"})["client_id"]
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})["id"]
    changes = [{"client_id": client, "status": True}, {"client_id": "unknown", "status": True}]
    api.patch(f"/connections/{connection}/clients", changes, status=404)
    assert api.get(f"/connections/{connection}/clients")["clients"] == []


@pytest.mark.parametrize(
    ("scope", "call", "body", "wanted"),
    [
        ("update:connections", "PATCH /connections/{connection}", {"options": {}}, "update:connections_options"),
        ("update:clients", "PATCH /clients/{client}", {"client_secret": "x" * 48}, "update:client_keys"),
        (
            "create:organizations",
            "POST /organizations",
            {"name": "acme", "enabled_connections": [{"connection_id": "con_x"}]},
            "create:organization_connections",
        ),
    ],
)
def test_some_members_need_scopes_of_their_own(api: Api, scope: str, call: str, body: object, wanted: str) -> None:
    connection = api.get("/connections")[0]["id"]
    client = api.post("/clients", {"name": "web"})["client_id"]
    method, path = call.format(connection=connection, client=client).split()
    everything, api.scopes = api.scopes, scope
    answer = api.call(method, path, body, status=403)
    assert answer["errorCode"] == "insufficient_scope"
    assert answer["message"] == f"Insufficient scope, expected any of: {wanted}"
    api.scopes = everything
    assert api.get("/organizations") == []


@pytest.mark.parametrize("content", [b'{"name": "\\ud800"}', b'{"name": "\xed\xa0\x80"}', b"\xff\xfe{\x00}\x00"])
def test_a_body_that_nobody_could_show_again_is_refused(api: Api, content: bytes) -> None:
    response = api.send("POST", "/roles", content=content, headers={**GOOD, "content-type": "application/json"})
    said = {"statusCode": 400, "error": "Bad Request", "message": "Invalid request payload JSON format"}
    assert response.json() == said
    assert api.post("/roles", {"name": "😀"})["name"] == "😀"
