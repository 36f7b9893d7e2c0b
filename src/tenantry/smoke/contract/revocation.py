"""Revocation (RVK): a revoked refresh token is dead, and only its application can revoke it.

Source: RFC 7009; Auth0 docs, "Revoke refresh tokens".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from http import HTTPStatus

from tenantry.smoke.contract.assertion import INVALID_GRANT, Assertion, Verdict, equals, holds, promise, refused
from tenantry.smoke.contract.client_auth import proof_of_another
from tenantry.smoke.contract.conditions import both, has_other_application, has_secret, refreshes
from tenantry.smoke.contract.rotation import still_refreshes
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow, need_refresh_token
from tenantry.smoke.reply import Reply


@dataclass(frozen=True)
class Revoked:
    """A refresh token of a login of its own, and what its revocation was answered."""

    reply: Reply
    tokens: Tokens


async def revoked(flow: UserFlow) -> Revoked:
    """Return what became of the revocation of a refresh token that was fresh."""
    return await flow.steps.once("revoked", lambda: _revoke(flow))


async def _revoke(flow: UserFlow) -> Revoked:
    """Log in, and revoke the refresh token."""
    tokens = await flow.tokens_apart()
    return Revoked(await flow.revoke(need_refresh_token(tokens)), tokens)


@promise(
    "RVK-01",
    "A refresh token can be revoked.",
    source="RFC 7009 section 2.2; recorded traffic",
    level="smoke",
    costs=("code", "tokens"),
    when=refreshes,
)
async def revocation_succeeds(flow: UserFlow) -> Verdict:
    """Log in, and revoke the refresh token."""
    reply = (await revoked(flow)).reply
    rest = ", a body" if reply.text.strip() and not flow.tenant.is_foreign else ""
    return holds(reply.status == HTTPStatus.OK and not rest, "200 and nothing else", f"{reply.gist}{rest}")


@promise("RVK-02", "A revoked refresh token is refused.", source="RFC 7009 section 2", level="smoke", when=refreshes)
async def revoked_token_is_refused(flow: UserFlow) -> Verdict:
    """Revoke, then refresh."""
    return refused(await flow.refresh_reply(need_refresh_token((await revoked(flow)).tokens)), *INVALID_GRANT)


@promise("RVK-03", "Revoking what does not exist succeeds.", source="RFC 7009 section 2.2", real="reported", when=refreshes)
async def unknown_revocation_succeeds(flow: UserFlow) -> Verdict:
    """Revoke a random token."""
    return equals((await flow.revoke(secrets.token_urlsafe(48))).status, 200)


@promise(
    "RVK-04",
    "Who is not the application revokes nothing.",
    source="RFC 7009 section 2.1",
    about="application.token_endpoint_auth_method",
    costs=("code", "tokens"),
    when=both(refreshes, has_secret),
)
async def revocation_needs_the_secret(flow: UserFlow) -> Verdict:
    """Revoke with a wrong secret, then refresh."""
    tokens = await flow.fresh_tokens()
    wrong = replace(await flow.credentials(), secret=secrets.token_urlsafe(48))
    reply = await flow.revoke(need_refresh_token(tokens), as_=wrong)
    survived = await still_refreshes(flow, tokens)
    expected = "401, and the refresh token still works"
    return holds(
        reply.status in flow.tenant.terms.unauthenticated[0] and survived.outcome == "passed",
        expected,
        f"{reply.gist}, then a refresh gives {survived.observed}",
    )


@promise(
    "RVK-05",
    "An application cannot revoke another's refresh token.",
    source="RFC 7009 section 2.1",
    real="reported",
    costs=("code", "tokens"),
    when=both(refreshes, has_other_application("refresh_token")),
)
async def foreign_revocation_is_void(flow: UserFlow) -> Verdict:
    """Revoke as another declared application, then refresh."""
    other = await proof_of_another(flow, able_to="refresh_token")
    tokens = await flow.tokens_apart()
    await flow.revoke(need_refresh_token(tokens), as_=other)
    return await still_refreshes(flow, tokens)


PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    unknown_revocation_succeeds,
    revocation_needs_the_secret,
    foreign_revocation_is_void,
)

LAST: tuple[Assertion[UserFlow, Flow], ...] = (revocation_succeeds, revoked_token_is_refused)
"""With a family of its own."""
