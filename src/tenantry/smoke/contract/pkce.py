"""Proof key for code exchange (PKC): who asked is who exchanges.

Source: RFC 7636; RFC 9700 section 2.1.1.
"""

from __future__ import annotations

from dataclasses import replace

from tenantry.smoke.contract.assertion import INVALID_GRANT, Assertion, Verdict, holds, promise, refused
from tenantry.smoke.contract.conditions import has_secret, is_public
from tenantry.smoke.contract.response import tokens_came
from tenantry.smoke.findings import Outcome
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.flows.pkce import challenge_of, new_verifier
from tenantry.smoke.stops import Stopped

VERIFYING = "RFC 7636 section 4.6"


@promise("PKC-01", "The right verifier is accepted.", source=VERIFYING, costs=("code", "tokens"))
async def right_verifier_is_accepted(flow: LoginFlow) -> Verdict:
    """Ask with a challenge, exchange with its verifier."""
    if flow.flow.uses_pkce and (await flow.login()).asked.verifier:
        return await tokens_came(flow)
    reply = await flow.exchange(await flow.again(pkce=True))
    return holds(reply.is_ok and bool(reply.body.get("access_token")), "200 with tokens", reply.gist)


@promise("PKC-02", "A wrong verifier is refused.", source=VERIFYING, real="reported", costs=("code",))
async def wrong_verifier_is_refused(flow: LoginFlow) -> Verdict:
    """Exchange with a well-formed verifier of nobody's."""
    return refused(await flow.exchange(await flow.again(pkce=True), code_verifier=new_verifier()), *INVALID_GRANT)


@promise("PKC-03", "A missing verifier is refused.", source=VERIFYING, real="reported", costs=("code",))
async def missing_verifier_is_refused(flow: LoginFlow) -> Verdict:
    """Ask with a challenge, exchange without a verifier."""
    reply = await flow.exchange(await flow.again(pkce=True), code_verifier=None)
    return refused(reply, {400, 403}, {"invalid_request", "invalid_grant"})


@promise(
    "PKC-04",
    "A public application gets no token without a proof key.",
    source="RFC 9700 section 2.1.1",
    real="reported",
    costs=("code",),
    about="application.token_endpoint_auth_method",
    when=is_public,
)
async def public_needs_a_proof(flow: LoginFlow) -> Verdict:
    """Ask without a challenge, exchange without a verifier; where it is refused does not matter."""
    return await without_challenge(flow, verifier=None)


async def without_challenge(flow: LoginFlow, *, verifier: str | None) -> Verdict:
    """Return whether a code that was asked for without a challenge is refused, here or at its exchange."""
    expected = "refused at the request or at the exchange"
    await flow.login()
    try:
        done = await flow.walk(await flow.request(pkce=False), flow.browser)
    except Stopped as stop:
        if stop.outcome is not Outcome.FAILED:
            raise
        return holds(kept=True, expected=expected, observed=f"at the request: {stop.observed}")
    if done.callback.code is None:
        return holds(kept=bool(done.callback.error), expected=expected, observed=f"at the request: {done.callback.error}")
    reply = await flow.exchange(done, code_verifier=verifier)
    kept = not reply.is_ok and not reply.token_members
    return holds(kept, expected, f"at the exchange: {reply.gist}")


@promise("PKC-05", "The challenge is not its own verifier.", source=VERIFYING, real="reported", costs=("code",))
async def challenge_is_no_verifier(flow: LoginFlow) -> Verdict:
    """Exchange with the challenge, which everybody could see."""
    done = await flow.again(pkce=True)
    return refused(await flow.exchange(done, code_verifier=challenge_of(done.asked.verifier or "")), *INVALID_GRANT)


@promise("PKC-06", "The verifier of another login is refused.", source="RFC 7636 section 1", real="reported", costs=("code",))
async def foreign_verifier_is_refused(flow: LoginFlow) -> Verdict:
    """Log in twice, exchange the first code with the second verifier."""
    first, second = await flow.again(pkce=True), await flow.again(pkce=True)
    return refused(await flow.exchange(first, code_verifier=second.asked.verifier), *INVALID_GRANT)


@promise(
    "PKC-09",
    "A proof key does not replace the client secret.",
    source="RFC 6749 section 3.2.1; recorded traffic",
    costs=("code",),
    about="application.token_endpoint_auth_method",
    when=has_secret,
)
async def proof_is_no_secret(flow: LoginFlow) -> Verdict:
    """Exchange with the right verifier and without the secret."""
    credentials = replace(await flow.credentials(), secret=None)
    return refused(await flow.exchange(await flow.again(pkce=True), as_=credentials), *flow.tenant.terms.unauthenticated)


PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (
    right_verifier_is_accepted,
    wrong_verifier_is_refused,
    missing_verifier_is_refused,
    public_needs_a_proof,
    challenge_is_no_verifier,
    foreign_verifier_is_refused,
    proof_is_no_secret,
)
