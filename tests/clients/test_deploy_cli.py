"""auth0-deploy-cli over https: a company is imported, exported, compared, imported again, and partly deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tenantry.testing import Tenant
from tests.clients.node import HERE, Node, Talk

API = "https://api.acme.example/orders"
KINDS = [
    "tenant",
    "branding",
    "clients",
    "resourceServers",
    "clientGrants",
    "roles",
    "databases",
    "organizations",
    "actions",
    "triggers",
]
ONLY = {"AUTH0_INCLUDED_ONLY": KINDS}


@dataclass(frozen=True)
class DeployCli:
    """The tool, running, and what it is told to do."""

    script: Talk

    def run(self, command: str, config: dict[str, Any] | None = None, **parameters: Any) -> None:
        """Let the tool carry out a command, which must succeed."""
        self.script.say({"command": command, "config": config or ONLY, **parameters})
        ended = self.script.hear()
        assert ended == {"error": None}

    def exported(self, folder: Path, config: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what an export writes."""
        self.run("export", config or ONLY, format="yaml", output_folder=str(folder))
        document: dict[str, Any] = yaml.safe_load((folder / "tenant.yaml").read_text())
        return document


@pytest.fixture
def deploy_cli(node: Node, tenant: Tenant) -> Iterator[DeployCli]:
    settings = {
        "AUTH0_DOMAIN": tenant.domain,
        "AUTH0_CLIENT_ID": "tenantry-emulator",
        "AUTH0_CLIENT_SECRET": "tenantry-emulator-secret",
        "AUTH0_ALLOW_DELETE": False,
    }
    with node.talking("deploy_cli.cjs", {"settings": settings}) as script:
        yield DeployCli(script)


def named(tenant: Tenant, path: str) -> dict[str, dict[str, Any]]:
    """Return what the Management API lists, by name."""
    found = tenant.management.get(path, params={"per_page": "100"}).json()
    return {one["name"]: one for one in (found["actions"] if isinstance(found, dict) else found)}


def writes(tenant: Tenant) -> dict[str, int]:
    """Return the requests since the last look that were no reads, by method and path."""
    with tenant.client() as client:
        requests = client.get("/_emulator/stats").json()["requests"]
        client.delete("/_emulator/stats")
    return {request: count for request, count in requests.items() if not request.startswith("GET")}


def holds_the_company(tenant: Tenant) -> None:
    clients, roles, connections = named(tenant, "clients"), named(tenant, "roles"), named(tenant, "connections")
    assert clients["Storefront"]["refresh_token"]["rotation_type"] == "rotating"
    assert clients["Storefront"]["callbacks"] == ["https://shop.acme.example/callback"]
    [orders] = [one for one in tenant.management.get("resource-servers").json() if one["identifier"] == API]
    assert (orders["token_lifetime"], orders["enforce_policies"]) == (3600, True)
    [grant] = tenant.management.get("client-grants", params={"audience": API}).json()
    assert (grant["client_id"], grant["scope"]) == (clients["Reports"]["client_id"], ["read:orders"])
    permissions = tenant.management.get(f"roles/{roles['Clerk']['id']}/permissions").json()
    assert {one["permission_name"] for one in permissions} == {"read:orders", "write:orders"}
    enabled = tenant.management.get(f"connections/{connections['Staff']['id']}/clients").json()["clients"]
    assert enabled == [{"client_id": clients["Storefront"]["client_id"]}]
    [organization] = tenant.management.get("organizations").json()
    [member] = tenant.management.get(f"organizations/{organization['id']}/enabled_connections").json()
    assert (member["connection_id"], member["assign_membership_on_login"]) == (connections["Staff"]["id"], True)
    assert named(tenant, "actions/actions")["Add tier"]["all_changes_deployed"]
    bindings = tenant.management.get("actions/triggers/post-login/bindings").json()["bindings"]
    assert [binding["display_name"] for binding in bindings] == ["Add tier"]
    assert tenant.management.get("tenants/settings").json()["friendly_name"] == "Acme"


def test_a_company_goes_in_comes_out_and_is_cut_down(deploy_cli: DeployCli, tenant: Tenant, tmp_path: Path) -> None:
    deploy_cli.run("import", input_file=str(HERE / "company" / "tenant.yaml"))
    holds_the_company(tenant)

    exported = deploy_cli.exported(tmp_path / "out")
    assert {one["name"] for one in exported["clients"]} >= {"Storefront", "Reports"}
    [role] = exported["roles"]
    assert {one["permission_name"] for one in role["permissions"]} == {"read:orders", "write:orders"}
    assert exported["triggers"]["post-login"][0]["action_name"] == "Add tier"

    writes(tenant)
    deploy_cli.run("import", input_file=str(tmp_path / "out" / "tenant.yaml"))
    created_or_deleted = {sent for sent in writes(tenant) if sent.startswith(("POST", "DELETE"))}
    assert created_or_deleted <= {
        "POST /api/v2/actions/actions/{id}/deploy",
        "POST /api/v2/roles/{id}/permissions",
        "DELETE /api/v2/roles/{id}/permissions",
    }
    holds_the_company(tenant)

    less = tmp_path / "less.yaml"
    kept = {name: [one for one in exported[name] if one["name"] != "Reports"] for name in ("clients", "resourceServers")}
    less.write_text(
        yaml.safe_dump({**kept, "roles": [], "organizations": [], "clientGrants": [], "triggers": {}, "actions": []})
    )
    deploy_cli.run("import", {**ONLY, "AUTH0_ALLOW_DELETE": True}, input_file=str(less))
    assert not {"Reports"} & named(tenant, "clients").keys()
    assert {"Storefront", "tenantry emulator (management)"} <= named(tenant, "clients").keys()
    assert (named(tenant, "roles"), named(tenant, "organizations"), named(tenant, "actions/actions")) == ({}, {}, {})
    assert tenant.management.get("client-grants", params={"audience": API}).json() == []

    writes(tenant)
    deploy_cli.run("import", input_file=str(HERE / "company" / "tenant.yaml"), dry_run="preview")
    assert writes(tenant) == {}


def test_every_kind_of_a_fresh_tenant_is_exported(deploy_cli: DeployCli, tmp_path: Path) -> None:
    exported = deploy_cli.exported(tmp_path, {"AUTH0_EXCLUDED": []})
    assert exported.keys() >= {
        *KINDS,
        "attackProtection",
        "guardianFactors",
        "prompts",
        "themes",
        "riskAssessment",
        "emailTemplates",
    }
    assert len(exported["guardianFactors"]) >= 8
    assert exported["attackProtection"]["bruteForceProtection"]["enabled"] is True
