"""Rotation (ROT): a used refresh token is spent, and a stolen one ends its family.

Source: RFC 9700 section 4.14.2; Auth0 docs, "Refresh token rotation".
"""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.smoke.contract.assertion import INVALID_GRANT, Assertion, Verdict, chosen, equals, holds, promise, refused
from tenantry.smoke.contract.client_auth import proof_of_another
from tenantry.smoke.contract.conditions import both, has_other_application, keeps_refresh_token, rotates
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow, need_refresh_token
from tenantry.smoke.reply import Reply

ROTATION = "RFC 9700 section 4.14.2; Auth0 docs, Refresh token rotation"
LEEWAY_SOURCE = "Auth0 docs, Refresh token rotation"
ABOUT = "application.refresh_token.rotation_type"
LEEWAY = "application.refresh_token.leeway"
LONGEST_LEEWAY_S = 10
"""A longer leeway is not waited for."""
LONG_ENOUGH_S = 3
"""A shorter leeway may pass between two requests."""


@dataclass(frozen=True)
class Reuse:
    """A spent refresh token was used again: what was answered, and the newest of its family."""

    reply: Reply
    newest: str


def leeway_of(flow: Flow) -> int | None:
    """Return how long a spent refresh token may be used again, None when that is not known.

    Unsaid, a real tenant may hold any; an emulated one began without, and no standard knows of one.
    """
    has_none = flow.configuration.is_emulated or flow.is_foreign
    return flow.application.leeway_s if flow.application.leeway_s is not None else 0 if has_none else None


def leeway_can_be_waited_for(flow: Flow) -> bool:
    """Return whether a reuse after the leeway can be tried."""
    leeway_s = leeway_of(flow)
    return rotates(flow) and leeway_s is not None and leeway_s <= LONGEST_LEEWAY_S


def has_leeway(flow: Flow) -> bool:
    """Return whether a reuse within the leeway can be tried."""
    return rotates(flow) and (leeway_of(flow) or 0) >= LONG_ENOUGH_S


async def reuse(flow: UserFlow) -> Reuse:
    """Return what became of the reuse of a spent refresh token, in a family of its own."""
    return await flow.steps.once("reuse", lambda: _reuse(flow))


async def _reuse(flow: UserFlow) -> Reuse:
    """Log in, refresh, let the leeway pass, and use the first refresh token again."""
    first = await flow.tokens_apart()
    second = await flow.refresh(first)
    leeway_s = leeway_of(flow.flow)
    await flow.tenant.timing.sleep(leeway_s + 2 if leeway_s else 0)
    reply = await flow.refresh_reply(need_refresh_token(first))
    return Reuse(reply, need_refresh_token(second))


@promise("ROT-01", "Each refresh brings a new refresh token.", source=ROTATION, level="smoke", about=ABOUT, when=rotates)
async def refresh_token_changes(flow: UserFlow) -> Verdict:
    """Compare the refresh tokens before and after."""
    before, after = (await flow.tokens()).refresh_token, (await flow.refreshed()).refresh_token
    seen = "none came" if after is None else "the same" if after == before else "a new one"
    return equals(seen, "a new one")


@promise(
    "ROT-02",
    "A refresh token that does not rotate works again and again.",
    source="Auth0 docs, Refresh tokens",
    level="smoke",
    costs=("tokens",),
    about=ABOUT,
    when=keeps_refresh_token,
)
async def refresh_token_stays(flow: UserFlow) -> Verdict:
    """Refresh twice with the same one; the answer may repeat it."""
    first, refreshed = need_refresh_token(await flow.tokens()), await flow.refreshed()
    again = await flow.refresh_reply(first)
    is_same = refreshed.refresh_token in {None, first} and again.body.get("refresh_token") in {None, first}
    return holds(
        again.is_ok and is_same,
        "200 twice, with no other refresh token",
        f"{again.gist}{'' if is_same else ', another refresh token'}",
    )


@promise(
    "ROT-03",
    "Within the leeway a spent refresh token works once more.",
    source=LEEWAY_SOURCE,
    costs=("code", "tokens"),
    about=LEEWAY,
    when=has_leeway,
)
async def leeway_is_granted(flow: UserFlow) -> Verdict:
    """Refresh twice with the same one, at once."""
    first = await flow.fresh_tokens()
    second = await flow.refresh(first)
    reply = await flow.refresh_reply(need_refresh_token(first))
    third = reply.body.get("refresh_token")
    kept = reply.is_ok and third not in {None, first.refresh_token, second.refresh_token}
    return holds(kept, "200 with another refresh token", reply.gist)


@promise(
    "ROT-04",
    "A spent refresh token is refused.",
    source=ROTATION,
    costs=("code", "tokens", "family"),
    about=ABOUT,
    when=leeway_can_be_waited_for,
)
async def spent_token_is_refused(flow: UserFlow) -> Verdict:
    """Use a refresh token again, after the leeway."""
    return refused((await reuse(flow)).reply, *INVALID_GRANT)


@promise(
    "ROT-05",
    "Using a spent refresh token ends its whole family.",
    source=ROTATION,
    costs=("family",),
    about=ABOUT,
    when=leeway_can_be_waited_for,
)
async def family_is_ended(flow: UserFlow) -> Verdict:
    """Use the newest refresh token of the family; revocation may take a moment."""
    newest = (await reuse(flow)).newest
    reply = await flow.refresh_reply(newest)
    for _ in range(4):
        if not reply.is_ok:
            break
        await flow.tenant.timing.sleep(2)
        newest = str(reply.body.get("refresh_token") or newest)
        reply = await flow.refresh_reply(newest)
    return refused(reply, *INVALID_GRANT)


@promise(
    "ROT-06",
    "Even within the leeway the last but one refresh token is refused.",
    source=LEEWAY_SOURCE,
    costs=("code", "tokens", "family"),
    about=LEEWAY,
    when=has_leeway,
)
async def leeway_is_for_the_last_one(flow: UserFlow) -> Verdict:
    """Refresh twice in a row, then use the first of the three."""
    first = await flow.fresh_tokens()
    await flow.refresh(await flow.refresh(first))
    return refused(await flow.refresh_reply(need_refresh_token(first)), *INVALID_GRANT)


@promise(
    "ROT-07",
    "After a family has ended, a new login works.",
    source=ROTATION,
    costs=("code", "tokens"),
    about=ABOUT,
    when=leeway_can_be_waited_for,
)
async def new_family_works(flow: UserFlow) -> Verdict:
    """End a family, log in, and refresh."""
    await reuse(flow)
    return await still_refreshes(flow, await flow.fresh_tokens())


@promise(
    "ROT-08",
    "Another family survives.",
    source="Auth0 docs, Refresh token rotation",
    level="full",
    real="unknown",
    costs=("code", "tokens", "family"),
    about=ABOUT,
    when=leeway_can_be_waited_for,
)
async def other_family_survives(flow: UserFlow) -> Verdict:
    """Log in, end another family of the same person, and refresh."""
    mine = await flow.fresh_tokens()
    other = await flow.fresh_tokens()
    await flow.refresh(other)
    await flow.tenant.timing.sleep((leeway_of(flow.flow) or 0) + 2)
    await flow.refresh_reply(need_refresh_token(other))
    reply = await flow.refresh_reply(need_refresh_token(mine))
    return chosen(reply.is_ok, "another family goes on working", f"a refresh of another family answers {reply.gist}")


@promise(
    "RFT-08b",
    "Another application's try does not spend a refresh token.",
    source="Auth0 docs, Refresh tokens (without rotation they may be used again)",
    real="reported",
    costs=("code", "tokens"),
    about=ABOUT,
    when=both(keeps_refresh_token, has_other_application("refresh_token")),
)
async def foreign_try_spends_nothing(flow: UserFlow) -> Verdict:
    """Use it as another declared application, then as its own."""
    other = await proof_of_another(flow, able_to="refresh_token")
    tokens = await flow.tokens_apart()
    await flow.refresh_reply(need_refresh_token(tokens), as_=other)
    return await still_refreshes(flow, tokens)


async def still_refreshes(flow: UserFlow, tokens: Tokens) -> Verdict:
    """Return whether a refresh token works."""
    reply = await flow.refresh_reply(need_refresh_token(tokens))
    return holds(reply.is_ok and "access_token" in reply.token_members, "200 with tokens", reply.gist)


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (refresh_token_changes, refresh_token_stays)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    foreign_try_spends_nothing,
    leeway_is_granted,
    leeway_is_for_the_last_one,
    spent_token_is_refused,
    family_is_ended,
    new_family_works,
    other_family_survives,
)
