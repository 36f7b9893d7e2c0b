"""An export names its own tenant by a mark, so that another tenant that is declared by it has its own domain there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tenantry.cli.entry import run
from tenantry.cli.export.own_domain import with_mark
from tenantry.cli.loading import Loading
from tenantry.cli.tenants import opened

ACME = "acme.eu.auth0.com"
DECLARED = """\
version: 1
tenant: {emulator: one}
applications:
  shop:
    name: Shop
    app_type: spa
    oidc_conformant: true
    token_endpoint_auth_method: none
    grant_types: [authorization_code]
    jwt_configuration: {alg: RS256}
    callbacks: ["https://${tenant.domain}/login/callback", "https://shop.example/cb"]
apis:
  orders: {identifier: "https://${tenant.domain}/orders", signing_alg: RS256}
connections:
  staff:
    name: staff
    strategy: waad
    options: {client_id: a, tenant_domain: staff.example, app_domain: "${tenant.domain}"}
"""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (ACME, "${tenant.domain}"),
        (f"https://{ACME}", "https://${tenant.domain}"),
        (f"https://{ACME}/cb?x={ACME}", f"https://${{tenant.domain}}/cb?x={ACME}"),
        (f"see https://{ACME}.", "see https://${tenant.domain}."),
        (f"https://{ACME}:8443/cb", f"https://{ACME}:8443/cb"),
        (f"https://{ACME}.example/cb", f"https://{ACME}.example/cb"),
        (f"https://my-{ACME}/cb", f"https://my-{ACME}/cb"),
        ("https://acmeXeu.auth0.com/cb", "https://acmeXeu.auth0.com/cb"),
        (f"Log in at {ACME}", f"Log in at {ACME}"),
        ({"a": [{ACME: ACME}], "b": 1}, {"a": [{ACME: "${tenant.domain}"}], "b": 1}),
    ],
)
def test_the_domain_becomes_a_mark_where_it_stands_for_the_tenant(text: Any, written: Any) -> None:
    assert with_mark(text, ACME) == written


def held(file: str) -> tuple[Any, ...]:
    """Return what a tenant holds of what names its domain."""
    [tenant_file] = Loading().files([Path(file)])

    async def asked() -> tuple[Any, ...]:
        async with opened(tenant_file) as tenant:
            [shop] = [each for each in await tenant.client.get(("clients",)) if each["name"] == "Shop"]
            apis = await tenant.client.get(("resource-servers",))
            [staff] = await tenant.client.get(("connections",), (("strategy", "waad"),))
        identifiers = [each["identifier"] for each in apis if not each.get("is_system")]
        return shop["callbacks"], identifiers, staff["options"]["app_domain"]

    return asyncio.run(asked())


def test_what_is_exported_plans_nothing_and_gives_another_tenant_its_own_domain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yaml").write_text(DECLARED, encoding="utf-8")
    assert run(["apply", "one.yaml"]) == 0
    assert run(["export", "one.yaml", "--out", "tenants"]) == 0
    assert "one.emulator.localhost" not in "".join(each.read_text() for each in Path("tenants").rglob("*.yaml"))
    assert run(["plan", "tenants/one.yaml", "--detailed-exitcode"]) == 0
    Path("tenants/two.yaml").write_text("version: 1\nextends: [one/*.yaml]\ntenant: {emulator: two}\n", encoding="utf-8")
    assert run(["apply", "tenants/two.yaml"]) == 0
    host = "two.emulator.localhost"
    assert held("tenants/two.yaml") == (
        [f"https://{host}/login/callback", "https://shop.example/cb"],
        [f"https://{host}/orders"],
        host,
    )
