"""A small company of every kind, and what becomes of it."""

from __future__ import annotations

from typing import Any

from tenantry.model.state import DesiredState, Lifecycle
from tests.apply.emulated import Acme, declare

CODE = "exports.onExecutePostLogin = async () => {};"
POST_LOGIN = [{"id": "post-login", "version": "v3"}]


def founded() -> dict[str, Any]:
    """Return the company on its first day."""
    return {
        "applications": {
            "shop": {"name": "Shop", "app_type": "spa", "callbacks": ["https://shop.example/cb"]},
            "job": {"name": "Job", "app_type": "non_interactive", "grant_types": ["client_credentials"]},
        },
        "apis": {"orders": {"identifier": "https://orders", "name": "Orders", "scopes": scopes("read", "write")}},
        "client_grants": {"job-orders": {"client_id": "job", "audience": "orders", "scope": ["read"]}},
        "roles": {"buyer": {"name": "Buyer", "permissions": {"orders": ["read"]}}},
        "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["shop"]}},
        "organizations": {"acme": {"name": "acme", "connections": {"customers": {"assign_membership_on_login": True}}}},
        "actions": {"claim": {"name": "Claim", "code": CODE, "supported_triggers": POST_LOGIN}},
        "triggers": {"post-login": {"actions": ["claim"]}},
        "tenant_settings": {"": {"friendly_name": "Acme"}},
    }


def grown() -> dict[str, Any]:
    """Return the company a year later: renamed, exchanged, extended, rewired."""
    return {
        "applications": {
            "shop": {"name": "Shop", "app_type": "spa", "callbacks": ["https://shop.example/cb", "https://new.example"]},
            "job": {"name": "Worker", "lifecycle": Lifecycle(renamed_from="Job")},
            "extra": {"name": "Extra", "app_type": "native"},
        },
        "apis": {"orders": {"identifier": "https://orders", "scopes": scopes("view", "write")}},
        "client_grants": {"job-orders": {"client_id": "job", "audience": "orders", "scope": ["view"]}},
        "roles": {"buyer": {"name": "Buyer", "permissions": {"orders": ["view", "write"]}}},
        "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["job"]}},
        "organizations": {"acme": {"name": "acme", "connections": {}}},
        "actions": {
            "claim": {"name": "Claim", "code": CODE + "//2", "supported_triggers": POST_LOGIN},
            "two": {"name": "Two", "code": CODE, "supported_triggers": POST_LOGIN},
        },
        "triggers": {"post-login": {"actions": ["two", "claim"]}},
        "tenant_settings": {"": {"friendly_name": "Acme & Sons"}},
    }


def moved() -> dict[str, Any]:
    """Return the company of the first day with another API in the old one's place: whoever refers to it moves along."""
    company = founded()
    company["apis"]["orders"] |= {"identifier": "https://orders/v2", "lifecycle": Lifecycle(renamed_from="https://orders")}
    return company


def shrunk() -> dict[str, Any]:
    """Return the grown company after a bad year: one of nearly everything is gone."""
    gone = {"lifecycle": Lifecycle(absent=True)}
    company = grown()
    company["applications"]["extra"] |= gone
    company["client_grants"]["job-orders"] |= gone
    company["roles"]["buyer"] |= gone
    company["connections"]["customers"] |= gone
    company["actions"]["two"] |= gone
    company["triggers"]["post-login"]["actions"] = ["claim"]
    return company


def scopes(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "description": value.title()} for value in values]


def state(company: dict[str, Any]) -> DesiredState:
    return declare(None, **company)


def facts(acme: Acme) -> dict[str, Any]:
    """Return what the tenant holds, without ids, as its own API tells it."""
    connections = acme.ask("GET", "connections")
    clients = {client["client_id"]: client for client in acme.ask("GET", "clients?per_page=100")}
    roles = acme.ask("GET", "roles")
    organizations = acme.ask("GET", "organizations")
    actions = acme.ask("GET", "actions/actions")["actions"]
    grants = acme.ask("GET", "client-grants?per_page=100")
    return {
        "applications": sorted((client["name"], client.get("callbacks")) for client in clients.values()),
        "apis": {api["identifier"]: sorted(s["value"] for s in api.get("scopes", ())) for api in own_apis(acme)},
        "grants": sorted(
            (clients[grant["client_id"]]["name"], grant["scope"])
            for grant in grants
            if grant["client_id"] != acme.emulator.management_client_id
        ),
        "roles": {
            role["name"]: sorted(p["permission_name"] for p in acme.ask("GET", f"roles/{role['id']}/permissions"))
            for role in roles
        },
        "connections": {
            each["name"]: sorted(
                clients[client["client_id"]]["name"]
                for client in acme.ask("GET", f"connections/{each['id']}/clients")["clients"]
            )
            for each in connections
        },
        "organizations": {
            each["name"]: len(acme.ask("GET", f"organizations/{each['id']}/enabled_connections")) for each in organizations
        },
        "actions": {each["name"]: (each["code"], each["all_changes_deployed"]) for each in actions},
        "versions": {each["name"]: each["deployed_version"]["number"] for each in actions if each["deployed_version"]},
        "bound": [each["action"]["name"] for each in acme.ask("GET", "actions/triggers/post-login/bindings")["bindings"]],
        "friendly_name": acme.ask("GET", "tenants/settings").get("friendly_name"),
    }


def own_apis(acme: Acme) -> list[dict[str, Any]]:
    return [api for api in acme.ask("GET", "resource-servers") if not api.get("is_system")]
