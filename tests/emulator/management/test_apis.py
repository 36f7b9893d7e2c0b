"""Resource servers, client grants, roles and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.management.api import BASE

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

API = "https://orders"


@pytest.fixture
def orders(api: Api) -> dict[str, Any]:
    scopes = [{"value": "read:orders", "description": "Read"}, {"value": "write:orders"}]
    made = api.post("/resource-servers", {"name": "Orders", "identifier": API, "scopes": scopes}, status=201)
    assert isinstance(made, dict)
    return made


def test_a_new_api_gets_what_was_recorded(api: Api) -> None:
    made = api.post("/resource-servers", {"identifier": API})
    assert len(made.pop("id")) == 24
    assert made == {
        "identifier": API,
        "allow_offline_access": False,
        "skip_consent_for_verifiable_first_party_clients": False,
        "subject_type_authorization": {"client": {"policy": "require_client_grant"}, "user": {"policy": "allow_all"}},
        "token_lifetime": 86400,
        "token_lifetime_for_web": 7200,
        "signing_alg": "RS256",
    }


def test_an_api_is_found_by_its_encoded_identifier(api: Api, orders: dict[str, Any]) -> None:
    assert api.get("/resource-servers/https:%2F%2Forders")["id"] == orders["id"]


def test_scopes_are_replaced(api: Api, orders: dict[str, Any]) -> None:
    made = api.patch(f"/resource-servers/{orders['id']}", {"scopes": [{"value": "x"}]}, status=200)
    assert made["scopes"] == [{"value": "x"}]


def test_an_identifier_is_taken_once(api: Api, orders: dict[str, Any]) -> None:
    message = api.post("/resource-servers", {"identifier": orders["identifier"]}, status=409)["message"]
    assert message == "A resource server with the same identifier already exists."


def test_the_web_lifetime_stays_within_the_lifetime(api: Api, orders: dict[str, Any]) -> None:
    api.patch(f"/resource-servers/{orders['id']}", {"token_lifetime": 60}, status=400)
    api.patch(f"/resource-servers/{orders['id']}", {"token_lifetime": 60, "token_lifetime_for_web": 60})


def test_the_management_api_is_named_as_the_caller_reaches_it(api: Api) -> None:
    identifier = f"{BASE}/api/v2/"
    listed = api.get(f"/resource-servers?identifiers={identifier}")
    assert [each["identifier"] for each in listed] == [identifier]
    system = listed[0]
    assert system["is_system"] is True
    assert "_management" not in system
    api.patch(f"/resource-servers/{system['id']}", {"token_lifetime": 7200}, status=200)
    assert "System resource servers" in api.patch(f"/resource-servers/{system['id']}", {"name": "x"}, status=400)["message"]
    api.delete(f"/resource-servers/{system['id']}", status=400)


def test_a_grant_to_the_management_api_is_found_by_its_audience(api: Api) -> None:
    client = api.post("/clients", {"name": "m2m"})["client_id"]
    audience = f"{BASE}/api/v2/"
    grant = api.post("/client-grants", {"client_id": client, "audience": audience, "scope": ["read:clients"]})
    assert grant["audience"] == audience
    assert grant["subject_type"] == "client"
    assert len(api.get(f"/client-grants?audience={audience}")) == 2


def test_a_grant_needs_its_client_its_api_and_their_scopes(api: Api, orders: dict[str, Any]) -> None:
    client = api.post("/clients", {"name": "m2m"})["client_id"]
    good = {"client_id": client, "audience": orders["identifier"], "scope": ["read:orders"]}
    api.post("/client-grants", {**good, "client_id": "unknown"}, status=404)
    api.post("/client-grants", {**good, "audience": "https://unknown"}, status=404)
    api.post("/client-grants", {**good, "scope": ["delete:orders"]}, status=400)
    api.post("/client-grants", good, status=201)
    message = api.post("/client-grants", good, status=409)["message"]
    assert message == f"A client grant already exists between {client} and {API}"
    api.post("/client-grants", {**good, "subject_type": "user"}, status=201)


def test_a_deleted_api_takes_grants_and_permissions_along(api: Api, orders: dict[str, Any]) -> None:
    client = api.post("/clients", {"name": "m2m"})["client_id"]
    api.post("/client-grants", {"client_id": client, "audience": API, "scope": []})
    role = api.post("/roles", {"name": "clerk"})["id"]
    permission = {"resource_server_identifier": API, "permission_name": "read:orders"}
    api.post(f"/roles/{role}/permissions", {"permissions": [permission]})
    api.delete(f"/resource-servers/{orders['id']}", status=204)
    assert api.get(f"/client-grants?client_id={client}") == []
    assert api.get(f"/roles/{role}/permissions") == []


def test_anonymous_users_have_a_policy_and_grants_of_their_own(api: Api) -> None:
    policy = {"policy": "require_client_grant"}
    made = api.post("/resource-servers", {"identifier": API, "subject_type_authorization": {"anonymous_user": policy}})
    others = {"client": policy, "user": {"policy": "allow_all"}}
    assert made["subject_type_authorization"] == {"anonymous_user": policy, **others}
    client = api.post("/clients", {"name": "web"})["client_id"]
    grant = {"client_id": client, "audience": API, "scope": [], "subject_type": "anonymous_user"}
    assert api.post("/client-grants", grant, status=201)["subject_type"] == "anonymous_user"


def test_roles_answer_with_their_own_statuses(api: Api) -> None:
    role = api.post("/roles", {"name": "clerk"}, status=200)
    assert role["description"] is None
    assert api.get(f"/roles/{role['id']}")["description"] == ""
    assert api.post("/roles", {"name": "clerk"}, status=409)["message"] == "The role already exists."
    account = {"email": "a@example.com", "password": "Secr3t-word!"}
    user = api.post("/users", {"connection": "Username-Password-Authentication", **account})
    assert api.post(f"/roles/{role['id']}/users", {"users": [user["user_id"]]}, status=200) == {}
    assert api.delete(f"/roles/{role['id']}", status=200) == {}
    assert api.get(f"/roles/{role['id']}", status=404)["errorCode"] == "inexistent_role"


@pytest.mark.usefixtures("orders")
def test_permissions_are_a_sorted_set_with_derived_members(api: Api) -> None:
    path = f"/roles/{api.post('/roles', {'name': 'clerk'})['id']}/permissions"
    wanted = [{"resource_server_identifier": API, "permission_name": name} for name in ("write:orders", "read:orders")]
    assert api.post(path, {"permissions": wanted}, status=201) == {}
    api.post(path, {"permissions": wanted[:1]}, status=201)
    listed = api.get(path)
    assert [each["permission_name"] for each in listed] == ["read:orders", "write:orders"]
    assert listed[0]["description"] == "Read"
    assert listed[0]["resource_server_name"] == "Orders"
    assert api.delete(path, {"permissions": wanted[:1]}, status=204) is None
    assert len(api.get(path)) == 1
    api.post(path, {"permissions": [{**wanted[0], "permission_name": "unknown"}]}, status=400)


def test_a_deleted_api_takes_its_grants_from_organizations_too(api: Api, orders: dict[str, Any]) -> None:
    client = api.post("/clients", {"name": "worker", "app_type": "non_interactive"})["client_id"]
    asked = {"client_id": client, "audience": API, "scope": [], "organization_usage": "allow"}
    grant = api.post("/client-grants", asked)["id"]
    organization = api.post("/organizations", {"name": "acme"})["id"]
    api.post(f"/organizations/{organization}/client-grants", {"grant_id": grant})
    api.delete(f"/resource-servers/{orders['id']}", status=204)
    assert api.tenant.store.get("organization_client_grants", organization) == {"grants": []}
