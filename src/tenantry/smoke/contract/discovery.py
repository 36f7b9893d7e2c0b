"""Discovery and keys (DSC): what the tenant says of itself.

Source: OpenID Connect Discovery; RFC 8414; RFC 7517; RFC 7518.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenantry.smoke.client import METHODS
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, no_flaw, promise, skip
from tenantry.smoke.login.visitor import shown
from tenantry.smoke.strangers import may_lead_to
from tenantry.smoke.tenant import REQUIRED, Tenant
from tenantry.smoke.tokens import PRIVATE_MEMBERS, RSA_MINIMUM_BITS, is_named_rsa_key, key_flaws, modulus_bits, public_key
from tenantry.smoke.wire import origin_of

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint")


def declares_alg(configuration: Configuration) -> bool:
    """Return whether an application says how its ID tokens are signed."""
    return any(application.id_alg for application in configuration.applications.values())


def declares_code(configuration: Configuration) -> bool:
    """Return whether an application uses the code flow."""
    return any(application.may("authorization_code") for application in configuration.applications.values())


def auth_methods(configuration: Configuration) -> set[str]:
    """Return the declared ways of proving who an application is that discovery lists: not ``none``, nor those of mutual TLS."""
    methods = {application.auth_method for application in configuration.applications.values()}
    return {method for method in methods if method in METHODS - {"none"}}


def declares_logout(configuration: Configuration) -> bool:
    """Return whether the settings say if the logout endpoint is published."""
    return configuration.setting("oidc_logout", "rp_logout_end_session_endpoint_discovery") is not None


@promise("DSC-01", "Discovery names the tenant's own issuer.", source="OpenID Connect Discovery section 4.3", level="read")
async def issuer_is_exact(tenant: Tenant) -> Verdict:
    """Ask for the discovery document; the issuer ends with a slash."""
    return equals((await tenant.discovery()).get("issuer"), tenant.issuer)


@promise(
    "DSC-02",
    "Every endpoint is at the tenant's own address.",
    source="Auth0 docs, OpenID Connect discovery; OpenID Connect Discovery section 3",
    level="read",
)
async def endpoints_are_at_home(tenant: Tenant) -> Verdict:
    """Compare scheme, host and port of each endpoint with those of the issuer."""
    document = await tenant.discovery()
    home = origin_of(tenant.issuer)
    strays = [name for name in ENDPOINTS if origin_of(str(document.get(name, ""))) != home]
    return no_flaw([f"{name} is missing or elsewhere" for name in strays], "all endpoints below the issuer")


@promise(
    "DSC-11",
    "The endpoints that nobody can do without are there, and none is where secrets must not go.",
    source="OpenID Connect Discovery section 3",
    level="read",
)
async def endpoints_are_safe(tenant: Tenant) -> Verdict:
    """Look at the address of each endpoint that the document names."""
    document = await tenant.discovery()
    flaws = [f"no {name}" for name in sorted(REQUIRED - document.keys())]
    named = {name: str(url) for name, url in document.items() if name in REQUIRED or name.endswith("_endpoint")}
    flaws += [f"{name} at {shown(url)}" for name, url in named.items() if not may_lead_to(tenant.issuer, url)]
    return no_flaw(flaws, "https addresses, none of them in a private network")


@promise(
    "DSC-03",
    "The declared ID token algorithms are offered.",
    source="OpenID Connect Discovery section 3",
    level="read",
    when=declares_alg,
)
async def algorithms_are_offered(tenant: Tenant) -> Verdict:
    """Compare the declared algorithms with the published list."""
    offered = (await tenant.discovery()).get("id_token_signing_alg_values_supported") or []
    wanted = {application.id_alg for application in tenant.configuration.applications.values() if application.id_alg}
    return holds(wanted <= set(offered), f"{', '.join(sorted(wanted))} offered", ", ".join(map(str, offered)))


@promise("DSC-04", "The code flow with S256 is offered.", source="RFC 8414 section 2", level="read", when=declares_code)
async def code_flow_is_offered(tenant: Tenant) -> Verdict:
    """Look for ``code`` and ``S256``."""
    document = await tenant.discovery()
    responses, methods = document.get("response_types_supported"), document.get("code_challenge_methods_supported")
    is_needed = not tenant.is_foreign or any(one.is_public for one in tenant.configuration.applications.values())
    kept = "code" in (responses or []) and ("S256" in (methods or []) or not is_needed)
    expected = "response type code, challenge method S256" if is_needed else "response type code"
    return holds(kept, expected, "; ".join(", ".join(map(str, one or ["none"])) for one in (responses, methods)))


@promise(
    "DSC-05",
    "The declared ways of client authentication are offered.",
    source="RFC 8414 section 2",
    level="read",
    when=lambda configuration: bool(auth_methods(configuration)),
)
async def auth_methods_are_offered(tenant: Tenant) -> Verdict:
    """Compare the declared methods with the published list."""
    offered = (await tenant.discovery()).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    wanted = auth_methods(tenant.configuration)
    return holds(wanted <= set(offered), f"{', '.join(sorted(wanted))} offered", ", ".join(map(str, offered)))


@promise(
    "DSC-06",
    "The logout endpoint is published as the settings say.",
    source="Auth0 docs, Use the OIDC endpoint to log users out; OpenID Connect RP-Initiated Logout section 2.1",
    level="read",
    when=declares_logout,
)
async def logout_is_published(tenant: Tenant) -> Verdict:
    """Compare the flag with the presence of the endpoint."""
    wanted = bool(tenant.configuration.setting("oidc_logout", "rp_logout_end_session_endpoint_discovery"))
    return equals("end_session_endpoint" in await tenant.discovery(), wanted)


@promise(
    "DSC-07",
    "The published keys are public, each with an id of its own.",
    source="RFC 7517 section 4; OpenID Connect Core section 10.1",
    level="read",
)
async def keys_are_public(tenant: Tenant) -> Verdict:
    """Look at every published key; a lone one needs no id."""
    return no_flaw(key_flaws(await tenant.keys()), f"keys without {', '.join(sorted(PRIVATE_MEMBERS)[:3])}…")


@promise("DSC-07b", "The published keys are RSA signing keys.", source="Auth0 docs, JSON Web Key Sets", level="read")
async def keys_are_rsa(tenant: Tenant) -> Verdict:
    """Look at kind, use and id of every published key."""
    odd = [key for key in (await tenant.keys()).members if not is_named_rsa_key(key)]
    return no_flaw([f"key {key.get('kid')} is no RSA signing key with an id" for key in odd], "RSA signing keys")


@promise("DSC-08", "A key's certificate holds that very key.", source="RFC 7517 section 4.7", level="read")
async def certificates_fit(tenant: Tenant) -> Verdict:
    """Compare modulus and exponent of key and certificate."""
    certified = [key for key in (await tenant.keys()).members if key.get("x5c")]
    if not certified:
        return skip("no key has a certificate")
    strange = [key for key in certified if _certified(key) != public_key(key).as_der(private=False)]
    return no_flaw([f"the certificate of {key.get('kid')} is of another key" for key in strange], "certificates of the keys")


def _certified(key: dict[str, Any]) -> bytes:
    """Return the key that the certificate of a published key vouches for."""
    certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@promise("DSC-09", "The keys are long enough.", source="RFC 7518 section 3.3", level="read")
async def keys_are_long(tenant: Tenant) -> Verdict:
    """Measure every modulus."""
    members = (await tenant.keys()).members
    sizes = [modulus_bits(key) for key in members if key.get("kty") == "RSA"]
    if members and not sizes:
        return skip("there is no RSA key")
    return holds(bool(sizes) and min(sizes) >= RSA_MINIMUM_BITS, f"at least {RSA_MINIMUM_BITS} bits", f"{sizes} bits")


@promise(
    "DSC-10",
    "Unsigned tokens are not offered.",
    source="Auth0 docs, Signing algorithms; OpenID Connect Core section 15.1",
    level="read",
)
async def none_is_not_offered(tenant: Tenant) -> Verdict:
    """Look for ``none`` among the algorithms of ID tokens, where a standard allows it."""
    return await _unoffered(tenant, "id_token_signing_alg_values_supported")


@promise("DSC-10b", "Unsigned assertions are not offered.", source="OpenID Connect Discovery section 3", level="read")
async def unsigned_assertions_are_not_offered(tenant: Tenant) -> Verdict:
    """Look for ``none`` among the algorithms by which applications prove who they are."""
    return await _unoffered(tenant, "token_endpoint_auth_signing_alg_values_supported")


async def _unoffered(tenant: Tenant, algorithms: str) -> Verdict:
    """Return whether ``none`` is not among the published algorithms."""
    return equals("offered" if await tenant.offers(algorithms, "none") else "not offered", "not offered")


ASSERTIONS: tuple[Assertion[Tenant, Configuration], ...] = (
    issuer_is_exact,
    endpoints_are_at_home,
    endpoints_are_safe,
    algorithms_are_offered,
    code_flow_is_offered,
    auth_methods_are_offered,
    logout_is_published,
    keys_are_public,
    keys_are_rsa,
    certificates_fit,
    keys_are_long,
    none_is_not_offered,
    unsigned_assertions_are_not_offered,
)
