"""Jobs and tickets: what is exported, imported and mailed."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from tenantry.emulator.management.kinds import exports, tickets
from tests.emulator.management.api import BASE, GOOD, MINE

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def connection(api: Api) -> str:
    made = api.post("/connections", {"name": "db", "strategy": "auth0", **MINE})["id"]
    return str(made)


def user(api: Api, email: str = "a@example.com", **more: Any) -> str:
    made = api.post("/users", {"connection": "db", "email": email, "password": "Passw0rd!x", **more})
    return str(made["user_id"])


def visited(api: Api, location: str) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=[exports.route(api.tenant), tickets.route(api.tenant)]))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await client.get(location)

    return asyncio.run(once())


def fetched(api: Api, location: str) -> str:
    response = visited(api, location)
    assert response.status_code == 200
    return gzip.decompress(response.content).decode()


def import_users(api: Api, connection: str, rows: Any, **more: str) -> Any:
    text = rows if isinstance(rows, str) else json.dumps(rows)
    files = {"users": ("users.json", text, "application/json")}
    response = api.send("POST", "/jobs/users-imports", data={"connection_id": connection, **more}, files=files)
    assert response.status_code == 202, response.text
    assert response.json()["status"] == "pending"
    return api.get(f"/jobs/{response.json()['id']}")


def test_an_export_is_pending_and_then_has_a_file(api: Api, connection: str) -> None:
    user_id = user(api, user_metadata={"country": "NZ"})
    fields = [
        {"name": "user_id"},
        {"name": "identities[0].connection", "export_as": "provider"},
        {"name": "user_metadata.country"},
    ]
    started = api.post("/jobs/users-exports", {"connection_id": connection, "format": "json", "fields": fields})
    assert (started["status"], started["type"], started["connection"]) == ("pending", "users_export", "db")
    job = api.get(f"/jobs/{started['id']}")
    assert (job["status"], job["percentage_done"]) == ("completed", 100)
    assert json.loads(fetched(api, job["location"])) == {"user_id": user_id, "provider": "db", "user_metadata.country": "NZ"}


def test_an_export_as_csv_has_a_header_and_keeps_to_its_limit(api: Api, connection: str) -> None:
    user(api, "a@example.com")
    user(api, "b@example.com")
    body = {"connection_id": connection, "format": "csv", "limit": 1, "fields": [{"name": "email"}]}
    job = api.get(f"/jobs/{api.post('/jobs/users-exports', body)['id']}")
    assert fetched(api, job["location"]) == "email\na@example.com\n"


def test_an_export_shows_no_password(api: Api, connection: str) -> None:
    user(api)
    body = {"connection_id": connection, "fields": [{"name": "_password_hash"}, {"name": "email"}]}
    job = api.get(f"/jobs/{api.post('/jobs/users-exports', body)['id']}")
    assert json.loads(fetched(api, job["location"])) == {"email": "a@example.com"}


def test_an_import_adds_users_and_tells_which_failed(api: Api, connection: str) -> None:
    user(api, "known@example.com")
    rows = [
        {"email": "New@Example.com", "email_verified": True, "user_id": "7", "app_metadata": {"plan": "x"}},
        {"email": "known@example.com"},
        {"email": "new@example.com"},
        {"email": "nonsense"},
        {"given_name": "Nobody"},
        {"email": "c@example.com", "shoe_size": 44},
    ]
    job = import_users(api, connection, rows)
    assert job["status"] == "completed"
    assert job["summary"] == {"failed": 5, "updated": 0, "inserted": 1, "total": 6}
    made = api.get("/users/auth0%7C7")
    assert (made["email"], made["email_verified"], made["app_metadata"]) == ("new@example.com", True, {"plan": "x"})
    codes = [each["errors"][0]["code"] for each in api.get(f"/jobs/{job['id']}/errors")]
    assert codes == ["CONFLICT", "DUPLICATED_USER", "INVALID_FORMAT", "OBJECT_REQUIRED", "NOT_PASSED"]


def test_an_import_that_upserts_changes_known_users(api: Api, connection: str) -> None:
    user_id = user(api, user_metadata={"a": 1})
    job = import_users(api, connection, [{"email": "a@example.com", "user_metadata": {"b": 2}}], upsert="true", external_id="e")
    assert (job["summary"]["updated"], job["external_id"]) == (1, "e")
    assert api.get(f"/users/{user_id.replace('|', '%7C')}")["user_metadata"] == {"a": 1, "b": 2}
    assert api.send("GET", f"/jobs/{job['id']}/errors").status_code == 204


@pytest.mark.parametrize("text", ["[{", '[{"email": "a@example.com", "name": "\\ud800"}]', "[NaN]"])
def test_an_import_of_no_json_fails_as_a_job(api: Api, connection: str, text: str) -> None:
    job = import_users(api, connection, text)
    assert job["status"] == "failed"
    assert "valid JSON" in job["status_details"]


def test_a_broken_multipart_body_is_refused(api: Api) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {**GOOD, "Content-Type": content_type}
        assert api.send("POST", "/jobs/users-imports", content=b"--y\r\nnonsense", headers=headers).status_code == 400


def test_a_verification_email_lies_in_the_outbox_with_its_link(api: Api, connection: str) -> None:
    assert connection
    user_id = user(api)
    job = api.post("/jobs/verification-email", {"user_id": user_id}, status=201)
    assert api.get(f"/jobs/{job['id']}")["status"] == "completed"
    (mail,) = api.tenant.store.all("outbox")
    assert (mail["to"], mail["template"]) == ("a@example.com", "verify_email")
    assert mail["link"].startswith(f"{BASE}/u/email-verification?ticket=")


def test_a_ticket_is_kept_and_sends_nothing(api: Api, connection: str) -> None:
    user_id = user(api)
    link = api.post("/tickets/password-change", {"connection_id": connection, "email": "a@example.com"}, status=201)["ticket"]
    assert link.endswith("#")
    (ticket,) = api.tenant.store.all("tickets")
    assert (ticket["kind"], ticket["user_id"]) == ("password-change", user_id)
    assert api.tenant.store.all("outbox") == []


def test_tickets_need_a_user(api: Api) -> None:
    assert api.post("/tickets/email-verification", {"user_id": "auth0|x"}, status=404)["errorCode"] == "inexistent_user"
    assert api.post("/tickets/password-change", {}, status=400)["errorCode"] == "invalid_body"


def test_an_unknown_job_is_not_found(api: Api) -> None:
    api.get("/jobs/job_0000000000000001", status=404)
    api.get("/jobs/job_0000000000000001/errors", status=404)


def test_a_verification_link_verifies_once_and_leads_back(api: Api, connection: str) -> None:
    assert connection
    user_id = user(api)
    body = {"user_id": user_id, "result_url": "https://app.example.com/done"}
    link = api.post("/tickets/email-verification", body)["ticket"]
    answer = visited(api, link)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("https://app.example.com/done?email=a%40example.com&success=true")
    assert api.get(f"/users/{user_id.replace('|', '%7C')}")["email_verified"] is True
    assert visited(api, link).status_code == 400


def test_an_expired_verification_link_verifies_nothing(api: Api, connection: str) -> None:
    assert connection
    user_id = user(api)
    link = api.post("/tickets/email-verification", {"user_id": user_id, "ttl_sec": 60})["ticket"]
    api.tenant.clock.offset_s = 61
    assert visited(api, link).status_code == 400
    assert api.get(f"/users/{user_id.replace('|', '%7C')}")["email_verified"] is False
