"""Connections: options are replaced and filled in again, deletion is asynchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def database(api: Api) -> dict[str, Any]:
    made = api.post("/connections", {"name": "db", "strategy": "auth0"}, status=201)
    assert isinstance(made, dict)
    return made


def test_a_fresh_tenant_has_the_default_database(api: Api) -> None:
    assert [each["name"] for each in api.get("/connections?strategy=auth0")] == ["Username-Password-Authentication"]


def test_a_new_database_gets_what_was_recorded(database: dict[str, Any]) -> None:
    assert database["realms"] == ["db"]
    assert database["enabled_clients"] == []
    assert database["options"]["passwordPolicy"] == "good"
    assert database["options"]["passkey_options"]["challenge_ui"] == "both"


def test_some_members_come_whichever_are_asked_for(api: Api, database: dict[str, Any]) -> None:
    path, always = f"/connections/{database['id']}", {"id", "is_domain_connection", "authentication", "connected_accounts"}
    assert set(api.get(f"{path}?fields=strategy,name&include_fields=true")) == {"strategy", "name", *always}
    assert not set(api.get(f"{path}?fields=options,id&include_fields=false")) & {"options", "id"}


def test_options_are_replaced_and_filled_in_again_but_for_what_only_a_new_database_gets(
    api: Api, database: dict[str, Any]
) -> None:
    path = f"/connections/{database['id']}"
    api.patch(path, {"options": {"disable_signup": True, "passwordPolicy": "low"}})
    made = api.patch(path, {"options": {"requires_username": True}})
    assert "disable_signup" not in made["options"]
    assert made["options"]["requires_username"] is True
    assert {"authentication_methods", "passkey_options", "brute_force_protection"} <= set(made["options"])
    assert not {"mfa", "passwordPolicy", "strategy_version"} & set(made["options"])


def test_name_and_strategy_cannot_be_changed(api: Api, database: dict[str, Any]) -> None:
    message = api.patch(f"/connections/{database['id']}", {"name": "other"}, status=400)["message"]
    assert message == "Payload validation error: 'Additional properties not allowed: name'."


def test_secrets_of_a_custom_database_are_read_back_sealed(api: Api) -> None:
    options = {"configuration": {"KEY": "secret-value"}}
    made = api.post("/connections", {"name": "custom", "strategy": "auth0", "options": options})
    sealed = made["options"]["configuration"]["KEY"]
    assert "secret" not in sealed
    again = api.patch(f"/connections/{made['id']}", {"options": {"configuration": {"KEY": sealed}}})
    assert again["options"]["configuration"]["KEY"] == sealed


def test_a_configuration_that_is_null_is_none(api: Api, database: dict[str, Any]) -> None:
    options = {"brute_force_protection": True, "configuration": None}
    assert api.patch(f"/connections/{database['id']}", {"options": options})["options"].get("configuration") is None


def test_without_the_scope_options_are_empty(api: Api, database: dict[str, Any]) -> None:
    api.scopes = "read:connections"
    assert api.get(f"/connections/{database['id']}")["options"] == {}


def test_deletion_is_accepted_and_blocks_the_name_for_a_while(api: Api, database: dict[str, Any]) -> None:
    api.tenant.timing.connection_delete_ms = 5000
    assert set(api.delete(f"/connections/{database['id']}", status=202)) == {"deleted_at"}
    again = {"name": "db", "strategy": "auth0"}
    assert "is being deleted" in api.post("/connections", again, status=409)["message"]
    api.tenant.clock.offset_s += 6
    api.post("/connections", again, status=201)
    refused = api.post("/connections", again, status=409)
    told = ("A connection with the same name already exists", "connection_conflict")
    assert (refused["message"], refused["errorCode"]) == told


def test_a_deleted_database_takes_its_users_along(api: Api, database: dict[str, Any]) -> None:
    api.patch(f"/connections/{database['id']}/clients", [{"client_id": MANAGEMENT_CLIENT_ID, "status": True}])
    user = api.post("/users", {"connection": "db", "email": "a@example.com", "password": "Passw0rd!x"})["user_id"]
    organization = api.post("/organizations", {"name": "acme"})["id"]
    api.post(f"/organizations/{organization}/members", {"members": [user]}, status=204)
    api.post(f"/organizations/{organization}/enabled_connections", {"connection_id": database["id"]}, status=201)
    api.delete(f"/connections/{database['id']}")
    assert api.get(f"/users/{user}".replace("|", "%7C"), status=404)["errorCode"] == "inexistent_user"
    assert api.get(f"/organizations/{organization}/members") == []
    assert api.get(f"/organizations/{organization}/enabled_connections") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"validation": {"username": {"min": 1, "max": 5}}}, "Cannot set both options.attributes and options.validation"),
        ({"requires_username": True}, "Cannot set both options.attributes and options.requires_username"),
    ],
)
def test_attributes_exclude_what_came_before_them(api: Api, options: dict[str, Any], message: str) -> None:
    attributes = {"email": {"identifier": {"active": True}}}
    body = {"name": "db2", "strategy": "auth0", "options": {**options, "attributes": attributes}}
    assert api.post("/connections", body, status=400)["message"] == message


def test_one_identifier_must_be_active(api: Api) -> None:
    options = {"attributes": {"email": {"identifier": {"active": False}}}}
    answer = api.post("/connections", {"name": "db2", "strategy": "auth0", "options": options}, status=400)
    assert answer["message"] == "attributes must contain one active identifier"


def test_the_scope_of_a_social_connection_follows_its_switches(api: Api) -> None:
    options = {"email": True, "follow": True, "gist": False}
    made = api.post("/connections", {"name": "gh", "strategy": "github", "options": options})
    assert made["options"]["scope"] == ["user:email", "user:follow"]


@pytest.mark.parametrize(
    ("strategy", "sent", "kept"),
    [
        ("google-oauth2", {}, {"email": True, "profile": True, "scope": ["email", "profile"]}),
        (
            "google-oauth2",
            {"profile": True, "calendar": True, "youtube": False},
            {"email": True, "scope": ["profile", "https://www.googleapis.com/auth/calendar", "email"]},
        ),
        ("linkedin", {"strategy_version": 2}, {"profile": True, "scope": ["r_liteprofile"]}),
        ("windowslive", {}, {"signin": True, "scope": ["wl.signin"]}),
        ("windowslive", {"strategy_version": 2}, {"signin": True, "scope": []}),
        ("line", {"email": True, "scope": ["profile", "email"]}, {"profile": True, "scope": ["openid", "email", "profile"]}),
        ("wordpress", {"scope": ["email", "profile"]}, {"profile": True, "scope": ["profile"]}),
        ("facebook", {}, {"scope": ""}),
        ("github", {}, {"scope": []}),
        ("salesforce", {}, {"scope": []}),
        ("apple", {}, {}),
    ],
)
def test_what_a_social_connection_always_asks_for_is_switched_on_by_the_server(
    api: Api, strategy: str, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    made = api.post("/connections", {"name": "new", "strategy": strategy, "options": sent})
    assert made["options"] == {**sent, **kept}
    assert api.patch(f"/connections/{made['id']}", {"options": sent})["options"] == {**sent, **kept}


def test_some_options_are_given_to_a_new_connection_only(api: Api) -> None:
    made = api.post("/connections", {"name": "ad", "strategy": "ad"})
    assert made["options"] == {"ips": None, "brute_force_protection": True}
    assert api.patch(f"/connections/{made['id']}", {"options": {}})["options"] == {"ips": None}
    assert api.post("/connections", {"name": "sms", "strategy": "sms"})["options"] == {"brute_force_protection": True}


@pytest.mark.parametrize("sent", [{"map_user_id_to_id": True}, {}])
def test_how_users_of_google_workspace_are_identified_outlives_a_change(api: Api, sent: dict[str, Any]) -> None:
    options = {"domain": "example.com", **sent}
    made = api.post("/connections", {"name": "apps", "strategy": "google-apps", "options": options})
    changed = api.patch(f"/connections/{made['id']}", {"options": {"domain": "example.org"}})
    shown = [each["options"]["map_user_id_to_id"] for each in (made, changed)]
    assert shown == [bool(sent), bool(sent)]


def test_saml_metadata_is_read_without_fetching_anything(api: Api) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    made = api.post("/connections", {"name": "saml", "strategy": "samlp", "options": {"metadataXml": bomb}}, status=201)
    assert "root:" not in str(made)
    api.post("/connections", {"name": "saml2", "strategy": "samlp", "options": {"metadataXml": "<"}}, status=400)


def test_clients_are_enabled_one_by_one(api: Api, database: dict[str, Any]) -> None:
    clients = [api.post("/clients", {"name": name})["client_id"] for name in "ab"]
    path = f"/connections/{database['id']}/clients"
    api.patch(path, [{"client_id": each, "status": True} for each in clients], status=204)
    api.patch(path, [{"client_id": clients[0], "status": False}], status=204)
    assert api.get(path) == {"clients": [{"client_id": clients[1]}]}
    too_many = [{"client_id": clients[0], "status": True}] * 51
    assert "too long" in api.patch(path, too_many, status=400)["message"]


def test_scim_is_of_enterprise_connections_only(api: Api, database: dict[str, Any]) -> None:
    api.post(f"/connections/{database['id']}/scim-configuration", {}, status=404)
    okta = api.post("/connections", {"name": "okta", "strategy": "okta", "options": {"client_id": "x"}})["id"]
    made = api.post(f"/connections/{okta}/scim-configuration", {}, status=201)
    assert made["user_id_attribute"] == "externalId"
    token = api.post(f"/connections/{okta}/scim-configuration/tokens", {}, status=201)
    assert token["token"].startswith("tok_")
    listed = api.get(f"/connections/{okta}/scim-configuration/tokens")
    assert "token" not in listed[0]
