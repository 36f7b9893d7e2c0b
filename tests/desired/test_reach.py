"""What a file may reach: hosts, credentials, and which tenant it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.desired import load, workspace_of
from tenantry.model.errors import ConfigErrors, UsageError
from tests.desired.conftest import Complaints, Loader

ENVIRONMENT = {"AUTH0_DOMAIN": "acme.eu.auth0.com", "AUTH0_CLIENT_ID": "abc", "AUTH0_CLIENT_SECRET": "canary"}


def test_credentials_of_the_environment_go_to_their_own_domain(loaded: Loader) -> None:
    tenant = loaded("tenant: {domain: acme.eu.auth0.com}", environ=ENVIRONMENT).tenant
    assert tenant.client_id == "abc"
    assert tenant.client_secret
    assert tenant.client_secret.reveal() == "canary"
    assert "canary" not in repr(tenant)


def test_credentials_of_the_environment_go_nowhere_else(complaints: Complaints) -> None:
    [told] = complaints("tenant: {domain: other.eu.auth0.com}", environ=ENVIRONMENT)
    assert told.startswith("tenant.yaml:1:18: the credentials in the environment are for acme.eu.auth0.com")


@pytest.mark.parametrize("said", ["client_secret: '${secret.AUTH0_CLIENT_SECRET}'", "api_token: 'x${secret.AUTH0_API_TOKEN}'"])
def test_credentials_of_the_environment_go_nowhere_else_by_their_names_either(complaints: Complaints, said: str) -> None:
    [told] = complaints(f"tenant: {{domain: other.eu.auth0.com, client_id: x, {said}}}", environ=ENVIRONMENT)
    assert "is for acme.eu.auth0.com (AUTH0_DOMAIN), not for other.eu.auth0.com" in told
    assert not complaints(f"tenant: {{domain: acme.eu.auth0.com, client_id: x, {said}}}", environ=ENVIRONMENT)


@pytest.mark.parametrize("name", ["A\\nPATH", "A B", "A=B", "1A", ""])
def test_an_output_is_named_like_a_variable(complaints: Complaints, name: str) -> None:
    [told] = complaints(f'outputs: {{"{name}": x}}')
    assert "is named like a variable" in told


def test_no_workspace_goes_beyond_its_repository(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "tenants" / "more"
    folder.mkdir(parents=True)
    assert workspace_of(folder / "dev.yaml") == tmp_path / "home"
    (tmp_path / "home" / "tenants" / ".git").mkdir()
    assert workspace_of(folder / "dev.yaml") == tmp_path / "home" / "tenants"


def test_the_root_of_all_files_is_no_workspace() -> None:
    assert workspace_of(Path("/tenants/dev.yaml")) == Path("/tenants")
    assert workspace_of(Path("/mnt/tenants/dev.yaml")) == Path("/mnt")


def test_without_a_domain_in_the_environment_its_credentials_are_not_used(loaded: Loader) -> None:
    environ = {name: value for name, value in ENVIRONMENT.items() if name != "AUTH0_DOMAIN"}
    assert not loaded("tenant: {domain: other.eu.auth0.com}", environ=environ).tenant.has_credentials


def test_credentials_of_the_file_win(loaded: Loader) -> None:
    text = "tenant: {domain: other.eu.auth0.com, client_id: x, client_secret: '${secret.OTHER}'}"
    tenant = loaded(text, environ=ENVIRONMENT | {"OTHER": "y"}).tenant
    assert tenant.client_secret
    assert (tenant.client_id, tenant.client_secret.reveal()) == ("x", "y")


@pytest.mark.parametrize("url", ["http://127.0.0.1:4400", "http://localhost:4400", "https://dev.localhost", "http://[::1]:1"])
def test_loopback_needs_no_permission(url: str, loaded: Loader) -> None:
    assert loaded(f"tenant: {{base_url: '{url}'}}").tenant.url == url


def test_another_host_needs_permission(loaded: Loader, complaints: Complaints) -> None:
    text = "tenant: {base_url: 'http://emulator.lan:4400'}"
    [told] = complaints(text)
    assert "--allow-host emulator.lan:4400" in told
    assert loaded(text, allow_host=["emulator.lan"]).tenant.name == "emulator.lan:4400"


def test_two_files_of_one_run_are_two_tenants(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("tenant: {domain: acme.eu.auth0.com}\n", encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r"b\.yaml:1:18: a\.yaml declares the tenant acme\.eu\.auth0\.com as well"):
        load([tmp_path], environ={})


def test_a_path_that_leads_nowhere_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or folder"):
        load([tmp_path / "nothing.yaml"], environ={})
    with pytest.raises(UsageError, match="holds no tenant file"):
        load([tmp_path], environ={})


def test_a_missing_secrets_file_is_wrong_usage(loaded: Loader, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no secrets file"):
        loaded("apis: {}", secrets_file=tmp_path / "nothing")


def test_an_embedded_tenant_is_told_by_name_or_in_full(loaded: Loader) -> None:
    assert loaded("tenant: {emulator: dev}").tenant.url == "https://dev.emulator.localhost"
    text = """
tenant:
  emulator:
    name: Dev 1
    pin: {shop: {client_id: abc, client_secret: "${secret.PIN}"}}
    users: [{email: a@b.example, password: p, connection: people, roles: []}]
applications: {shop: {name: Shop}}
connections: {people: {name: people, strategy: auth0}}
"""
    emulator = loaded(text).tenant.emulator
    assert emulator
    assert emulator.host == "dev-1.emulator.localhost"
    assert emulator.pin["shop"]["client_id"] == "abc"
    assert emulator.users[0].email == "a@b.example"


@pytest.mark.parametrize(
    ("domain", "end"),
    [
        ("https://shop.eu.auth0.com/", "; write `shop.eu.auth0.com`"),
        ("shop.eu.auth0.com/api/v2", "; write `shop.eu.auth0.com`"),
        ("https://me:canary@shop.eu.auth0.com", "; write `shop.eu.auth0.com`"),
        ("YOUR-TENANT.eu.auth0.com", ", as in `acme.eu.auth0.com`"),
        ("shop", ", as in `acme.eu.auth0.com`"),
        ("https://[", ", as in `acme.eu.auth0.com`"),
    ],
)
def test_the_host_name_that_an_address_holds_is_told_and_none_is_made_of_a_placeholder(
    complaints: Complaints, domain: str, end: str
) -> None:
    [told] = complaints(f'tenant: {{domain: "{domain}"}}')
    assert told.endswith(f"without scheme, port or path{end}")
