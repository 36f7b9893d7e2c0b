"""The userinfo endpoint (USR): open to whom the user logged in for, closed to everybody else.

Source: OpenID Connect Core section 5.3; RFC 6750 section 3.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from tenantry.smoke.contract.assertion import Assertion, Verdict, either, equals, holds, no_flaw, promise, skip, worst
from tenantry.smoke.contract.claims import EMAIL_CLAIMS, PROFILE_CLAIMS, email_of
from tenantry.smoke.contract.conditions import both, is_hs256_api, knows_api, knows_profile, reaches_userinfo
from tenantry.smoke.contract.id_token import id_token_of
from tenantry.smoke.findings import Outcome
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.machine import MachineFlow
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.reply import Reply


def closed(reply: Reply, statuses: Collection[int]) -> Verdict:
    """Return whether the endpoint kept shut, with one of these statuses."""
    return holds(reply.status in statuses, either(map(str, sorted(statuses))), str(reply.status))


@promise(
    "USR-01",
    "The access token opens userinfo, which is about the same person.",
    source="OpenID Connect Core section 5.3.2",
    level="smoke",
    when=reaches_userinfo,
)
async def userinfo_is_open(flow: UserFlow) -> Verdict:
    """Use the access token, and compare ``sub`` with that of the ID token."""
    reply = await flow.profile()
    if not reply.is_ok:
        return holds(kept=False, expected="200", observed=reply.gist)
    same = reply.body.get("sub") == (await id_token_of(flow)).claims.get("sub")
    return equals("the same sub" if same else "another sub", "the same sub")


@promise(
    "USR-02",
    "Userinfo says what the scopes allow.",
    source="Auth0 docs, OpenID Connect scopes; OpenID Connect Core section 5.4",
    level="smoke",
    when=reaches_userinfo,
)
async def userinfo_keeps_to_scopes(flow: UserFlow) -> Verdict:
    """Look for the claims of ``profile`` and ``email``, there exactly when asked for."""
    claims, asked = (await flow.profile()).body, flow.flow.scope
    is_due = "profile" in asked and knows_profile(flow.flow)
    flaws = [f"{name} missing" for name in PROFILE_CLAIMS if is_due and name not in claims]
    flaws += [f"{name} told" for name in PROFILE_CLAIMS if "profile" not in asked and name in claims]
    flaws += [f"{name} told" for name in EMAIL_CLAIMS if "email" not in asked and name in claims]
    email = email_of(claims, (await flow.person()).email) if "email" in asked else None
    flaws += [email.observed] if email and email.outcome is Outcome.FAILED else []
    return no_flaw(flaws, "the claims of the asked scopes")


@promise("USR-03", "Userinfo is closed without a token.", source="RFC 6750 section 3", level="smoke", per_application=True)
async def userinfo_needs_a_token(flow: UserFlow) -> Verdict:
    """Send no ``Authorization``."""
    return closed(await flow.userinfo(None), flow.tenant.terms.without_token)


@promise("USR-04", "Userinfo is closed to a token that nobody issued.", source="RFC 6750 section 3.1")
async def userinfo_refuses_forgeries(flow: UserFlow) -> Verdict:
    """Use a random token, and the flow's own with its signature changed."""
    random = await flow.userinfo(secrets.token_urlsafe(32))
    tokens = await flow.tokens()
    head, _, signature = tokens.access_token.rpartition(".")
    changed = f"{head}.{'B' if signature[:1] == 'A' else 'A'}{signature[1:]}" if tokens.access else tokens.access_token[::-1]
    flow.tenant.vault.add(changed)
    statuses = flow.tenant.terms.bad_token
    return worst([closed(random, statuses), closed(await flow.userinfo(changed), statuses)])


@promise("USR-05", "Userinfo is closed to machines.", source="Auth0 docs, UserInfo (the audience lacks it)")
async def userinfo_refuses_machines(flow: MachineFlow) -> Verdict:
    """Use a token of client credentials."""
    url = await flow.tenant.endpoint("userinfo_endpoint")
    token = (await flow.tokens()).access_token
    return closed(await flow.tenant.wire.get(url, headers={"Authorization": f"Bearer {token}"}), flow.tenant.terms.wrong_token)


@promise(
    "USR-06",
    "Userinfo is closed to tokens of an API with a shared secret.",
    source="Auth0 community reports; Auth0 docs, Access tokens",
    real="reported",
    when=both(knows_api, is_hs256_api),
    about="api.signing_alg",
)
async def userinfo_refuses_shared_secrets(flow: UserFlow) -> Verdict:
    """Use the access token of the HS256 API."""
    return closed(await flow.userinfo((await flow.tokens()).access_token), flow.tenant.terms.wrong_token)


@promise(
    "USR-07",
    "Userinfo is closed without openid.",
    source="OpenID Connect Core section 5.3.1",
    real="reported",
    costs=("code", "tokens"),
    when=both(knows_api, reaches_userinfo),
)
async def userinfo_needs_openid(flow: UserFlow) -> Verdict:
    """Use a token of a login that did not ask for ``openid``."""
    scope = " ".join(one for one in flow.flow.scope if one not in {"openid", "profile", "email", "offline_access"})
    tokens = await flow.fresh_tokens(scope=scope or None, nonce=None)
    return closed(await flow.userinfo(tokens.access_token), flow.tenant.terms.wrong_token)


@promise(
    "USR-08",
    "An ID token does not open userinfo.",
    source="OpenID Connect Core section 5.3",
    real="reported",
    when=reaches_userinfo,
)
async def userinfo_refuses_id_tokens(flow: UserFlow) -> Verdict:
    """Use the ID token as a bearer token."""
    token = (await flow.tokens()).id_token
    if token is None:
        return skip("there is no ID token")
    return closed(await flow.userinfo(token.value), flow.tenant.terms.wrong_token)


LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (userinfo_is_open, userinfo_keeps_to_scopes, userinfo_needs_a_token)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    userinfo_refuses_forgeries,
    userinfo_refuses_shared_secrets,
    userinfo_needs_openid,
    userinfo_refuses_id_tokens,
)

MACHINE: tuple[Assertion[MachineFlow, Flow], ...] = (userinfo_refuses_machines,)
