"""Token exchange (TEX): somebody else's token is worth one of the tenant's, by a declared profile alone.

Source: RFC 8693; Auth0 docs, "Custom token exchange".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, no_flaw, promise, turned_away
from tenantry.smoke.directflow import ExchangeFlow
from tenantry.smoke.flows import Flow

UNREGISTERED = "urn:tenantry:probe"


@promise(
    "TEX-01",
    "The declared subject token is exchanged.",
    source="RFC 8693 section 2.2.1",
    level="smoke",
    costs=("tokens",),
)
async def token_is_exchanged(flow: ExchangeFlow) -> Verdict:
    """Exchange it, and look for ``issued_token_type``."""
    body = (await flow.tokens()).reply.body
    return no_flaw([] if body.get("issued_token_type") else ["no issued_token_type"], "200 with issued_token_type")


@promise(
    "TEX-02",
    "A token of a type that nobody registered is refused.",
    source="Auth0 docs, Custom token exchange",
    real="reported",
    per_application=True,
)
async def unknown_type_is_refused(flow: ExchangeFlow) -> Verdict:
    """Name another type."""
    return turned_away(await flow.reply(subject_token_type=UNREGISTERED))


TOKENS: tuple[Assertion[ExchangeFlow, Flow], ...] = (token_is_exchanged,)

PROBES: tuple[Assertion[ExchangeFlow, Flow], ...] = (unknown_type_is_refused,)
