"""Claims of declared actions (IDT-23, ACT-27): in the tokens at the login, and still there after a refresh.

Source: Auth0 docs, "Create custom claims".
"""

from __future__ import annotations

from typing import Literal

from tenantry.smoke.contract.assertion import Assertion, Verdict, no_flaw, promise, skip
from tenantry.smoke.contract.conditions import asks_openid, both, knows_api, refreshes
from tenantry.smoke.custom_claims import UNKNOWN, CustomClaim
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.tokens import Token

SOURCE = "Auth0 docs, Create custom claims"


def claims_for(flow: Flow, token: Literal["access", "id"]) -> list[CustomClaim]:
    """Return the claims that the declared actions set in a token."""
    return [claim for claim in flow.configuration.custom_claims if claim.token == token]


def adds_to_id(flow: Flow) -> bool:
    """Return whether an action adds to the ID token."""
    return asks_openid(flow) and bool(claims_for(flow, "id"))


def adds_to_access(flow: Flow) -> bool:
    """Return whether an action adds to the access token."""
    return knows_api(flow) and bool(claims_for(flow, "access"))


def judged(token: Token | None, claims: list[CustomClaim]) -> Verdict:
    """Return whether the claims are there; a computed value may be undefined, which leaves its claim out."""
    if token is None:
        return skip("not reached: the token cannot be read")
    flaws = [
        f"{claim.name} {'differs' if claim.name in token.claims else 'is missing'}"
        for claim in claims
        if claim.value is not UNKNOWN and token.claims.get(claim.name) != claim.value
    ]
    computed = [claim.name for claim in claims if claim.value is UNKNOWN and claim.name not in token.claims]
    if computed and not flaws:
        return skip(f"{', '.join(computed)} not there: the value is computed, and may have been undefined")
    return no_flaw(flaws, ", ".join(claim.name for claim in claims))


@promise("IDT-23", "The ID token carries the claims that actions set.", source=SOURCE, level="smoke", when=adds_to_id)
async def id_token_has_custom_claims(flow: UserFlow) -> Verdict:
    """Look for the claims that bound actions set without a condition."""
    return judged((await flow.tokens()).id_token, claims_for(flow.flow, "id"))


@promise("ACT-27", "The access token carries the claims that actions set.", source=SOURCE, level="smoke", when=adds_to_access)
async def access_token_has_custom_claims(flow: UserFlow) -> Verdict:
    """Look for the claims that bound actions set without a condition."""
    return judged((await flow.tokens()).access, claims_for(flow.flow, "access"))


@promise(
    "ACT-27b",
    "The refreshed access token still carries the claims that actions set.",
    source=SOURCE,
    level="smoke",
    when=both(refreshes, adds_to_access),
)
async def refreshed_token_has_custom_claims(flow: UserFlow) -> Verdict:
    """Look for the same claims after the refresh."""
    return judged((await flow.refreshed()).access, claims_for(flow.flow, "access"))


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (id_token_has_custom_claims, access_token_has_custom_claims)

REFRESHED: tuple[Assertion[UserFlow, Flow], ...] = (refreshed_token_has_custom_claims,)
