"""Opaque access tokens (OPQ): what comes when no API is named, and what it opens.

Source: Auth0 docs, "Access tokens", "Authorization code flow with OIDC", "Tenant settings".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, lasts, promise
from tenantry.smoke.contract.conditions import asks_openid, is_opaque, relies_on_default_api
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.tokens import is_encrypted, verifies

OPAQUE_LIFETIME_S = 86400


@promise(
    "OPQ-01",
    "Without an API the access token is opaque.",
    source="Auth0 docs, Authorization code flow with OIDC",
    level="smoke",
    when=lambda flow: is_opaque(flow) and flow.audience is None,
)
async def token_without_api_is_opaque(flow: UserFlow) -> Verdict:
    """Try to verify it as a JWT of this tenant."""
    return await _is_opaque(flow, await flow.tokens())


@promise(
    "OPQ-02",
    "The access token for userinfo is opaque.",
    source="Auth0 docs, Authorization code flow with OIDC",
    costs=("code", "tokens"),
    per_application=True,
    when=asks_openid,
)
async def token_for_userinfo_is_opaque(flow: UserFlow) -> Verdict:
    """Ask with the userinfo audience."""
    return await _is_opaque(flow, await _userinfo_tokens(flow))


async def _userinfo_tokens(flow: UserFlow) -> Tokens:
    """Return the tokens of a login for userinfo alone."""
    audience, scope = flow.tenant.userinfo_audience, "openid profile email"
    return await flow.steps.once("userinfo tokens", lambda: flow.fresh_tokens(audience=audience, scope=scope))


async def _is_opaque(flow: UserFlow, tokens: Tokens) -> Verdict:
    """Return whether an access token is none that verifies against the published keys."""
    is_signed = tokens.access is not None and not verifies(tokens.access, await flow.tenant.keys())
    return equals("a signed JWT" if is_signed else "an opaque token", "an opaque token")


@promise(
    "OPQ-03",
    "An opaque token opens userinfo.",
    source="Auth0 docs, Access tokens",
    costs=("code", "tokens"),
    per_application=True,
    when=asks_openid,
)
async def opaque_token_opens_userinfo(flow: UserFlow) -> Verdict:
    """Use the token for userinfo there."""
    return equals((await flow.userinfo((await _userinfo_tokens(flow)).access_token)).status, 200)


@promise(
    "OPQ-05",
    "Without an API in the request the tenant's default API is meant.",
    source="Auth0 docs, Tenant settings",
    level="smoke",
    when=relies_on_default_api,
)
async def default_api_is_meant(flow: UserFlow) -> Verdict:
    """Look for the default audience in ``aud``."""
    api, tokens = flow.flow.token_api, await flow.tokens()
    expected = api.identifier if api else ""
    if tokens.access is None:
        return holds(is_encrypted(tokens.access_token), expected, "a token that does not say whom it is for")
    audiences = tokens.access.audiences
    return holds(expected in audiences, expected, " and ".join(audiences))


@promise(
    "OPQ-04",
    "An opaque token lives as long as documented.",
    source="Auth0 docs, Access tokens",
    level="smoke",
    when=is_opaque,
)
async def opaque_lifetime_is_said(flow: UserFlow) -> Verdict:
    """Look at ``expires_in`` of a token for userinfo."""
    return lasts((await flow.tokens()).reply.body.get("expires_in"), OPAQUE_LIFETIME_S)


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (token_without_api_is_opaque, opaque_lifetime_is_said, default_api_is_meant)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (token_for_userinfo_is_opaque, opaque_token_opens_userinfo)
