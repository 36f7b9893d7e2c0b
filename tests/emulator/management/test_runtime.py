"""What logins leave behind, and deletions of what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.mark.parametrize("kind", ["clients", "connections", "resource-servers", "client-grants", "forms"])
def test_most_deletions_of_nothing_are_done(api: Api, kind: str) -> None:
    assert api.delete(f"/{kind}/unknown", status=204) is None


@pytest.mark.parametrize("path", ["/roles/rol_x", "/organizations/org_x", "/actions/actions/x", "/log-streams/lst_x"])
def test_some_deletions_of_nothing_are_not_found(api: Api, path: str) -> None:
    api.delete(path, status=404)


def test_logs_are_paged_backwards_and_followed_forwards(api: Api) -> None:
    for number in range(4):
        api.tenant.store.put("logs", f"l{number}", {"log_id": f"l{number}", "type": "s", "user_id": "u"})
    assert [each["log_id"] for each in api.get("/logs?per_page=2")] == ["l3", "l2"]
    counted = api.get("/logs?per_page=3&include_totals=true")
    assert {name: counted[name] for name in ("start", "limit", "length", "total")} == {
        "start": 0,
        "limit": 3,
        "length": 3,
        "total": 4,
    }
    assert [each["log_id"] for each in api.get("/logs?from=l1&take=5")] == ["l2", "l3"]
    assert api.get("/logs/l0")["type"] == "s"
    api.get("/logs/unknown", status=404)


def test_sessions_and_refresh_tokens_of_a_user_are_ended(api: Api) -> None:
    connection = "Username-Password-Authentication"
    user = api.post("/users", {"connection": connection, "email": "a@example.com", "password": "Passw0rd!x"})["user_id"]
    session = {"id": "s", "user_id": user, "authenticated_at": 0, "clients": ["c"], "_cookie": "hush"}
    api.tenant.store.put("sessions", "s", session)
    token = {"id": "r", "user_id": user, "client_id": "c", "created_at": 0, "revoked": False, "code": "hush"}
    api.tenant.store.put("refresh_tokens", "r", token)
    encoded = user.replace("|", "%7C")
    sessions = api.get(f"/users/{encoded}/sessions")["sessions"]
    assert (sessions[0]["created_at"], sessions[0]["clients"]) == ("1970-01-01T00:00:00.000Z", [{"client_id": "c"}])
    tokens = api.get(f"/users/{encoded}/refresh-tokens")["tokens"]
    assert "hush" not in str([sessions, tokens])
    api.delete(f"/users/{encoded}/sessions", status=202)
    api.get("/sessions/s", status=404)
    api.delete("/refresh-tokens/r", status=202)
    api.get("/refresh-tokens/r", status=404)


def test_a_deleted_user_leaves_nothing_behind(api: Api) -> None:
    connection = "Username-Password-Authentication"
    user = api.post("/users", {"connection": connection, "email": "a@example.com", "password": "Passw0rd!x"})["user_id"]
    api.tenant.store.put("refresh_tokens", "r", {"id": "r", "user_id": user, "client_id": "c"})
    api.delete(f"/users/{user}".replace("|", "%7C"), status=204)
    assert api.tenant.store.count("refresh_tokens") == 0


def test_writes_are_in_the_log_and_reads_are_not(api: Api) -> None:
    api.get("/clients")
    client = api.post("/clients", {"name": "web"})["client_id"]
    api.patch(f"/clients/{client}", {"client_secret": "s" * 48})
    api.post("/clients", {"nme": "web"}, status=400)
    api.get("/clients/nobody", status=404)
    refused, changed, made = api.get("/logs")
    assert (made["type"], made["description"], made["details"]["response"]) == ("sapi", "Create Clients", {"statusCode": 201})
    assert (made["details"]["request"]["method"], made["details"]["request"]["path"]) == ("post", "/api/v2/clients")
    assert (refused["type"], refused["details"]["response"]) == ("fapi", {"statusCode": 400})
    assert refused["description"].startswith("Payload validation error: 'Additional properties")
    assert changed["description"] == "Update Clients"
    assert "s" * 48 not in str(changed)


def test_a_call_without_the_scope_is_logged_and_one_without_a_token_is_not(api: Api) -> None:
    api.send("POST", "/clients", json={"name": "x"}, headers={})
    everything, api.scopes = api.scopes, ""
    api.post("/clients", {"name": "x"}, status=403)
    api.scopes = everything
    assert [each["type"] for each in api.get("/logs")] == ["fapi"]
