"""What an ID token tells of the person (IDT): what its scopes ask for, and nothing else.

Source: OpenID Connect Core sections 5.1 and 5.4; Auth0 docs, "OpenID Connect scopes", "Work with tokens and organizations".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, no_flaw, promise
from tenantry.smoke.contract.claims import EMAIL_CLAIMS, PROFILE_CLAIMS, STANDARD_CLAIMS, email_of
from tenantry.smoke.contract.conditions import asks, asks_openid, both, knows_profile
from tenantry.smoke.contract.id_token import id_token_of
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.tokens import Token


@promise(
    "IDT-19",
    "The e-mail address is said for email.",
    source="Auth0 docs, OpenID Connect scopes; OpenID Connect Core sections 5.1 and 5.4",
    level="smoke",
    when=asks("email"),
)
async def email_is_said(flow: UserFlow) -> Verdict:
    """Compare ``email`` with the user's; ``email_verified`` is yes or no."""
    token, person = await id_token_of(flow), await flow.person()
    return email_of(token.claims, person.email)


@promise(
    "IDT-20",
    "Without email the address is not said.",
    source="Auth0 docs, OpenID Connect scopes",
    costs=("code", "tokens"),
    when=asks("email"),
)
async def email_needs_its_scope(flow: UserFlow) -> Verdict:
    """Ask for ``openid`` alone."""
    return _absent((await flow.fresh_tokens(scope="openid")).id_token, EMAIL_CLAIMS)


@promise(
    "IDT-21",
    "The profile is said for profile.",
    source="Auth0 docs, OpenID Connect scopes",
    level="smoke",
    when=both(asks("profile"), knows_profile),
)
async def profile_is_said(flow: UserFlow) -> Verdict:
    """Look for the claims that every database user has."""
    claims = (await id_token_of(flow)).claims
    missing = [name for name in PROFILE_CLAIMS if name not in claims]
    return holds(not missing, ", ".join(PROFILE_CLAIMS), f"missing: {', '.join(missing) or 'none'}")


@promise(
    "IDT-21b",
    "Without profile the profile is not said.",
    source="Auth0 docs, OpenID Connect scopes",
    costs=("code", "tokens"),
    when=asks("profile"),
)
async def profile_needs_its_scope(flow: UserFlow) -> Verdict:
    """Ask for ``openid`` alone."""
    return _absent((await flow.fresh_tokens(scope="openid")).id_token, PROFILE_CLAIMS)


def _absent(token: Token | None, names: tuple[str, ...]) -> Verdict:
    """Return whether none of these claims is in the token."""
    if token is None:
        return holds(kept=False, expected="an ID token", observed="none")
    found = [name for name in names if name in token.claims]
    return holds(not found, f"no {', '.join(names)}", f"found: {', '.join(found) or 'none'}")


@promise(
    "IDT-22",
    "The ID token names the organization.",
    source="Auth0 docs, Work with tokens and organizations",
    level="smoke",
    when=asks_openid,
    about="application.organization_usage",
)
async def organization_is_named(flow: UserFlow) -> Verdict:
    """Compare ``org_id`` with the organization of the login; without one there is none."""
    wanted = await flow.tenant.organization_id(flow.flow.organization) if flow.flow.organization else None
    return equals((await id_token_of(flow)).claims.get("org_id"), wanted)


def knows_all_claims(flow: Flow) -> bool:
    """Return whether nobody but the declared configuration can add claims."""
    return asks_openid(flow) and flow.application.is_conformant and flow.configuration.owns("triggers")


@promise(
    "IDT-24",
    "A conformant application's ID token has no home-made names without a namespace.",
    source="Auth0 docs, Authorization code flow with OIDC",
    level="smoke",
    real="reported",
    when=knows_all_claims,
    about="application.oidc_conformant",
)
async def claims_are_standard(flow: UserFlow) -> Verdict:
    """Look for claims that are neither standard nor addresses; those of declared actions are theirs to name."""
    claims = (await id_token_of(flow)).claims
    mentioned = flow.flow.configuration.code_of_actions
    odd = [name for name in claims if name not in STANDARD_CLAIMS and ":" not in name and name not in mentioned]
    return no_flaw([f"{name} is neither standard nor namespaced" for name in odd], "standard and namespaced claims")


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (
    email_is_said,
    profile_is_said,
    organization_is_named,
    claims_are_standard,
)
"""About the ID token of the flow's login."""

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    email_needs_its_scope,
    profile_needs_its_scope,
)
