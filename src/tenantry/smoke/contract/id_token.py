"""The ID token (IDT): who logged in, said to the right application, signed as declared.

Source: OpenID Connect Core sections 2, 3.1.3.6 and 3.1.3.7; RFC 8725; Auth0 docs on ID tokens.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tenantry.smoke.contract.assertion import Assertion, Verdict, either, equals, holds, lasts, no_flaw, promise, skip
from tenantry.smoke.contract.claims import FAR_S, SKEW_S, times_of
from tenantry.smoke.contract.conditions import asks_openid, both, is_public
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.stops import skipped
from tenantry.smoke.tokens import AUTH0S_ALGORITHMS, Token, forgeries, half_hash, moment, read, verifies

VALIDATION = "OpenID Connect Core section 3.1.3.7"
LONGEST_SUBJECT = 255


async def id_token_of(flow: UserFlow) -> Token:
    """Return the ID token of the flow's login.

    Raises: Stopped when there is none to look at.
    """
    token = (await flow.tokens()).id_token
    if token is None:
        raise skipped("not reached: there is no ID token that could be read")
    return token


async def secret_of(flow: UserFlow) -> str | None:
    """Return the secret that HS256 ID tokens are signed with."""
    return (await flow.credentials()).secret


@promise(
    "IDT-01",
    "The ID token is signed with the declared algorithm.",
    source="OpenID Connect Core section 3.1.3.7; RFC 8725 section 3.1",
    level="smoke",
    when=asks_openid,
    about="application.jwt_configuration.alg",
)
async def algorithm_is_declared(flow: UserFlow) -> Verdict:
    """Look at the header; undeclared, it must be one that Auth0 signs with, or that another provider offers."""
    alg, declared = (await id_token_of(flow)).alg, flow.flow.application.id_alg
    if declared:
        return equals(alg, declared)
    if flow.tenant.is_foreign:
        offered = await flow.tenant.offers("id_token_signing_alg_values_supported", alg, unsaid=("RS256",))
        return holds(offered and alg != "none", "an algorithm that discovery offers", alg)
    return holds(alg in AUTH0S_ALGORITHMS, either(AUTH0S_ALGORITHMS), alg)


@promise(
    "IDT-02",
    "The ID token's signature verifies.",
    source="OpenID Connect Core section 3.1.3.7; RFC 7515 section 4.1.4",
    level="smoke",
    when=lambda flow: asks_openid(flow) and flow.application.id_alg != "HS256",
    about="application.jwt_configuration.alg",
)
async def signature_verifies(flow: UserFlow) -> Verdict:
    """Verify with the published key of its kid; with the client secret where HS256 is not ruled out."""
    return await signature_of_id_token(flow)


async def signature_of_id_token(flow: UserFlow) -> Verdict:
    """Return whether the signature of the flow's ID token verifies."""
    token = await id_token_of(flow)
    secret = await secret_of(flow)
    if token.alg == "HS256" and not secret and not flow.flow.application.is_public:
        return skip("the client secret is not known here")
    flaw = verifies(token, await flow.tenant.keys(), alg=flow.flow.application.id_alg, secret=secret)
    return holds(not flaw, "a signature that verifies", flaw or "it verifies")


@promise(
    "IDT-04",
    "A public application's ID token is not signed with a secret.",
    source="OpenID Connect Core section 10.1; Auth0 docs, Confidential and public applications",
    level="smoke",
    when=both(asks_openid, is_public),
    about="application.jwt_configuration.alg",
)
async def public_has_no_shared_secret(flow: UserFlow) -> Verdict:
    """Look at the header."""
    alg = (await id_token_of(flow)).alg
    return holds(not alg.startswith("HS"), "an algorithm of published keys", alg)


@promise(
    "IDT-05",
    "The ID token is issued by the tenant.",
    source="OpenID Connect Core sections 2 and 3.1.3.7",
    level="smoke",
    when=asks_openid,
)
async def issuer_is_tenant(flow: UserFlow) -> Verdict:
    """Compare ``iss`` with the issuer, byte by byte."""
    return equals((await id_token_of(flow)).claims.get("iss"), flow.tenant.issuer)


@promise("IDT-06", "The ID token is for the application alone.", source=VALIDATION, level="smoke", when=asks_openid)
async def audience_is_application(flow: UserFlow) -> Verdict:
    """Compare ``aud`` with the client id."""
    client_id = (await flow.credentials()).client_id
    return equals((await id_token_of(flow)).audiences, [client_id])


@promise("IDT-07", "If the ID token names a party, it is the application.", source=VALIDATION, level="smoke", when=asks_openid)
async def party_is_application(flow: UserFlow) -> Verdict:
    """Compare ``azp``, where there is one, with the client id."""
    azp = (await id_token_of(flow)).claims.get("azp")
    return holds(azp in {None, (await flow.credentials()).client_id}, "no azp, or the client id", f"azp {azp or 'absent'}")


@promise("IDT-08", "The ID token says who logged in.", source="OpenID Connect Core section 2", level="smoke", when=asks_openid)
async def subject_is_user(flow: UserFlow) -> Verdict:
    """Look at ``sub``; of an ephemeral user the id is known."""
    sub, user_id = (await id_token_of(flow)).claims.get("sub"), (await flow.person()).user_id
    is_sound = isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUBJECT and sub.isascii()
    is_database = flow.flow.connection is not None and flow.flow.connection.is_database
    has_prefix = not is_database or str(sub).startswith("auth0|")
    if user_id is not None:
        return equals(sub, user_id)
    return holds(is_sound and has_prefix, "the id of a database user" if is_database else "an id", _mask(sub))


def _mask(value: Any) -> str:
    """Return the beginning of what names an existing person."""
    return f"{str(value)[:6]}…" if value else "nothing"


@promise(
    "IDT-09",
    "The ID token lives as long as declared.",
    source="OpenID Connect Core section 2; Auth0 docs, Update ID token lifetime",
    level="smoke",
    when=lambda flow: asks_openid(flow) and flow.application.id_lifetime_s is not None,
    about="application.jwt_configuration.lifetime_in_seconds",
)
async def lifetime_is_declared(flow: UserFlow) -> Verdict:
    """Compare ``exp`` minus ``iat`` with the declared lifetime."""
    return lasts((await id_token_of(flow)).lifetime_s, flow.flow.application.id_lifetime_s)


@promise("IDT-10", "The ID token is fresh.", source=VALIDATION, level="smoke", when=asks_openid)
async def times_are_sound(flow: UserFlow) -> Verdict:
    """Compare ``iat`` and ``exp`` with the moment it came."""
    return times_of(await id_token_of(flow), (await flow.tokens()).reply)


@promise("IDT-11", "The ID token carries the nonce of its request.", source=VALIDATION, level="smoke", when=asks_openid)
async def nonce_is_echoed(flow: UserFlow) -> Verdict:
    """Compare ``nonce`` with what was sent."""
    tokens, token = await flow.tokens(), await id_token_of(flow)
    said = token.claims.get("nonce")
    return holds(
        said == tokens.nonce, "the nonce as sent", "as sent" if said == tokens.nonce else "another one" if said else "none"
    )


@promise(
    "IDT-12",
    "Without a nonce in the request there is none in the ID token.",
    source="OpenID Connect Core section 2",
    costs=("code", "tokens"),
    when=asks_openid,
)
async def nonce_is_not_invented(flow: UserFlow) -> Verdict:
    """Ask without a nonce."""
    token = (await flow.fresh_tokens(nonce=None)).id_token
    return holds(
        token is not None and "nonce" not in token.claims,
        "no nonce",
        "a nonce" if token and "nonce" in token.claims else "none",
    )


@promise(
    "IDT-14",
    "If the ID token vouches for the access token, it is this one.",
    source="OpenID Connect Core section 3.1.3.6",
    level="smoke",
    when=asks_openid,
)
async def hash_is_right(flow: UserFlow) -> Verdict:
    """Recompute ``at_hash``, where there is one."""
    token, access_token = await id_token_of(flow), (await flow.tokens()).access_token
    said = token.claims.get("at_hash")
    if said is None:
        return holds(kept=True, expected="no at_hash, or the right one", observed="no at_hash")
    return equals(said, half_hash(access_token, token.alg))


@promise(
    "IDT-16",
    "The time of the login is said when a login was demanded.",
    source="OpenID Connect Core section 2",
    costs=("login", "code", "tokens"),
    when=asks_openid,
)
async def login_time_is_said(flow: UserFlow) -> Verdict:
    """Log in anew with ``prompt=login``; the standard promises the time only to who also says ``max_age``."""
    flow.tenant.spend("logins")
    before = flow.tenant.timing.now()
    tokens = await flow.fresh_tokens(prompt="login", **({"max_age": FAR_S} if flow.tenant.is_foreign else {}))
    said = moment(flow.claim(tokens.id_token, "auth_time"))
    if said is None:
        return holds(kept=False, expected="auth_time of just now", observed="no auth_time")
    off_s = replace(tokens.reply, sent_at=before).at(said).off_s(said)
    return holds(off_s <= SKEW_S, "auth_time of just now", f"{off_s:.0f} s off")


@promise(
    "IDT-18",
    "The session has a name that stays.",
    source="Auth0 docs, Sessions; OpenID Connect Back-Channel Logout section 2.1",
    costs=("code", "tokens"),
    when=lambda flow: asks_openid(flow) and flow.follows_new_rules,
)
async def session_id_stays(flow: UserFlow) -> Verdict:
    """Compare ``sid`` of two logins in one browser."""
    first, second = await id_token_of(flow), (await flow.fresh_tokens()).id_token
    one, two = first.claims.get("sid"), flow.claim(second, "sid")
    flow.tenant.vault.add(one, two)
    return holds(
        one is not None and one == two, "the same sid twice", "the same" if one == two and one else "missing or another"
    )


@promise(
    "IDT-25", "Forged siblings of the ID token do not verify.", source="RFC 8725 section 2.1", level="smoke", when=asks_openid
)
async def forgeries_fail(flow: UserFlow) -> Verdict:
    """Forge by ``alg: none``, by HS256 with the public key, and by another subject, and verify as an application would."""
    token, keys = await id_token_of(flow), await flow.tenant.keys()
    forged = {trick: read(value) for trick, value in forgeries(token, keys).items()}
    secret, alg = await secret_of(flow), flow.flow.application.id_alg or token.alg
    accepted = [trick for trick, lie in forged.items() if lie is not None and not verifies(lie, keys, alg=alg, secret=secret)]
    return no_flaw([f"{trick} is accepted" for trick in accepted], "all refused")


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (
    algorithm_is_declared,
    signature_verifies,
    public_has_no_shared_secret,
    issuer_is_tenant,
    audience_is_application,
    party_is_application,
    subject_is_user,
    lifetime_is_declared,
    times_are_sound,
    nonce_is_echoed,
    hash_is_right,
    forgeries_fail,
)
"""About the ID token of the flow's login."""

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    nonce_is_not_invented,
    session_id_stays,
    login_time_is_said,
)
