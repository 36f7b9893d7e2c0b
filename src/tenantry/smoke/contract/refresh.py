"""Refreshing (RFT): new tokens of the same promise, never wider, only for whom the refresh token was issued to.

Source: RFC 6749 sections 1.5, 6 and 10.4; OpenID Connect Core section 12; Auth0 docs on refresh tokens.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from tenantry.smoke.contract.assertion import (
    INVALID_GRANT,
    Assertion,
    Verdict,
    equals,
    holds,
    no_flaw,
    promise,
    refused,
    skip,
    worst,
)
from tenantry.smoke.contract.claims import times_of
from tenantry.smoke.contract.client_auth import proof_of_another
from tenantry.smoke.contract.conditions import (
    both,
    has_other_application,
    has_secret,
    is_auth0_dialect,
    is_public,
    is_strict,
    knows_api,
    reaches_userinfo,
    refreshes,
)
from tenantry.smoke.contract.policies import added_by_policy
from tenantry.smoke.contract.response import for_bearers, in_json, not_stored
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow, need_refresh_token
from tenantry.smoke.tokens import Token, verifies

REFRESHING = "RFC 6749 section 6"
NARROW = "openid offline_access"
ABOUT = "application.refresh_token"


def refreshes_email(flow: Flow) -> bool:
    """Return whether a refresh could leave out the address."""
    return flow.expects_refresh_token and "email" in flow.scope and not is_strict(flow)


def refreshes_much(flow: Flow) -> bool:
    """Return whether there is more to ask for than the least."""
    return flow.expects_refresh_token and len(flow.scope) > len(NARROW.split())


async def pairs(flow: UserFlow) -> list[tuple[str, Token, Token]]:
    """Return the tokens before and after the flow's refresh, by name."""
    before, after = await flow.tokens(), await flow.refreshed()
    both_ = (("access token", before.access, after.access), ("ID token", before.id_token, after.id_token))
    return [(name, one, two) for name, one, two in both_ if one is not None and two is not None]


@promise(
    "RFT-01",
    "A refresh token brings new tokens.",
    source=REFRESHING,
    level="smoke",
    costs=("tokens",),
    about=ABOUT,
    when=refreshes,
)
async def refresh_brings_tokens(flow: UserFlow) -> Verdict:
    """Refresh, authenticating as declared."""
    reply = (await flow.refreshed()).reply
    same = reply.body.get("access_token") == (await flow.tokens()).access_token
    return holds(not same, "200 with a new access token", "the old access token" if same else reply.gist)


@promise(
    "RFT-02",
    "After a refresh iat and exp of both tokens are later, by the same time.",
    source="Auth0 docs, Refresh tokens",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def times_move_on(flow: UserFlow) -> Verdict:
    """Compare ``iat`` and ``exp`` of the tokens before and after."""
    flaws, seen = [], []
    for name, before, after in await pairs(flow):
        moved = [after.claims.get(claim, 0) - before.claims.get(claim, 0) for claim in ("iat", "exp")]
        seen.append(f"{name}: iat +{moved[0]} s, exp +{moved[1]} s")
        if moved[0] <= 0 or moved[0] != moved[1]:
            flaws.append(seen[-1])
    if not seen:
        return skip("no token can be read")
    return holds(not flaws, "both later, by the same time", "; ".join(flaws or seen))


@promise(
    "RFT-03",
    "The refreshed ID token is about the same login.",
    source="OpenID Connect Core section 12.2",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def id_token_is_of_same_login(flow: UserFlow) -> Verdict:
    """Compare ``iss``, ``sub`` and ``aud``; ``auth_time`` and ``nonce`` if they are there."""
    before, after = (await flow.tokens()).id_token, (await flow.refreshed()).id_token
    if before is None or after is None:
        return skip("no ID token came with the refresh, which is optional") if before else skip("there is no ID token")
    flaws = [f"{name} changed" for name in ("iss", "sub", "aud") if before.claims.get(name) != after.claims.get(name)]
    kept = {name: after.claims[name] for name in ("auth_time", "nonce") if name in after.claims}
    flaws += [f"{name} changed" for name, value in kept.items() if value != before.claims.get(name)]
    return no_flaw(flaws, "the same iss, sub and aud")


@promise(
    "RFT-20",
    "The refreshed ID token is fresh.",
    source="OpenID Connect Core section 12.2",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def refreshed_id_token_is_fresh(flow: UserFlow) -> Verdict:
    """Compare ``iat`` and ``exp`` with the moment it came."""
    refreshed = await flow.refreshed()
    if refreshed.id_token is None:
        return skip("no ID token came with the refresh, which is optional")
    return times_of(refreshed.id_token, refreshed.reply)


@promise(
    "RFT-03b",
    "The refreshed tokens' signatures verify.",
    source="OpenID Connect Core section 12.2; RFC 7515",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def refreshed_tokens_verify(flow: UserFlow) -> Verdict:
    """Verify both as the first ones."""
    after, keys, flaws = await flow.refreshed(), await flow.tenant.keys(), {}
    api, secret = flow.flow.token_api, (await flow.credentials()).secret
    if after.id_token and (after.id_token.alg != "HS256" or secret):
        flaws["ID token"] = verifies(after.id_token, keys, alg=flow.flow.application.id_alg, secret=secret)
    if after.access and api and knows_api(flow.flow):
        signing = await flow.tenant.signing_secret(api) if after.access.alg == "HS256" else None
        if after.access.alg != "HS256" or signing is not None:
            flaws["access token"] = verifies(after.access, keys, alg=api.signing_alg, secret=signing)
    return no_flaw([f"{token}: {flaw}" for token, flaw in flaws.items() if flaw], "signatures that verify")


@promise(
    "RFT-04",
    "A refresh grants what the login granted.",
    source="RFC 6749 section 6; Auth0 docs, Use refresh tokens",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def scope_stays(flow: UserFlow) -> Verdict:
    """Compare the granted scopes; a policy of the refresh token may add its own."""
    before, after = set((await flow.tokens()).scopes), set((await flow.refreshed()).scopes)
    return equals(" ".join(sorted(after - (added_by_policy(flow.flow) - before))), " ".join(sorted(before)))


@promise(
    "RFT-21",
    "The answer to a refresh is JSON with a bearer token, and is not cached.",
    source="RFC 6749 sections 5.1 and 6",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def answer_is_like_the_first(flow: UserFlow) -> Verdict:
    """Look at ``Cache-Control``, ``Content-Type`` and ``token_type``."""
    reply = (await flow.refreshed()).reply
    return worst([not_stored(reply), in_json(reply), for_bearers(reply)])


async def _narrow(flow: UserFlow) -> Tokens:
    """Return the tokens of a login that asked for little."""
    return await flow.fresh_tokens(scope=NARROW)


@promise(
    "RFT-05",
    "A refresh can ask for less.",
    source="recorded traffic; RFC 6749 section 6",
    costs=("code", "tokens"),
    about=ABOUT,
    when=refreshes_email,
)
async def scope_can_shrink(flow: UserFlow) -> Verdict:
    """Log in anew, refresh with a part of the scope."""
    refreshed = await flow.refresh(await flow.fresh_tokens(scope="openid email offline_access"), scope=NARROW)
    return holds("email" not in refreshed.scopes and "openid" in refreshed.scopes, NARROW, " ".join(refreshed.scopes))


@promise(
    "RFT-06",
    "A refresh never grants more.",
    source=REFRESHING,
    costs=("code", "tokens"),
    about=ABOUT,
    when=refreshes_much,
)
async def scope_cannot_grow(flow: UserFlow) -> Verdict:
    """Log in with little, refresh with everything; an error is fine, and so is what the login or a policy granted."""
    tokens = await _narrow(flow)
    reply = await flow.refresh_reply(need_refresh_token(tokens), scope=" ".join(flow.flow.scope))
    if not reply.is_ok:
        return holds(not reply.token_members, "an error, or no more than before", reply.gist)
    refreshed = Tokens(reply, tuple(tokens.scopes))
    flow.keep(refreshed)
    granted = set(refreshed.scopes) | set(refreshed.access.scopes if refreshed.access else ())
    grown = sorted(granted - set(tokens.scopes) - added_by_policy(flow.flow))
    return holds(not grown, "an error, or no more than before", f"gained: {' '.join(grown) or 'nothing'}")


@promise(
    "RFT-07",
    "The refreshed access token is for the same API, person and application.",
    source="Auth0 docs, Refresh tokens",
    level="smoke",
    about=ABOUT,
    when=refreshes,
)
async def access_token_is_of_same_login(flow: UserFlow) -> Verdict:
    """Compare ``aud``, ``sub`` and ``azp``."""
    before, after = (await flow.tokens()).access, (await flow.refreshed()).access
    if before is None or after is None:
        return equals("opaque" if after is None else "signed", "opaque" if before is None else "signed")
    flaws = [f"{name} changed" for name in ("sub", "azp", "iss") if before.claims.get(name) != after.claims.get(name)]
    flaws += ["aud changed"] if sorted(before.audiences) != sorted(after.audiences) else []
    return no_flaw(flaws, "the same aud, sub and azp")


@promise(
    "RFT-07b",
    "The refreshed access token lives as long as the first.",
    source="Auth0 docs, Update access token lifetime",
    level="smoke",
    about="api.token_lifetime",
    when=refreshes,
)
async def lifetime_stays(flow: UserFlow) -> Verdict:
    """Compare ``expires_in``."""
    before, after = await flow.tokens(), await flow.refreshed()
    return equals(after.reply.body.get("expires_in"), before.reply.body.get("expires_in"))


@promise(
    "RFT-08",
    "A refresh token works only for the application it was issued to.",
    source="RFC 6749 sections 6 and 10.4",
    real="reported",
    costs=("tokens",),
    about=ABOUT,
    when=both(refreshes, has_other_application("refresh_token")),
)
async def refresh_token_is_bound(flow: UserFlow) -> Verdict:
    """Use it as another declared application."""
    other = await proof_of_another(flow, able_to="refresh_token")
    token = need_refresh_token(await flow.fresh_tokens())
    return refused(await flow.refresh_reply(token, as_=other), *INVALID_GRANT)


@promise(
    "RFT-09",
    "A confidential application cannot refresh without its secret.",
    source=REFRESHING,
    about="application.token_endpoint_auth_method",
    when=both(refreshes, has_secret),
)
async def refresh_needs_the_secret(flow: UserFlow) -> Verdict:
    """Use the refresh token with the client id alone."""
    credentials = replace(await flow.credentials(), secret=None)
    return refused(
        await flow.refresh_reply(await flow.latest_refresh_token(), as_=credentials), *flow.tenant.terms.unauthenticated
    )


@promise(
    "RFT-12",
    "A public application refreshes with its client id alone.",
    source="RFC 6749 sections 3.2.1 and 6; Auth0 docs, Use refresh tokens",
    level="smoke",
    about="application.token_endpoint_auth_method",
    when=both(refreshes, is_public),
)
async def client_id_is_enough(flow: UserFlow) -> Verdict:
    """Look at the answer to the flow's refresh, which nothing else vouched for."""
    return equals((await flow.refreshed()).reply.status, 200)


@promise(
    "RFT-10",
    "A refresh token that nobody issued is refused.",
    source="RFC 6749 section 5.2",
    real="reported",
    about=ABOUT,
    when=refreshes,
)
async def unknown_refresh_token_is_refused(flow: UserFlow) -> Verdict:
    """Use a random one."""
    return refused(await flow.refresh_reply(secrets.token_urlsafe(48)), *INVALID_GRANT)


@promise(
    "RFT-17",
    "An access token outlives a refresh.",
    source="Auth0 docs, Access tokens",
    about=ABOUT,
    when=both(refreshes, reaches_userinfo),
)
async def old_access_token_still_works(flow: UserFlow) -> Verdict:
    """Use the access token of before the refresh at userinfo."""
    await flow.refreshed()
    return equals((await flow.userinfo((await flow.tokens()).access_token)).status, 200)


@promise("RFT-18", "A refresh token is good for refreshing alone.", source="RFC 6749 section 1.5", about=ABOUT, when=refreshes)
async def refresh_token_is_nothing_else(flow: UserFlow) -> Verdict:
    """Use it as a bearer token, and as a code."""
    token = await flow.latest_refresh_token()
    bearer, code = await flow.userinfo(token), await flow.exchange_code(token)
    kept = bearer.status in flow.tenant.terms.wrong_token and not code.is_ok and not code.token_members
    return holds(kept, "refused as both", f"as bearer {bearer.status}, as code {code.gist}")


@promise(
    "RFT-19",
    "The access token says that it was refreshed.",
    source="Auth0 docs, Access token profiles; public tokens for the list",
    level="smoke",
    about=ABOUT,
    when=both(refreshes, is_auth0_dialect),
)
async def grant_is_said(flow: UserFlow) -> Verdict:
    """Look at ``gty``; the grant that the refresh token came from may stand behind it."""
    said = flow.claim((await flow.refreshed()).access, "gty")
    return equals((said or [None])[0] if isinstance(said, list) else said, "refresh_token")


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (
    refresh_brings_tokens,
    answer_is_like_the_first,
    times_move_on,
    id_token_is_of_same_login,
    refreshed_id_token_is_fresh,
    refreshed_tokens_verify,
    scope_stays,
    access_token_is_of_same_login,
    lifetime_stays,
    client_id_is_enough,
    grant_is_said,
)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    old_access_token_still_works,
    scope_can_shrink,
    scope_cannot_grow,
    refresh_token_is_bound,
    refresh_needs_the_secret,
    unknown_refresh_token_is_refused,
    refresh_token_is_nothing_else,
)
