"""The official Python SDK over https: create, list, get, update and delete of each kind, with the SDK's own types."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tenantry.testing import PASSWORD, Tenant

management = pytest.importorskip("auth0.management", reason="needs the packages that tests/clients/install installs")

API = "https://api.shop.example/orders"


@pytest.fixture
def auth0(tenant: Tenant) -> Iterator[Any]:
    """Give the SDK's client, which gets its token by the emulator's credentials."""
    with httpx.Client(verify=ssl.create_default_context(cafile=tenant.ca)) as http:
        form = {
            "grant_type": "client_credentials",
            "client_id": "tenantry-emulator",
            "client_secret": "tenantry-emulator-secret",
            "audience": f"{tenant.url}/api/v2/",
        }
        token = http.post(f"{tenant.url}/oauth/token", data=form).json()["access_token"]
        yield management.ManagementClient(domain=tenant.domain, token=token, httpx_client=http)


def gone(call: Any, *arguments: str) -> bool:
    """Return whether a call is answered with 404, as the SDK tells it."""
    with pytest.raises(management.NotFoundError) as caught:
        call(*arguments)
    return bool(caught.value.status_code == 404)


def test_applications(auth0: Any) -> None:
    made = auth0.clients.create(name="Shop", app_type="spa", callbacks=["https://shop.example/callback"])
    assert auth0.clients.get(made.client_id).name == "Shop"
    assert made.client_id in [one.client_id for one in auth0.clients.list()]
    changed = auth0.clients.update(made.client_id, name="Store", grant_types=["authorization_code"])
    assert (changed.name, changed.callbacks) == ("Store", ["https://shop.example/callback"])
    before = auth0.clients.get(made.client_id).client_secret
    assert auth0.clients.rotate_secret(made.client_id).client_secret != before
    auth0.clients.delete(made.client_id)
    assert gone(auth0.clients.get, made.client_id)


def test_apis_and_client_grants(auth0: Any) -> None:
    made = auth0.resource_servers.create(
        identifier=API, name="Orders", scopes=[{"value": "read:orders"}, {"value": "write:orders"}], token_lifetime=600
    )
    assert auth0.resource_servers.get(made.id).token_lifetime == 600
    assert API in [one.identifier for one in auth0.resource_servers.list()]
    job = auth0.clients.create(name="Job", app_type="non_interactive")
    grant = auth0.client_grants.create(client_id=job.client_id, audience=API, scope=["read:orders"])
    assert [one.id for one in auth0.client_grants.list(audience=API)] == [grant.id]
    assert auth0.client_grants.update(grant.id, scope=["write:orders"]).scope == ["write:orders"]
    auth0.client_grants.delete(grant.id)
    assert list(auth0.client_grants.list(audience=API)) == []
    changed = auth0.resource_servers.update(made.id, scopes=[{"value": "read:orders", "description": "Read"}])
    assert [(one.value, one.description) for one in changed.scopes] == [("read:orders", "Read")]
    auth0.resource_servers.delete(made.id)
    assert gone(auth0.resource_servers.get, made.id)


def test_connections(auth0: Any) -> None:
    made = auth0.connections.create(name="staff", strategy="auth0", options={"passwordPolicy": "good"})
    client = auth0.clients.create(name="Shop", app_type="spa")
    auth0.connections.clients.update(made.id, request=[{"client_id": client.client_id, "status": True}])
    assert [one.client_id for one in auth0.connections.clients.get(made.id)] == [client.client_id]
    assert {one.name for one in auth0.connections.list(strategy=["auth0"])} == {"staff", "Username-Password-Authentication"}
    changed = auth0.connections.update(made.id, options={"passwordPolicy": "excellent"})
    assert changed.options["passwordPolicy"] == "excellent"
    auth0.connections.delete(made.id)
    assert gone(auth0.connections.get, made.id)


def test_users_and_roles(auth0: Any) -> None:
    auth0.resource_servers.create(identifier=API, name="Orders", scopes=[{"value": "read:orders"}])
    role = auth0.roles.create(name="clerk", description="Takes orders")
    permission = {"resource_server_identifier": API, "permission_name": "read:orders"}
    auth0.roles.permissions.add(role.id, permissions=[permission])
    assert [one.permission_name for one in auth0.roles.permissions.list(role.id)] == ["read:orders"]
    user = auth0.users.create(
        connection="Username-Password-Authentication",
        email="ada@example.com",
        password=PASSWORD,
        user_metadata={"tier": "gold"},
    )
    assert auth0.users.get(user.user_id).email == "ada@example.com"
    assert [one.user_id for one in auth0.users.list_users_by_email(email="ada@example.com")] == [user.user_id]
    assert [one.user_id for one in auth0.users.list(q='email:"ada@example.com"', search_engine="v3")] == [user.user_id]
    auth0.users.roles.assign(user.user_id, roles=[role.id])
    assert [one.id for one in auth0.users.roles.list(user.user_id)] == [role.id]
    assert [one.user_id for one in auth0.roles.users.list(role.id)] == [user.user_id]
    [held] = auth0.users.permissions.list(user.user_id)
    assert (held.permission_name, held.sources[0]["source_name"]) == ("read:orders", "clerk")
    assert auth0.users.update(user.user_id, user_metadata={"since": 2020}).user_metadata == {"tier": "gold", "since": 2020}
    auth0.users.roles.delete(user.user_id, roles=[role.id])
    assert list(auth0.users.roles.list(user.user_id)) == []
    assert auth0.roles.update(role.id, description="Counts orders").description == "Counts orders"
    assert "clerk" in [one.name for one in auth0.roles.list()]
    auth0.roles.permissions.delete(role.id, permissions=[permission])
    auth0.roles.delete(role.id)
    assert gone(auth0.roles.get, role.id)
    auth0.users.delete(user.user_id)
    assert gone(auth0.users.get, user.user_id)


def test_organizations(auth0: Any) -> None:
    connection = auth0.connections.create(name="staff", strategy="auth0", enabled_clients=["tenantry-emulator"])
    made = auth0.organizations.create(name="north", display_name="North", metadata={"region": "n"})
    assert auth0.organizations.get_by_name("north").id == made.id
    auth0.organizations.enabled_connections.add(made.id, connection_id=connection.id, assign_membership_on_login=True)
    [enabled] = auth0.organizations.enabled_connections.list(made.id)
    assert (enabled.connection_id, enabled.assign_membership_on_login) == (connection.id, True)
    user = auth0.users.create(connection="staff", email="ada@example.com", password=PASSWORD)
    role = auth0.roles.create(name="clerk")
    auth0.organizations.members.create(made.id, members=[user.user_id])
    auth0.organizations.members.roles.assign(made.id, user.user_id, roles=[role.id])
    assert [one.user_id for one in auth0.organizations.members.list(made.id)] == [user.user_id]
    assert [one.id for one in auth0.organizations.members.roles.list(made.id, user.user_id)] == [role.id]
    assert auth0.organizations.update(made.id, display_name="Far north").display_name == "Far north"
    assert [one.name for one in auth0.organizations.list()] == ["north"]
    auth0.organizations.delete(made.id)
    assert gone(auth0.organizations.get, made.id)


def test_actions(auth0: Any) -> None:
    made = auth0.actions.create(
        name="Add tier",
        supported_triggers=[{"id": "post-login", "version": "v3"}],
        code="exports.onExecutePostLogin = async () => {};",
        runtime="node22",
        secrets=[{"name": "TIER", "value": "gold"}],
    )
    auth0.actions.deploy(made.id)
    found = auth0.actions.get(made.id)
    assert (found.status, found.all_changes_deployed, [one.name for one in found.secrets]) == ("built", True, ["TIER"])
    assert [one.name for one in auth0.actions.list()] == ["Add tier"]
    assert [one.number for one in auth0.actions.versions.list(made.id)] == [1]
    binding = {"ref": {"type": "action_name", "value": "Add tier"}, "display_name": "Add tier"}
    auth0.actions.triggers.bindings.update_many("post-login", bindings=[binding])
    assert [one.display_name for one in auth0.actions.triggers.bindings.list("post-login")] == ["Add tier"]
    auth0.actions.triggers.bindings.update_many("post-login", bindings=[])
    assert auth0.actions.update(made.id, name="Add level").name == "Add level"
    auth0.actions.delete(made.id)
    assert gone(auth0.actions.get, made.id)


def test_settings_of_the_tenant(auth0: Any) -> None:
    assert auth0.tenants.settings.update(friendly_name="Acme").friendly_name == "Acme"
    assert auth0.tenants.settings.get().friendly_name == "Acme"
    auth0.branding.update(colors={"primary": "#0a5f38", "page_background": "#ffffff"})
    assert auth0.branding.get().colors.primary == "#0a5f38"
    assert auth0.prompts.update_settings(identifier_first=True).identifier_first
    assert auth0.attack_protection.brute_force_protection.update(max_attempts=7).max_attempts == 7
    assert auth0.keys.signing.list()[0].cert.startswith("-----BEGIN CERTIFICATE-----")


def test_a_mistake_is_what_the_sdk_says_it_is(auth0: Any) -> None:
    with pytest.raises(management.BadRequestError):
        auth0.clients.create(name="")
    auth0.resource_servers.create(identifier=API, name="Orders")
    with pytest.raises(management.ConflictError):
        auth0.resource_servers.create(identifier=API, name="Orders")
