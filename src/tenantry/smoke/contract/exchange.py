"""Token exchange (TEX): somebody else's token is worth one of the tenant's, by a declared profile alone.

Source: RFC 8693; Auth0 docs, "Custom token exchange".
"""

from __future__ import annotations

import secrets

from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, refused, turned_away
from tenantry.smoke.flows.direct import TOKEN_EXCHANGE, ExchangeFlow
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun

UNREGISTERED = "urn:tenantry:probe"
PROBE: dict[str, str | None] = {"subject_token": "tenantry-probe", "subject_token_type": UNREGISTERED}
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a type
DOCS = "Auth0 docs, Custom token exchange"
ABOUT = "application.token_exchange"


@promise(
    "TEX-01",
    "The declared subject token is exchanged.",
    source="RFC 8693 section 2.2.1",
    level="smoke",
    costs=("tokens",),
    about=ABOUT,
)
async def token_is_exchanged(flow: ExchangeFlow) -> Verdict:
    """Exchange it, and look for ``issued_token_type``, which other providers may choose."""
    said = (await flow.tokens()).reply.body.get("issued_token_type")
    return holds(said == ACCESS_TOKEN or (flow.tenant.is_foreign and bool(said)), ACCESS_TOKEN, str(said or "none"))


@promise(
    "TEX-02",
    "A token of a type that nobody registered is refused.",
    source=DOCS,
    real="reported",
    about=ABOUT,
    per_application=True,
)
async def unknown_type_is_refused(flow: ExchangeFlow) -> Verdict:
    """Name another type."""
    return turned_away(await flow.reply(subject_token_type=UNREGISTERED))


@promise(
    "TEX-04",
    "A subject token that nobody vouches for is refused.",
    source=DOCS,
    level="full",
    costs=("failed-login",),
    about=ABOUT,
    per_application=True,
)
async def unknown_token_is_refused(flow: ExchangeFlow) -> Verdict:
    """Exchange a random token of the declared type; the tenant counts it as a failed attempt."""
    flow.tenant.spend("failed_logins")
    return turned_away(await flow.reply(subject_token=secrets.token_urlsafe(32)))


def may_not_exchange(flow: Flow) -> bool:
    """Return whether the application is known not to exchange tokens: switched off, or an emulated tenant began so."""
    application = flow.application
    is_said = "token_exchange" in application.resource.fields
    return (is_said or flow.configuration.is_emulated) and not application.may_exchange


@promise(
    "TEX-03",
    "An application that is not declared to exchange tokens cannot.",
    source=f"{DOCS}; unknown how a real tenant says it",
    real="unknown",
    about=ABOUT,
    per_application=True,
    when=may_not_exchange,
)
async def exchange_is_closed(flow: FlowRun) -> Verdict:
    """Make a well-formed request; it must be refused for who asks, before anybody looks at the token."""
    reply = await flow.ask({"grant_type": TOKEN_EXCHANGE, **PROBE})
    return refused(reply, {400, 401, 403}, {"unauthorized_client", "access_denied"})


TOKENS: tuple[Assertion[ExchangeFlow, Flow], ...] = (token_is_exchanged,)

PROBES: tuple[Assertion[ExchangeFlow, Flow], ...] = (unknown_type_is_refused, unknown_token_is_refused)

CLOSED: tuple[Assertion[FlowRun, Flow], ...] = (exchange_is_closed,)
"""For every application, whatever the flow."""
