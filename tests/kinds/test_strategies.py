"""Connections of every strategy reach what is declared, and no plan is left over: when made, when changed, when exported."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tenantry.desired import load
from tenantry.kinds import KINDS
from tenantry.kinds.connection_options import Options
from tenantry.model.errors import ConfigErrors
from tenantry.model.state import DesiredState
from tests.laws.tenant import Tenant, fresh_tenant

WORLD: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "worlds" / "strategies.yaml").read_text(encoding="utf-8")
)
METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor>'
    '<KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{}</X509Certificate>'
    '</X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="b" Location="https://idp.example/in"/>'
    "</IDPSSODescriptor></EntityDescriptor>"
)


@cache
def certificate(name: str) -> str:
    """Return a certificate in PEM form."""
    key = ec.generate_private_key(ec.SECP256R1())
    whom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(whom, whom, key.public_key(), 1, begin, begin + timedelta(days=9)).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def thumbprint(pem: str) -> str:
    return hashlib.sha1(x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)).hexdigest()  # noqa: S324 - what Auth0 shows


def connections(tmp_path: Path, options: dict[str, dict[str, Any]]) -> DesiredState:
    """Return a tenant file's state with one connection for each strategy."""
    declared = {name: {"name": name, "strategy": name, "options": one} for name, one in options.items()}
    file = tmp_path / "tenant.yaml"
    text = yaml.safe_dump({"tenant": {"emulator": "laws"}, "connections": declared}).replace("${context", "$${context")
    file.write_text(text, encoding="utf-8")
    [loaded] = load([file], environ={})
    return loaded.state


async def reach(tenant: Tenant, desired: DesiredState) -> dict[str, dict[str, Any]]:
    """Return what the tenant itself says of each connection's options, once it is as declared."""
    _, outcome = await tenant.apply(desired)
    assert outcome.failed == ()
    assert (await tenant.plan(desired)).steps == (), "a second plan is empty"
    return {each["name"]: each["options"] for each in await tenant.get("connections")}


def test_each_strategy_is_made_changed_and_changed_back(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for turn in (0, 1, 0):
                shown = await reach(tenant, connections(tmp_path, {name: both[turn] for name, both in WORLD.items()}))
                assert shown["waad"]["ext_access_token"] is (turn == 0)
                assert shown["ad"]["kerberos"] is (turn == 1)

    asyncio.run(work())


@pytest.mark.parametrize("strategy", ["samlp", "pingfederate"])
@pytest.mark.parametrize("wrapped", [False, True], ids=["pem", "base64"])
def test_a_certificate_that_is_exchanged_takes_what_was_made_of_the_old_one_along(
    tmp_path: Path, strategy: str, *, wrapped: bool
) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for pem in (certificate("old"), certificate("new")):
                text = base64.b64encode(pem.encode()).decode() if wrapped and strategy == "samlp" else pem
                shown = await reach(tenant, connections(tmp_path, {strategy: {"signingCert": text, "debug": True}}))
                assert shown[strategy]["thumbprints"] == [thumbprint(pem)]
                assert shown[strategy]["debug"] is True

    asyncio.run(work())


def test_a_metadata_document_is_read_once_and_no_difference(tmp_path: Path) -> None:
    async def work() -> None:
        body = "".join(certificate("old").splitlines()[1:-1])
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for debug in (True, False):
                options = {"metadataXml": METADATA.format(body), "debug": debug}
                shown = await reach(tenant, connections(tmp_path, {"samlp": options}))
                assert "metadataXml" not in shown["samlp"]
                assert shown["samlp"]["signInEndpoint"] == "https://idp.example/in"
                assert shown["samlp"]["thumbprints"] == [thumbprint(certificate("old"))]
            shown = await reach(tenant, connections(tmp_path, {"samlp": {"signingCert": certificate("new")}}))
            assert shown["samlp"]["thumbprints"] == [thumbprint(certificate("new"))]
            assert shown["samlp"]["signInEndpoint"] == "https://idp.example/in"

    asyncio.run(work())


def test_a_metadata_address_gives_place_to_a_certificate_and_back(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            address = {"metadataUrl": "https://idp.example/metadata"}
            for options in (address, {"signingCert": certificate("new")}, address):
                shown = await reach(tenant, connections(tmp_path, {"samlp": options}))
                assert ("metadataUrl" in shown["samlp"]) == (options is address)

    asyncio.run(work())


def test_what_the_provider_says_of_itself_is_neither_declared_nor_carried(tmp_path: Path) -> None:
    async def work() -> None:
        first = {"client_id": "a", "discovery_url": "https://a.example/.well-known/openid-configuration"}
        later = {**first, "token_endpoint": "https://b.example/token"}
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            await reach(tenant, connections(tmp_path, {"oidc": first}))
            shown = await reach(tenant, connections(tmp_path, {"oidc": later}))
            assert shown["oidc"]["token_endpoint"] == "https://b.example/token"
            assert shown["oidc"]["oidc_metadata"]["issuer"] == "https://a.example"

    asyncio.run(work())
    with pytest.raises(ConfigErrors, match="the tenant takes it from the provider"):
        connections(tmp_path, {"oidc": {"oidc_metadata": {}}})


def test_what_is_no_longer_asked_of_a_provider_leaves_the_scope(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for repo, scope in ((True, ["user:email", "repo"]), (False, ["user:email"])):
                shown = await reach(tenant, connections(tmp_path, {"github": {"email": True, "repo": repo}}))
                assert sorted(shown["github"]["scope"]) == sorted(scope)
            declared = {"email": True, "repo": True, "scope": ["gist"]}
            assert (await reach(tenant, connections(tmp_path, {"github": declared})))["github"]["scope"] == ["gist"]
            shown = await reach(tenant, connections(tmp_path, {"github": {"client_id": "c"}}))
            assert shown["github"]["scope"] == ["gist"], "nothing that it is made of has changed"

    asyncio.run(work())


def test_another_discovery_url_takes_the_endpoints_of_the_first_along(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for host in ("a", "b"):
                url = f"https://{host}.example/.well-known/openid-configuration"
                shown = await reach(tenant, connections(tmp_path, {"oidc": {"client_id": "a", "discovery_url": url}}))
                assert shown["oidc"]["issuer"] == f"https://{host}.example"
                assert shown["oidc"]["token_endpoint"].startswith(f"https://{host}.example/")

    asyncio.run(work())


def test_secrets_of_all_strategies_are_known_as_such() -> None:
    secrets = {
        name
        for name, member in KINDS["connections"].shape.members["options"].members.items()
        if "Sensitive" in str(member.marks)
    }
    assert secrets == {
        "admin_access_token",
        "admin_refresh_token",
        "app_secret",
        "client_secret",
        "configuration",
        "customHeaders",
        "decryptionKey",
        "signing_key",
        "twilio_token",
    }
    assert "ext_access_token" in Options.model_fields
