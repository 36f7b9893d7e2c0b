"""What a fresh tenant holds.

Source: recorded traffic of auth0-deploy-cli (the Management API, the "All Applications" client, settings of a tenant), of
terraform-provider-auth0 (its own client creates users in the default database, so that one is enabled for it), Auth0 docs (the
default database); a sign-up recorded by go-auth0 (its default database takes ten small letters, another tenant's has `good`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.kinds.client_defaults import LEGACY_MEMBERS, REFRESH_LONG, REFRESH_SHORT
from tenantry.emulator.management.kinds.connection_defaults import DATABASE_OPTIONS
from tenantry.emulator.management.kinds.keys import seed_encryption
from tenantry.emulator.management.kinds.tenant_settings import FRESH_SETTINGS
from tenantry.emulator.management.scopes import described, management_scopes
from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID

if TYPE_CHECKING:
    from tenantry.emulator.tenant import Tenant

DEFAULT_CONNECTION = "Username-Password-Authentication"
MANAGEMENT_CLIENT = "tenantry emulator (management)"


def seed(tenant: Tenant) -> None:
    """Store the settings, the Management API, its client and grant, the global client and the default database."""
    tenant.store.put("settings", "tenant", FRESH_SETTINGS)
    _seed_api(tenant)
    _seed_clients(tenant)
    _seed_database(tenant)
    seed_encryption(tenant)


def _seed_api(tenant: Tenant) -> None:
    api: dict[str, Any] = {
        "id": tenant.ids.new("resource_servers", "Auth0 Management API"),
        "name": "Auth0 Management API",
        "identifier": tenant.management_identifier,
        "allow_offline_access": False,
        "skip_consent_for_verifiable_first_party_clients": False,
        "subject_type_authorization": {"client": {"policy": "require_client_grant"}, "user": {"policy": "allow_all"}},
        "token_lifetime": 86400,
        "token_lifetime_for_web": 7200,
        "signing_alg": "RS256",
        "scopes": [{"value": scope, "description": described(scope)} for scope in management_scopes()],
        "is_system": True,
        "_management": True,
    }
    tenant.store.put("resource_servers", api["id"], api)


def _seed_clients(tenant: Tenant) -> None:
    client: dict[str, Any] = {
        **_common(MANAGEMENT_CLIENT, MANAGEMENT_CLIENT_ID, tenant.management_secret),
        "refresh_token": REFRESH_LONG,
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    tenant.store.put("clients", client["client_id"], client)
    client_id, secret = tenant.ids.client("All Applications")
    everything = {
        **_common("All Applications", client_id, secret),
        "global": True,
        "callbacks": [],
        "cross_origin_authentication": True,
        "refresh_token": REFRESH_SHORT,
    }
    tenant.store.put("clients", client_id, everything)
    grant: dict[str, Any] = {
        "id": tenant.ids.new("client_grants", MANAGEMENT_CLIENT_ID),
        "client_id": MANAGEMENT_CLIENT_ID,
        "audience": tenant.management_identifier,
        "scope": list(management_scopes()),
        "subject_type": "client",
        "_management": True,
    }
    tenant.store.put("client_grants", grant["id"], grant)


def _common(name: str, client_id: str, secret: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "name": name,
        **LEGACY_MEMBERS,
        "is_first_party": True,
        "oidc_conformant": True,
        "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000, "secret_encoded": False},
    }


def _seed_database(tenant: Tenant) -> None:
    connection: dict[str, Any] = {
        "id": tenant.ids.new("connections", DEFAULT_CONNECTION),
        "name": DEFAULT_CONNECTION,
        "strategy": "auth0",
        "options": dict(DATABASE_OPTIONS),
        "is_domain_connection": False,
        "authentication": {"active": True},
        "connected_accounts": {"active": False},
        "realms": [DEFAULT_CONNECTION],
    }
    tenant.store.put("connections", connection["id"], connection)
    tenant.store.put("connection_clients", connection["id"], {"clients": [MANAGEMENT_CLIENT_ID]})
