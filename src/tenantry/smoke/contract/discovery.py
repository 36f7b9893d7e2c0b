"""Discovery and keys (DSC): what the tenant says of itself.

Source: OpenID Connect Discovery; RFC 8414; RFC 7517; RFC 7518.
"""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, no_flaw, promise, skip
from tenantry.smoke.declared import Configuration
from tenantry.smoke.tenant import Tenant
from tenantry.smoke.tokens import PRIVATE_MEMBERS, RSA_MINIMUM_BITS, key_flaws, key_numbers, modulus_bits
from tenantry.smoke.wire import origin_of

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint")
ALG_LISTS = ("id_token_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported")


def declares_alg(configuration: Configuration) -> bool:
    """Return whether an application says how its ID tokens are signed."""
    return any(application.id_alg for application in configuration.applications.values())


def declares_code(configuration: Configuration) -> bool:
    """Return whether an application uses the code flow."""
    return any(application.may("authorization_code") for application in configuration.applications.values())


def auth_methods(configuration: Configuration) -> set[str]:
    """Return the declared ways of proving who an application is; ``none`` is never listed by the server."""
    methods = {application.auth_method for application in configuration.applications.values()}
    return {method for method in methods if method is not None and method != "none"}


def declares_logout(configuration: Configuration) -> bool:
    """Return whether the settings say if the logout endpoint is published."""
    return configuration.setting("oidc_logout", "rp_logout_end_session_endpoint_discovery") is not None


@promise("DSC-01", "Discovery names the tenant's own issuer.", source="OpenID Connect Discovery section 4.3", level="read")
async def issuer_is_exact(tenant: Tenant) -> Verdict:
    """Ask for the discovery document; the issuer ends with a slash."""
    reply = await tenant.discovery_reply()
    if not reply.is_ok:
        return holds(kept=False, expected="200", observed=reply.gist)
    return equals((await tenant.discovery()).get("issuer"), tenant.issuer)


@promise("DSC-02", "Every endpoint is at the tenant's own address.", source="OpenID Connect Discovery section 3", level="read")
async def endpoints_are_at_home(tenant: Tenant) -> Verdict:
    """Compare scheme, host and port of each endpoint with those of the issuer."""
    document = await tenant.discovery()
    home = origin_of(tenant.issuer)
    strays = [name for name in ENDPOINTS if origin_of(str(document.get(name, ""))) != home]
    return no_flaw([f"{name} is missing or elsewhere" for name in strays], "all endpoints below the issuer")


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
    kept = "code" in (responses or []) and "S256" in (methods or [])
    return holds(kept, "response type code, challenge method S256", f"{responses}, {methods}")


@promise(
    "DSC-05",
    "The declared ways of client authentication are offered.",
    source="RFC 8414 section 2",
    level="read",
    when=lambda configuration: bool(auth_methods(configuration)),
)
async def auth_methods_are_offered(tenant: Tenant) -> Verdict:
    """Compare the declared methods with the published list."""
    offered = (await tenant.discovery()).get("token_endpoint_auth_methods_supported") or []
    wanted = auth_methods(tenant.configuration)
    return holds(wanted <= set(offered), f"{', '.join(sorted(wanted))} offered", ", ".join(map(str, offered)))


@promise(
    "DSC-06",
    "The logout endpoint is published as the settings say.",
    source="OpenID Connect RP-Initiated Logout section 2.1; Auth0 docs, Use the OIDC endpoint to log users out",
    level="read",
    when=declares_logout,
)
async def logout_is_published(tenant: Tenant) -> Verdict:
    """Compare the flag with the presence of the endpoint."""
    wanted = bool(tenant.configuration.setting("oidc_logout", "rp_logout_end_session_endpoint_discovery"))
    return equals("end_session_endpoint" in await tenant.discovery(), wanted)


@promise(
    "DSC-07",
    "The published keys are public RSA signing keys with ids of their own.",
    source="RFC 7517 section 4",
    level="read",
)
async def keys_are_sound(tenant: Tenant) -> Verdict:
    """Look at every published key."""
    return no_flaw(key_flaws(await tenant.keys()), f"RSA signing keys without {', '.join(sorted(PRIVATE_MEMBERS)[:3])}…")


@promise("DSC-08", "A key's certificate holds that very key.", source="RFC 7517 section 4.7", level="read")
async def certificates_fit(tenant: Tenant) -> Verdict:
    """Compare modulus and exponent of key and certificate."""
    certified = [key for key in (await tenant.keys()).members if key.get("x5c")]
    if not certified:
        return skip("no key has a certificate")
    flaws = []
    for key in certified:
        public = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0])).public_key()
        numbers = (public.public_numbers().n, public.public_numbers().e) if isinstance(public, RSAPublicKey) else None
        if numbers != key_numbers(key):
            flaws.append(f"the certificate of {key.get('kid')} is of another key")
    return no_flaw(flaws, "certificates of the published keys")


@promise("DSC-09", "The keys are long enough.", source="RFC 7518 section 3.3", level="read")
async def keys_are_long(tenant: Tenant) -> Verdict:
    """Measure every modulus."""
    sizes = [modulus_bits(key) for key in (await tenant.keys()).members]
    return holds(bool(sizes) and min(sizes) >= RSA_MINIMUM_BITS, f"at least {RSA_MINIMUM_BITS} bits", f"{sizes} bits")


@promise("DSC-10", "Unsigned tokens are not offered.", source="OpenID Connect Core section 15.1", level="read")
async def none_is_not_offered(tenant: Tenant) -> Verdict:
    """Look for ``none`` in the lists of algorithms."""
    document = await tenant.discovery()
    lists = [name for name in ALG_LISTS if "none" in (document.get(name) or [])]
    return no_flaw([f"none is in {name}" for name in lists], "none in no list of algorithms")


ASSERTIONS: tuple[Assertion[Tenant, Configuration], ...] = (
    issuer_is_exact,
    endpoints_are_at_home,
    algorithms_are_offered,
    code_flow_is_offered,
    auth_methods_are_offered,
    logout_is_published,
    keys_are_sound,
    certificates_fit,
    keys_are_long,
    none_is_not_offered,
)
