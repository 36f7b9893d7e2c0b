"""Users, their search, roles and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID
from tests.emulator.management.api import MINE

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

CONNECTION = "Username-Password-Authentication"


def created(api: Api, email: str = "ann@example.com", **members: Any) -> dict[str, Any]:
    body = {"connection": CONNECTION, "email": email, "password": "Passw0rd!x", **members}
    made = api.post("/users", body, status=201)
    assert isinstance(made, dict)
    return made


def path(user: dict[str, Any], rest: str = "") -> str:
    return f"/users/{quote(user['user_id'])}{rest}"


def test_a_new_user_gets_what_was_recorded(api: Api) -> None:
    user = created(api)
    assert user["name"] == "ann@example.com"
    assert user["nickname"] == "ann"
    assert user["email_verified"] is False
    assert user["identities"][0]["provider"] == "auth0"
    assert "Passw0rd" not in str(user)


def test_an_address_is_taken_once_per_connection(api: Api) -> None:
    created(api)
    body = {"connection": CONNECTION, "email": "ann@example.com", "password": "x"}
    assert api.post("/users", body, status=409)["message"] == "The user already exists."
    api.post("/connections", {"name": "other", "strategy": "auth0", **MINE})
    created(api, connection="other")


def test_metadata_is_merged_key_by_key(api: Api) -> None:
    user = created(api, user_metadata={"a": 1, "b": {"c": 1}})
    later = api.patch(path(user), {"user_metadata": {"a": None, "b": {"d": 2}}}, status=200)
    assert later["user_metadata"] == {"b": {"d": 2}}


def test_a_deleted_user_may_be_deleted_again(api: Api) -> None:
    user = created(api)
    api.delete(path(user), status=204)
    api.delete(path(user), status=204)
    api.get(path(user), status=404)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email:"ann@example.com"', 1),
        ("email:ann@example.com", 1),
        ('identities.connection:"Username-Password-Authentication"', 2),
        ('email:"ann@example.com" AND user_metadata.team:"red"', 1),
        ('email:"ann@example.com" AND user_metadata.team:"blue"', 0),
        ("email:b*", 1),
        ("_exists_:user_metadata.team", 1),
        ("_exists_:app_metadata.team", 0),
        ("nobody", 0),
    ],
)
def test_users_are_searched(api: Api, query: str, found: int) -> None:
    created(api, user_metadata={"team": "red"})
    created(api, "bob@example.com")
    assert len(api.get(f"/users?q={quote(query)}&search_engine=v3")) == found


def test_a_search_that_is_not_understood_is_refused(api: Api) -> None:
    api.get(f"/users?q={quote('email:(a OR')}", status=400)


def test_roles_and_permissions_of_a_user(api: Api) -> None:
    user = created(api)
    role = api.post("/roles", {"name": "clerk"})["id"]
    api.post(path(user, "/roles"), {"roles": [role]}, status=204)
    api.post(path(user, "/roles"), {"roles": ["rol_" + "x" * 16]}, status=404)
    assert [each["name"] for each in api.get(path(user, "/roles"))] == ["clerk"]
    assert [each["user_id"] for each in api.get(f"/roles/{role}/users")] == [user["user_id"]]
    api.post("/resource-servers", {"identifier": "https://api", "scopes": [{"value": "read:x"}]})
    permission = {"resource_server_identifier": "https://api", "permission_name": "read:x"}
    api.post(path(user, "/permissions"), {"permissions": [permission]}, status=201)
    assert api.get(path(user, "/permissions"))[0]["sources"][0]["source_type"] == "DIRECT"
    api.delete(f"/roles/{role}")
    assert api.get(path(user, "/roles")) == []


@pytest.mark.parametrize("member", ["email", "email_verified", "username"])
def test_a_password_is_changed_by_itself(api: Api, member: str) -> None:
    user = created(api)
    body = {"password": "An0ther-one!", member: {"email": "b@example.com", "username": "bee"}.get(member, True)}
    refused = api.patch(path(user), body, status=400)
    assert refused["message"] == f"Cannot update password and {member} simultaneously"
    api.patch(path(user), {"password": "An0ther-one!"}, status=200)


def test_users_are_created_by_an_application_that_the_connection_is_enabled_for(api: Api) -> None:
    home = api.post("/connections", {"name": "home", "strategy": "auth0"})["id"]
    body = {"connection": "home", "email": "ann@example.com", "password": "Passw0rd!x"}
    assert api.post("/users", body, status=400)["message"] == "The connection is disabled"
    web = api.post("/clients", {"name": "Web"})["client_id"]
    api.patch(f"/connections/{home}/clients", [{"client_id": web, "status": True}])
    assert api.post("/users", body, status=400)["message"].startswith("Connection must be enabled for this client")
    api.patch(f"/connections/{home}/clients", [{"client_id": MANAGEMENT_CLIENT_ID, "status": True}])
    created(api, connection="home")


def test_a_weak_password_is_refused_and_nothing_is_kept(api: Api) -> None:
    api.post("/connections", {"name": "db", "strategy": "auth0", **MINE})
    body = {"connection": "db", "email": "ann@example.com", "password": "only-small-letters"}
    answer = api.post("/users", body, status=400)
    assert answer == {"statusCode": 400, "error": "Bad Request", "message": "PasswordStrengthError: Password is too weak"}
    assert api.get("/users-by-email?email=ann@example.com") == []


def test_a_new_password_is_held_to_the_policy_of_the_users_own_connection(api: Api) -> None:
    options = {"passwordPolicy": "low", "password_history": {"enable": True, "size": 1}}
    api.post("/connections", {"name": "easy", "strategy": "auth0", "options": options, **MINE})
    user = created(api, connection="easy", password="first-one")
    assert api.patch(path(user), {"password": "short"}, status=400)["message"] == "PasswordStrengthError: Password is too weak"
    again = api.patch(path(user), {"password": "first-one"}, status=400)
    assert again["message"] == "PasswordHistoryError: Password has previously been used"
    api.patch(path(user), {"password": "second"}, status=200)
    assert "first-one" not in str(api.get(path(user)))
    assert not any("assword_h" in name for name in api.get(path(user)))
