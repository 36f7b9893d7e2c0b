"""Clients: what is filled in, what PATCH merges, who sees secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture(scope="module")
def pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def created(api: Api, **members: Any) -> dict[str, Any]:
    made = api.post("/clients", {"name": "web", **members}, status=201)
    assert isinstance(made, dict)
    return made


def changed(api: Api, client: dict[str, Any], **members: Any) -> dict[str, Any]:
    made = api.patch(f"/clients/{client['client_id']}", members, status=200)
    assert isinstance(made, dict)
    return made


def test_a_plain_client_gets_what_was_recorded(api: Api) -> None:
    client = created(api)
    assert client["grant_types"] == ["authorization_code", "implicit", "refresh_token", "client_credentials"]
    assert client["jwt_configuration"] == {"lifetime_in_seconds": 36000, "secret_encoded": False}
    assert client["refresh_token"]["token_lifetime"] == 2592000
    assert "app_type" not in client
    assert "token_endpoint_auth_method" not in client
    assert len(client["client_secret"]) == 64


def test_refresh_tokens_that_expire_do_expire(api: Api) -> None:
    asked = {"rotation_type": "rotating", "expiration_type": "expiring", "token_lifetime": 1000, "idle_token_lifetime": 100}
    born = created(api, refresh_token=asked)["refresh_token"]
    assert (born["infinite_token_lifetime"], born["infinite_idle_token_lifetime"]) == (False, False)
    endless = created(api, refresh_token={**asked, "infinite_token_lifetime": True})["refresh_token"]
    assert (endless["infinite_token_lifetime"], endless["infinite_idle_token_lifetime"]) == (True, False)


def test_a_confidential_client_is_born_with_longer_refresh_tokens(api: Api) -> None:
    client = created(api, token_endpoint_auth_method="client_secret_post")
    assert client["refresh_token"]["token_lifetime"] == 31557600
    later = changed(api, client, token_endpoint_auth_method="none", grant_types=["refresh_token"])
    assert later["refresh_token"]["token_lifetime"] == 31557600


def test_a_public_client_gets_no_client_credentials(api: Api) -> None:
    client = created(api, token_endpoint_auth_method="none")
    assert client["grant_types"] == ["authorization_code", "implicit", "refresh_token"]


def test_a_sent_jwt_configuration_gets_no_default_lifetime(api: Api) -> None:
    assert created(api, jwt_configuration={"alg": "RS256"})["jwt_configuration"] == {"alg": "RS256", "secret_encoded": False}


def test_third_party_clients_have_their_own_ids_and_defaults(api: Api) -> None:
    client = created(api, is_first_party=False, third_party_security_mode="strict")
    assert client["client_id"].startswith("tpc_")
    assert client["grant_types"] == ["authorization_code"]
    assert client["oidc_conformant"] is True


def test_two_clients_may_share_a_name(api: Api) -> None:
    assert created(api)["client_id"] != created(api)["client_id"]


def test_ids_come_back_after_a_reset(api: Api) -> None:
    before = created(api)
    api.tenant.reset()
    after = created(api)
    assert (before["client_id"], before["client_secret"]) == (after["client_id"], after["client_secret"])


def test_patch_merges_objects_and_replaces_lists(api: Api) -> None:
    client = created(
        api,
        mobile={"ios": {"team_id": "t"}},
        client_metadata={"a": "1", "b": "2"},
        addons={"samlp": {"audience": "x", "recipient": "y"}, "wsfed": {}},
        callbacks=["https://a"],
    )
    mobile = {"android": {"app_package_name": "p"}}
    later = changed(
        api,
        client,
        mobile=mobile,
        client_metadata={"a": None, "c": "3"},
        addons={"samlp": {"audience": "z"}},
        callbacks=["https://b"],
    )
    assert later["mobile"] == {"ios": {"team_id": "t"}, **mobile}
    assert later["client_metadata"] == {"b": "2", "c": "3"}
    assert later["addons"] == {"samlp": {"audience": "z"}, "wsfed": {}}
    assert later["callbacks"] == ["https://b"]


def test_null_removes_a_member(api: Api) -> None:
    client = created(api, organization_usage="allow")
    assert "organization_usage" not in changed(api, client, organization_usage=None)


def test_null_removes_all_addons(api: Api) -> None:
    client = created(api, addons={"samlp": {"audience": "z"}})
    assert "addons" not in changed(api, client, addons=None)


def test_an_empty_patch_is_refused(api: Api) -> None:
    message = api.patch(f"/clients/{created(api)['client_id']}", {}, status=400)["message"]
    assert message == "Payload validation error: 'Too few properties defined (0), minimum 1'."


def test_the_names_of_back_channel_logout_tell_the_same(api: Api) -> None:
    url = "https://app.example.com/out"
    client = created(api, oidc_logout={"backchannel_logout_urls": [url], "backchannel_logout_initiators": {"mode": "all"}})
    assert client["oidc_backchannel_logout"] == {"backchannel_logout_urls": [url]}
    later = changed(api, client, oidc_backchannel_logout=None)
    assert "oidc_logout" not in later


def test_an_empty_logout_is_filled_at_first_and_taken_away_later(api: Api) -> None:
    client = created(api, oidc_logout={})
    initiators = {"mode": "custom", "selected_initiators": ["rp-logout", "idp-logout"]}
    assert client["oidc_logout"] == {"backchannel_logout_initiators": initiators}
    assert not changed(api, client, oidc_logout={}).keys() & {"oidc_logout", "oidc_backchannel_logout"}


def test_secrets_need_their_scopes(api: Api) -> None:
    client = created(api)
    path = f"/clients/{client['client_id']}"
    assert api.get(path)["client_secret"] == client["client_secret"]
    api.scopes = "read:clients"
    assert not {"client_secret", "signing_keys"} & set(api.get(path))
    api.scopes = "read:client_summary"
    assert set(api.get(path)) == {"client_id", "name"}


def test_only_the_answer_to_a_creation_shows_the_private_key(api: Api) -> None:
    client = created(api)
    assert "PRIVATE KEY" in client["signing_keys"][0]["key"]
    assert "key" not in api.get(f"/clients/{client['client_id']}")["signing_keys"][0]


def test_a_rotated_secret_is_another_one(api: Api) -> None:
    client = created(api)
    rotated = api.post(f"/clients/{client['client_id']}/rotate-secret")
    assert rotated["client_secret"] != client["client_secret"]
    assert api.get(f"/clients/{client['client_id']}")["client_secret"] == rotated["client_secret"]


def test_attached_credentials_take_the_secret_away_until_they_are_detached(api: Api, pem: str) -> None:
    client = created(api, token_endpoint_auth_method="client_secret_post")
    path = f"/clients/{client['client_id']}/credentials"
    credential = api.post(path, {"credential_type": "public_key", "name": "k", "pem": pem}, status=201)
    assert len(credential["kid"]) == 43
    assert "pem" not in credential
    assert credential["alg"] == "RS256"
    methods = {"private_key_jwt": {"credentials": [{"id": credential["id"]}]}}
    later = changed(api, client, client_authentication_methods=methods, token_endpoint_auth_method=None)
    assert "client_secret" not in later
    assert "token_endpoint_auth_method" not in later
    api.delete(f"{path}/{credential['id']}", status=400)
    restored = changed(api, client, client_authentication_methods=None, token_endpoint_auth_method="client_secret_post")
    assert restored["client_secret"] == client["client_secret"]
    api.delete(f"{path}/{credential['id']}", status=204)
    assert api.get(path) == []


def test_credentials_may_come_with_the_client(api: Api, pem: str) -> None:
    credential = {"credential_type": "public_key", "name": "k", "pem": pem}
    client = created(api, client_authentication_methods={"private_key_jwt": {"credentials": [credential]}})
    (told,) = client["client_authentication_methods"]["private_key_jwt"]["credentials"]
    assert told == api.get(f"/clients/{client['client_id']}/credentials/{told['id']}")
    assert (told["name"], "pem" in told) == ("k", False)
    read = api.get(f"/clients/{client['client_id']}")
    assert read["client_authentication_methods"] == {"private_key_jwt": {"credentials": [{"id": told["id"]}]}}


@pytest.mark.parametrize("place", ["signed_request_object", "token_vault_privileged_access"])
def test_only_the_creation_tells_the_credentials_of_other_places(api: Api, pem: str, place: str) -> None:
    client = created(api, **{place: {"credentials": [{"credential_type": "public_key", "name": "k", "pem": pem}]}})
    (told,) = client[place]["credentials"]
    assert (told["name"], told["credential_type"]) == ("k", "public_key")
    assert api.get(f"/clients/{client['client_id']}")[place]["credentials"] == [{"id": told["id"]}]


GRANT = {"connection": "db", "scopes": ["openid"]}


@pytest.mark.parametrize(
    ("member", "most", "mistake"),
    [
        ("ip_allowlist", [f"10.0.0.{number}" for number in range(10)], [f"10.0.0.{number}" for number in range(11)]),
        ("ip_allowlist", ["10.0.0.0/8", "::1"], ["not-an-ip"]),
        ("grants", [{**GRANT, "connection": f"c{n}"} for n in range(5)], [{**GRANT, "connection": f"c{n}"} for n in range(6)]),
        ("grants", [{**GRANT, "scopes": ["s"] * 20}], [{**GRANT, "scopes": ["s"] * 21}]),
        ("grants", [GRANT], [GRANT, {**GRANT, "scopes": ["profile"]}]),
    ],
)
def test_privileged_access_to_the_vault_has_limits(
    api: Api, pem: str, member: str, most: list[Any], mistake: list[Any]
) -> None:
    access = {"credentials": [{"credential_type": "public_key", "pem": pem}]}
    client = created(api, token_vault_privileged_access={**access, member: most})
    told = client["token_vault_privileged_access"]
    assert told[member] == most
    body = {"name": "other", "token_vault_privileged_access": {**access, member: mistake}}
    assert member in api.post("/clients", body, status=400)["message"]
    later = {"credentials": [{"id": told["credentials"][0]["id"]}], member: mistake}
    api.patch(f"/clients/{client['client_id']}", {"token_vault_privileged_access": later}, status=400)


def test_privileged_access_takes_two_credentials(api: Api, pem: str) -> None:
    credential = {"credential_type": "public_key", "pem": pem}
    created(api, token_vault_privileged_access={"credentials": [credential] * 2})
    api.post("/clients", {"name": "x", "token_vault_privileged_access": {"credentials": [credential] * 3}}, status=400)


def test_the_connections_of_a_client_are_listed_with_their_options(api: Api) -> None:
    client = created(api)["client_id"]
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})
    api.patch(f"/connections/{connection['id']}/clients", [{"client_id": client, "status": True}])
    (enabled,) = api.get(f"/clients/{client}/connections")["connections"]
    assert enabled == {name: value for name, value in connection.items() if name != "enabled_clients"}
    api.scopes = "read:connections"
    assert api.get(f"/clients/{client}/connections")["connections"][0]["options"] == {}


def test_an_integration_of_businesses_is_for_their_organizations(api: Api) -> None:
    client = created(api, b2b_integration_configuration={"integration_type": "third_party"})
    assert (client["organization_usage"], client["organization_require_behavior"]) == ("require", "pre_login_prompt")
    assert client["organization_discovery_methods"] == ["email", "organization_name"]
    assert (client["grant_types"], client["oidc_conformant"]) == (["authorization_code"], True)
    sent = {"b2b_integration_configuration": {"integration_type": "third_party"}, "organization_usage": "allow"}
    assert created(api, **sent)["organization_usage"] == "allow"


def test_a_client_of_a_resource_server_is_conformant(api: Api) -> None:
    assert created(api, app_type="resource_server")["oidc_conformant"] is True
    assert created(api, app_type="non_interactive")["oidc_conformant"] is False


def test_an_unknown_credential_cannot_be_attached(api: Api) -> None:
    client = created(api)
    methods = {"private_key_jwt": {"credentials": [{"id": "cred_" + "x" * 22}]}}
    api.patch(f"/clients/{client['client_id']}", {"client_authentication_methods": methods}, status=404)


@pytest.mark.parametrize("place", ["signed_request_object", "token_vault_privileged_access"])
def test_a_credential_stays_with_its_client_and_where_it_is_attached(api: Api, pem: str, place: str) -> None:
    client = created(api, **{place: {"credentials": [{"credential_type": "public_key", "pem": pem}]}})
    attached = {place: {"credentials": [{"id": client[place]["credentials"][0]["id"]}]}}
    api.patch(f"/clients/{created(api)['client_id']}", attached, status=404)
    root = f"/clients/{client['client_id']}"
    credential = f"{root}/credentials/{attached[place]['credentials'][0]['id']}"
    assert api.delete(credential, status=400)["errorCode"] == "credential_in_use"
    api.patch(root, {place: None})
    api.delete(credential, status=204)


def test_a_deleted_client_takes_what_hangs_on_it_along(api: Api) -> None:
    client = created(api)
    api.post("/resource-servers", {"identifier": "https://api"})
    api.post("/client-grants", {"client_id": client["client_id"], "audience": "https://api", "scope": []})
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})["id"]
    api.patch(f"/connections/{connection}/clients", [{"client_id": client["client_id"], "status": True}])
    enabled = api.get(f"/clients/{client['client_id']}/connections")["connections"]
    assert [each["name"] for each in enabled] == ["db"]
    consent = {"id": "grant", "clientID": client["client_id"], "user_id": "auth0|ada", "audience": "https://api", "scope": []}
    api.tenant.store.put("user_grants", "grant", consent)
    assert [each["id"] for each in api.get(f"/grants?client_id={client['client_id']}")] == ["grant"]
    assert api.get("/grants?client_id=another") == []
    api.delete(f"/clients/{client['client_id']}", status=204)
    assert api.get(f"/clients/{client['client_id']}", status=404)["errorCode"] == "inexistent_client"
    assert api.get("/client-grants?audience=https://api") == api.get("/grants") == []
    assert api.get(f"/connections/{connection}/clients") == {"clients": []}


def test_the_global_client_is_filtered_and_cannot_be_deleted(api: Api) -> None:
    everything = api.get("/clients?is_global=true")
    assert [client["name"] for client in everything] == ["All Applications"]
    assert len(api.get("/clients?is_global=false")) == len(api.get("/clients")) - 1
    api.delete(f"/clients/{everything[0]['client_id']}", status=400)


def test_the_security_mode_of_a_third_party_cannot_be_changed(api: Api) -> None:
    client = created(api, is_first_party=False, third_party_security_mode="strict")
    api.patch(f"/clients/{client['client_id']}", {"third_party_security_mode": "permissive"}, status=400)


def test_new_clients_join_all_connections_while_the_switch_is_on(api: Api) -> None:
    connection = api.get("/connections")[0]["id"]
    alone = created(api)
    api.patch("/tenants/settings", {"flags": {"enable_client_connections": True}})
    joined = created(api)
    clients = [each["client_id"] for each in api.get(f"/connections/{connection}/clients")["clients"]]
    assert (joined["client_id"] in clients, alone["client_id"] in clients) == (True, False)


def test_a_credential_expires_at_a_moment_that_there_is(api: Api, pem: str) -> None:
    root = f"/clients/{created(api)['client_id']}/credentials"
    body = {"credential_type": "public_key", "pem": pem}
    api.post(root, {**body, "expires_at": "2030-13-40T25:00:00Z"}, status=400)
    for sent in ("2030-01-31T10:00:00", "2030-01-31T12:00:00+02:00"):
        assert api.post(root, {**body, "expires_at": sent})["expires_at"] == "2030-01-31T10:00:00.000Z"
