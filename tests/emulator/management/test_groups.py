"""Groups, and the roles and permissions that come of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenantry.emulator.management.held import add

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def group(api: Api) -> str:
    """Return the id of a group that a synchronized directory has given the tenant."""
    options = {"client_id": "x", "client_secret": "y", "domain": "example.com"}
    connection = api.post("/connections", {"name": "workspace", "strategy": "google-apps", "options": options})["id"]
    root = f"/connections/{connection}/directory-provisioning"
    api.post(root, {})
    api.put(f"{root}/synchronized-groups", {"groups": [{"id": "g1", "name": "Engineers"}]})
    answer = api.post(f"{root}/synchronizations", status=201)
    assert answer["connection_id"] == connection
    (made,) = api.get("/groups")
    assert (made["name"], made["external_id"], made["connection_id"]) == ("Engineers", "g1", connection)
    return str(made["id"])


@pytest.fixture
def role(api: Api) -> str:
    made = api.post("/roles", {"name": "writer"})["id"]
    api.post("/resource-servers", {"identifier": "https://api", "scopes": [{"value": "write:x", "description": "Write"}]})
    held: dict[str, Any] = {"permissions": [{"resource_server_identifier": "https://api", "permission_name": "write:x"}]}
    api.post(f"/roles/{made}/permissions", held)
    return str(made)


@pytest.fixture
def user(api: Api, group: str) -> str:
    made = api.post("/users", {"connection": "Username-Password-Authentication", "email": "a@b.co", "password": "Passw0rd!x"})
    add(api.tenant.store, "group_members", group, made["user_id"])
    return str(made["user_id"])


def path(user: str) -> str:
    return f"/users/{user.replace('|', '%7C')}"


def test_groups_are_found_by_name_and_are_deleted(api: Api, group: str) -> None:
    assert [each["id"] for each in api.get("/groups?search=engin")] == [group]
    assert api.get("/groups?name=other") == []
    api.delete(f"/groups/{group}", status=204)
    api.get(f"/groups/{group}", status=404)


def test_a_group_that_is_synchronized_again_stays_the_same(api: Api, group: str) -> None:
    connection = api.get(f"/groups/{group}")["connection_id"]
    api.post(f"/connections/{connection}/directory-provisioning/synchronizations")
    assert [each["id"] for each in api.get("/groups")] == [group]


def test_members_of_a_group_have_its_roles_and_permissions(api: Api, group: str, role: str, user: str) -> None:
    api.post(f"/groups/{group}/roles", {"roles": [role]}, status=204)
    (shown,) = api.get(f"{path(user)}/effective-roles")["roles"]
    assert (shown["id"], shown["sources"]) == (role, ["groups"])
    query = "resource_server_identifier=https://api"
    (permission,) = api.get(f"{path(user)}/effective-permissions?{query}")["permissions"]
    assert (permission["permission_name"], permission["description"], permission["sources"]) == ("write:x", "Write", ["roles"])
    sources = api.get(f"{path(user)}/effective-permissions/sources/effective-roles?{query}&permission_name=write:x")
    assert [each["id"] for each in sources["roles"]] == [role]
    assert [each["id"] for each in api.get(f"{path(user)}/effective-roles/sources/groups?role_id={role}")["groups"]] == [group]
    assert [each["id"] for each in api.get(f"/roles/{role}/groups")["groups"]] == [group]
    api.delete(f"/roles/{role}/groups", {"groups": [group]}, status=204)
    assert api.get(f"{path(user)}/effective-roles")["roles"] == []


def test_a_role_held_directly_and_by_group_names_both(api: Api, group: str, role: str, user: str) -> None:
    api.post(f"/groups/{group}/roles", {"roles": [role]})
    api.post(f"{path(user)}/roles", {"roles": [role]})
    assert api.get(f"{path(user)}/effective-roles")["roles"][0]["sources"] == ["direct", "groups"]


def test_a_group_has_roles_inside_an_organization(api: Api, group: str, role: str, user: str) -> None:
    organization = api.post("/organizations", {"name": "acme"})["id"]
    api.post(f"/organizations/{organization}/members", {"members": [user]})
    root = f"/organizations/{organization}/groups"
    api.post(f"{root}/{group}/roles", {"roles": [role]}, status=204)
    assert [each["id"] for each in api.get(root)["groups"]] == [group]
    assert [each["id"] for each in api.get(f"{root}/{group}/roles")["roles"]] == [role]
    member = f"/organizations/{organization}/members/{user.replace('|', '%7C')}/effective-roles"
    assert api.get(member)["roles"][0]["sources"] == ["groups"]
    assert api.get(f"{path(user)}/effective-roles")["roles"] == []
    api.delete(f"{root}/{group}/roles", {"roles": [role]}, status=204)
    assert api.get(root)["groups"] == []


def test_a_deleted_role_is_gone_from_groups(api: Api, group: str, role: str) -> None:
    api.post(f"/groups/{group}/roles", {"roles": [role]})
    api.delete(f"/roles/{role}")
    assert api.get(f"/groups/{group}/roles")["roles"] == []
    api.post(f"/groups/{group}/roles", {"roles": [role]}, status=404)
