"""Tokens that a shared secret signs, or a key of the API encrypts.

Source: OpenID Connect Core section 10.1; RFC 7516; Auth0 docs, "Signing algorithms", "JSON Web Encryption".
"""

from __future__ import annotations

from tenantry.smoke.contract.access_token import signature_of
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, promise
from tenantry.smoke.contract.conditions import asks_openid, both, is_hs256_api, knows_api
from tenantry.smoke.contract.id_token import signature_of_id_token
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.tokens import is_encrypted


def has_shared_id_secret(flow: Flow) -> bool:
    """Return whether the application's ID tokens are declared to be signed with its secret."""
    return flow.application.id_alg == "HS256"


@promise(
    "IDT-03",
    "The ID token's signature is made with the client secret.",
    source="OpenID Connect Core section 10.1",
    level="smoke",
    when=both(asks_openid, has_shared_id_secret),
    about="application.jwt_configuration.alg",
)
async def id_token_is_signed_with_secret(flow: UserFlow) -> Verdict:
    """Verify with the client secret."""
    return await signature_of_id_token(flow)


@promise(
    "ACT-04",
    "The access token's signature is made with the API's signing secret.",
    source="Auth0 docs, Signing algorithms",
    level="smoke",
    when=both(knows_api, is_hs256_api),
    about="api.signing_alg",
)
async def access_token_is_signed_with_secret(flow: FlowRun) -> Verdict:
    """Verify with the signing secret."""
    return await signature_of(flow)


def is_encrypted_api(flow: Flow) -> bool:
    """Return whether the API's tokens are declared to be encrypted."""
    return flow.token_api is not None and flow.token_api.get("token_encryption") is not None


@promise(
    "ACT-24",
    "The access token is encrypted.",
    source="Auth0 docs, JSON Web Encryption; RFC 7516",
    level="smoke",
    when=is_encrypted_api,
    about="api.token_encryption",
)
async def token_is_encrypted(flow: FlowRun) -> Verdict:
    """Count its parts: five."""
    value = (await flow.tokens()).access_token
    return equals("encrypted" if is_encrypted(value) else "not encrypted", "encrypted")


ALL: tuple[Assertion[FlowRun, Flow], ...] = (access_token_is_signed_with_secret, token_is_encrypted)

LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (id_token_is_signed_with_secret,)
