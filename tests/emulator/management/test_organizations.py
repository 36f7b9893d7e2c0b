"""Organizations and what belongs to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    body = {"name": "acme", "metadata": {"a": "1"}, "branding": {"logo_url": "https://a.example.com/l.png"}}
    made = api.post("/organizations", body, status=201)
    assert isinstance(made, dict)
    return made


def path(organization: dict[str, Any], rest: str = "") -> str:
    return f"/organizations/{organization['id']}{rest}"


def test_metadata_is_replaced_and_an_empty_one_disappears(api: Api, acme: dict[str, Any]) -> None:
    assert api.patch(path(acme), {"metadata": {"b": "2"}})["metadata"] == {"b": "2"}
    later = api.patch(path(acme), {"metadata": {}})
    assert "metadata" not in later
    assert later["branding"] == acme["branding"]


def test_a_format_that_allows_null_says_so_by_its_name(api: Api, acme: dict[str, Any]) -> None:
    assert "logo_url" not in api.patch(path(acme), {"branding": {"logo_url": None}})["branding"]


def test_an_organization_is_found_by_name(api: Api, acme: dict[str, Any]) -> None:
    assert api.get("/organizations/name/acme")["id"] == acme["id"]
    assert api.get("/organizations/name/nobody", status=404) == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "No organization found by that id or name",
    }


def test_a_name_is_taken_once(api: Api, acme: dict[str, Any]) -> None:
    other = api.post("/organizations", {"name": "other"})
    told = api.patch(path(other), {"name": acme["name"]}, status=409)
    assert (told["message"], told["errorCode"]) == (
        "An organization with the same name already exists.",
        "organization_conflict",
    )
    api.patch(path(acme), {"name": acme["name"]}, status=200)


def test_connections_of_both_endpoints_are_the_same(api: Api, acme: dict[str, Any]) -> None:
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})["id"]
    made = api.post(path(acme, "/connections"), {"connection_id": connection, "is_enabled": True}, status=201)
    assert made == {
        "connection_id": connection,
        "assign_membership_on_login": False,
        "show_as_button": True,
        "is_enabled": True,
        "is_signup_enabled": False,
        "organization_access_level": "none",
        "connection": {"name": "db", "strategy": "auth0"},
    }
    api.post(path(acme, "/enabled_connections"), {"connection_id": connection}, status=409)
    api.patch(path(acme, f"/enabled_connections/{connection}"), {"assign_membership_on_login": True})
    assert api.get(path(acme, f"/connections/{connection}"))["assign_membership_on_login"] is True
    api.delete(path(acme, f"/connections/{connection}"), status=204)
    assert api.get(path(acme, "/enabled_connections")) == []


def test_an_organization_has_ten_connections_at_most(api: Api, acme: dict[str, Any]) -> None:
    for number in range(11):
        connection = api.post("/connections", {"name": f"db{number}", "strategy": "auth0"})["id"]
        expected = 201 if number < 10 else 400
        api.post(path(acme, "/connections"), {"connection_id": connection}, status=expected)


def test_a_grant_must_allow_organizations(api: Api, acme: dict[str, Any]) -> None:
    client = api.post("/clients", {"name": "m2m"})["client_id"]
    api.post("/resource-servers", {"identifier": "https://api"})
    grant = api.post("/client-grants", {"client_id": client, "audience": "https://api", "scope": []})["id"]
    api.post(path(acme, "/client-grants"), {"grant_id": grant}, status=400)
    api.patch(f"/client-grants/{grant}", {"organization_usage": "allow"})
    api.post(path(acme, "/client-grants"), {"grant_id": grant}, status=201)
    assert [each["id"] for each in api.get(path(acme, "/client-grants"))] == [grant]
    assert [each["name"] for each in api.get(f"/client-grants/{grant}/organizations")] == ["acme"]
    api.delete(f"/client-grants/{grant}")
    assert api.get(path(acme, "/client-grants")) == []


def test_a_batch_of_clients_is_all_or_nothing(api: Api, acme: dict[str, Any]) -> None:
    first, second = (api.post("/clients", {"name": name})["client_id"] for name in "ab")
    api.post(path(acme, "/clients"), {"clients": [{"client_id": first}]}, status=201)
    both = [{"client_id": second}, {"client_id": first}]
    api.post(path(acme, "/clients"), {"clients": both}, status=409)
    assert [each["client_id"] for each in api.get(path(acme, "/clients"))["clients"]] == [first]


def test_members_and_their_roles(api: Api, acme: dict[str, Any]) -> None:
    connection = "Username-Password-Authentication"
    user = api.post("/users", {"connection": connection, "email": "a@example.com", "password": "Passw0rd!x"})["user_id"]
    encoded = user.replace("|", "%7C")
    role = api.post("/roles", {"name": "clerk"})["id"]
    api.post(path(acme, f"/members/{encoded}/roles"), {"roles": [role]}, status=404)
    api.post(path(acme, "/members"), {"members": [user]}, status=204)
    api.post(path(acme, f"/members/{encoded}/roles"), {"roles": [role]}, status=204)
    assert [each["id"] for each in api.get(path(acme, f"/members/{encoded}/roles"))] == [role]
    assert [each["name"] for each in api.get(f"/users/{encoded}/organizations")] == ["acme"]
    assert api.get(f"/users/{encoded}/roles") == []
    api.delete(path(acme, "/members"), {"members": [user]}, status=204)
    api.post(path(acme, "/members"), {"members": [user]}, status=204)
    assert api.get(path(acme, f"/members/{encoded}/roles")) == []


@pytest.mark.parametrize("where", ["client", "tenant"])
def test_an_invitation_leads_to_the_login_of_its_application_or_tenant(api: Api, acme: dict[str, Any], where: str) -> None:
    api.patch("/tenants/settings", {"default_redirection_uri": "https://tenant.example.com/login"})
    own = {"initiate_login_uri": "https://client.example.com/login"} if where == "client" else {}
    client = api.post("/clients", {"name": "web", **own})["client_id"]
    body = {"inviter": {"name": "Ann"}, "invitee": {"email": "b@example.com"}, "client_id": client}
    made = api.post(path(acme, "/invitations"), {**body, "ttl_sec": 0}, status=201)
    assert lifetime(made) == timedelta(days=7)
    query = f"invitation={made['ticket_id']}&organization={acme['id']}&organization_name={acme['name']}"
    assert made["invitation_url"] == f"https://{where}.example.com/login?{query}"
    assert api.get(path(acme, "/invitations")) == [made]


def lifetime(invitation: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(invitation["expires_at"]) - datetime.fromisoformat(invitation["created_at"])


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"client_id": "nobody"}, "The specified client_id does not exist."),
        ({"connection_id": "con_0123456789abcdef"}, "The specified connection does not exist."),
        ({"connection_id": "{sms}"}, "Passwordless connections are not supported."),
        ({"roles": ["rol_0123456789abcdef"]}, "One or more of the specified roles do not exist: rol_0123456789abcdef."),
    ],
)
def test_an_invitation_names_what_there_is(api: Api, acme: dict[str, Any], members: dict[str, Any], message: str) -> None:
    sms = api.post("/connections", {"name": "sms", "strategy": "sms"})["id"]
    client = api.post("/clients", {"name": "web", "initiate_login_uri": "https://example.com/login"})["client_id"]
    members = {name: sms if value == "{sms}" else value for name, value in members.items()}
    body = {"inviter": {"name": "Ann"}, "invitee": {"email": "b@example.com"}, "client_id": client, **members}
    refused = api.post(path(acme, "/invitations"), body, status=400)
    assert (refused["message"], refused["errorCode"]) == (message, "invalid_body")


def test_an_invitation_needs_somewhere_to_log_in(api: Api, acme: dict[str, Any]) -> None:
    client = api.post("/clients", {"name": "web"})["client_id"]
    body = {"inviter": {"name": "Ann"}, "invitee": {"email": "b@example.com"}, "client_id": client}
    assert "default login route" in api.post(path(acme, "/invitations"), body, status=400)["message"]


def test_discovery_domains_belong_to_one_organization(api: Api, acme: dict[str, Any]) -> None:
    made = api.post(path(acme, "/discovery-domains"), {"domain": "acme.example.com"}, status=201)
    assert made["status"] == "pending"
    assert made["verification_host"].endswith(".acme.example.com")
    api.post(path(acme, "/discovery-domains"), {"domain": "acme.example.com"}, status=409)
    other = api.post("/organizations", {"name": "other"})
    api.get(path(other, f"/discovery-domains/{made['id']}"), status=404)
    assert api.get(path(acme, "/discovery-domains/name/acme.example.com"))["id"] == made["id"]


def test_a_deleted_organization_takes_everything_along(api: Api, acme: dict[str, Any]) -> None:
    api.post(path(acme, "/discovery-domains"), {"domain": "acme.example.com"})
    api.delete(path(acme), status=204)
    assert api.tenant.store.count("discovery_domains") == 0
    api.get(path(acme), status=404)
