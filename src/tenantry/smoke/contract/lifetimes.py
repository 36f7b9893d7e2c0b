"""The ends of refresh tokens: the absolute one, the idle one, and that rotating postpones only the latter.

Source: Auth0 docs, "Configure refresh token expiration", "Refresh token rotation".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import INVALID_GRANT, Assertion, Verdict, promise, refused
from tenantry.smoke.contract.conditions import rotates
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.user import UserFlow, need_refresh_token

SHORT_LIFE_S = 60
"""A longer lifetime is not waited for."""
DOCS = "Auth0 docs, Configure refresh token expiration"


def short_life(flow: Flow, name: str) -> int | None:
    """Return a declared finite lifetime of the refresh token, if it can be waited for."""
    life = flow.application.number("refresh_token", name)
    is_finite = flow.application.flag("refresh_token", f"infinite_{name}") is False
    return life if is_finite and flow.expects_refresh_token and life is not None and life <= SHORT_LIFE_S else None


@promise(
    "RFT-15",
    "A refresh token dies when its time is over.",
    source=DOCS,
    costs=("code", "tokens"),
    about="application.refresh_token.token_lifetime",
    when=lambda flow: short_life(flow, "token_lifetime") is not None,
)
async def refresh_token_expires(flow: UserFlow) -> Verdict:
    """Wait past the declared lifetime, then refresh."""
    return await _after(flow, short_life(flow.flow, "token_lifetime") or 0)


@promise(
    "RFT-16",
    "A refresh token that lies idle dies.",
    source=DOCS,
    costs=("code", "tokens"),
    about="application.refresh_token.idle_token_lifetime",
    when=lambda flow: short_life(flow, "idle_token_lifetime") is not None,
)
async def idle_refresh_token_expires(flow: UserFlow) -> Verdict:
    """Wait past the declared idle lifetime, then refresh."""
    return await _after(flow, short_life(flow.flow, "idle_token_lifetime") or 0)


async def _after(flow: UserFlow, seconds: float) -> Verdict:
    """Return whether a refresh token is dead by then."""
    tokens = await flow.fresh_tokens()
    await flow.tenant.timing.sleep(seconds + 2)
    return refused(await flow.refresh_reply(need_refresh_token(tokens)), *INVALID_GRANT)


@promise(
    "ROT-10",
    "Rotating does not postpone the end.",
    source="Auth0 docs, Refresh token rotation",
    costs=("code", "tokens"),
    about="application.refresh_token.token_lifetime",
    when=lambda flow: rotates(flow) and short_life(flow, "token_lifetime") is not None,
)
async def rotation_does_not_prolong(flow: UserFlow) -> Verdict:
    """Rotate halfway, wait past the end of the first refresh token, and use the second."""
    life_s = short_life(flow.flow, "token_lifetime") or 0
    tokens = await flow.fresh_tokens()
    await flow.tenant.timing.sleep(life_s / 2)
    second = await flow.refresh(tokens)
    await flow.tenant.timing.sleep(life_s / 2 + 2)
    return refused(await flow.refresh_reply(need_refresh_token(second)), *INVALID_GRANT)


PROBES: tuple[Assertion[UserFlow, Flow], ...] = (refresh_token_expires, idle_refresh_token_expires, rotation_does_not_prolong)
