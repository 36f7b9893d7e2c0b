"""Tokens in the front channel (IMP): implicit and hybrid requests, where the application declares them.

Source: OpenID Connect Core sections 3.2 and 3.3; OAuth 2.0 Multiple Response Type Encoding Practices.
"""

from __future__ import annotations

from tenantry.smoke.contract.answers import refused_somewhere
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, no_flaw, promise
from tenantry.smoke.contract.conditions import asks_openid, both, knows_api
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import Authorized, LoginFlow
from tenantry.smoke.login.browser import Callback
from tenantry.smoke.tokens import Token, half_hash, read, verifies

IMPLICIT = "OpenID Connect Core section 3.2.2.5"
ABOUT = "application.grant_types"
BOTH = "id_token token"
HYBRID = "code id_token"


def is_implicit(flow: Flow) -> bool:
    """Return whether the application may have tokens in the front channel."""
    return flow.application.may("implicit") and asks_openid(flow)


async def front_channel(flow: LoginFlow, response_type: str) -> tuple[Callback, str]:
    """Return what the callback got for a response type, and the nonce that was sent."""
    return await flow.steps.once(f"front channel {response_type}", lambda: _front_channel(flow, response_type))


async def _front_channel(flow: LoginFlow, response_type: str) -> tuple[Callback, str]:
    """Ask in the browser that logged in."""
    scope = " ".join(one for one in flow.flow.scope if one != "offline_access")
    done = await flow.again(pkce=False, response_type=response_type, scope=scope)
    flow.tenant.vault.add(done.callback.values.get("id_token"))
    return done.callback, done.asked.parameters.get("nonce", "")


@promise(
    "IMP-01",
    "Both tokens come in the fragment, with the nonce.",
    source=IMPLICIT,
    costs=("tokens",),
    about=ABOUT,
    when=is_implicit,
)
async def tokens_come_in_fragment(flow: LoginFlow) -> Verdict:
    """Ask for ``id_token token``."""
    callback, nonce = await front_channel(flow, BOTH)
    token = read(callback.values.get("id_token"))
    missing = [
        name for name in ("access_token", "id_token", "expires_in", "token_type", "state") if name not in callback.fragment
    ]
    flaws = [f"{name} missing" for name in missing] + (
        ["the nonce differs"] if token and token.claims.get("nonce") != nonce else []
    )
    return no_flaw(flaws, "access_token, id_token and state in the fragment, with the nonce")


@promise(
    "IMP-02",
    "An ID token in the front channel needs a nonce.",
    source="OpenID Connect Core section 3.2.2.1",
    real="reported",
    about=ABOUT,
    when=is_implicit,
)
async def nonce_is_required(flow: LoginFlow) -> Verdict:
    """Ask for ``id_token`` without a nonce."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, pkce=False, response_type="id_token", nonce=None)
    return refused_somewhere(hop, flow, {"invalid_request"})


@promise(
    "IDT-13",
    "The ID token vouches for the access token beside it.",
    source="OpenID Connect Core sections 3.2.2.9 and 3.2.2.10",
    about=ABOUT,
    when=is_implicit,
)
async def access_token_is_vouched_for(flow: LoginFlow) -> Verdict:
    """Recompute ``at_hash``."""
    callback, _ = await front_channel(flow, BOTH)
    token = read(callback.values.get("id_token"))
    wanted = half_hash(callback.values.get("access_token", ""), token.alg if token else "RS256")
    return equals(flow.claim(token, "at_hash"), wanted)


@promise(
    "ACT-14",
    "A front-channel access token has the lifetime for the web.",
    source="Auth0 docs, Update access token lifetime; recorded traffic",
    about="api.token_lifetime_for_web",
    when=lambda flow: (
        is_implicit(flow) and flow.token_api is not None and flow.token_api.number("token_lifetime_for_web") is not None
    ),
)
async def web_lifetime_is_declared(flow: LoginFlow) -> Verdict:
    """Compare ``exp`` minus ``iat``, and ``expires_in``."""
    callback, _ = await front_channel(flow, BOTH)
    token, api = read(callback.values.get("access_token")), flow.flow.token_api
    wanted = api.number("token_lifetime_for_web") if api else None
    said = callback.values.get("expires_in", "")
    return equals(f"{token.lifetime_s if token else None}, said {said}", f"{wanted}, said {wanted}")


@promise(
    "RSP-13", "No refresh token comes in the front channel.", source="RFC 6749 section 4.2.2", about=ABOUT, when=is_implicit
)
async def no_refresh_token_in_fragment(flow: LoginFlow) -> Verdict:
    """Look at the callback."""
    callback, _ = await front_channel(flow, BOTH)
    return equals("a refresh token" if "refresh_token" in callback.values else "none", "none")


@promise(
    "IMP-05",
    "Front-channel tokens verify.",
    source="OpenID Connect Core section 3.2.2.11; RFC 9068 section 4",
    about=ABOUT,
    when=both(is_implicit, knows_api),
)
async def front_channel_tokens_verify(flow: LoginFlow) -> Verdict:
    """Verify what the published keys can verify."""
    callback, _ = await front_channel(flow, BOTH)
    keys, secret = await flow.tenant.keys(), (await flow.credentials()).secret
    pairs = (
        ("id_token", flow.flow.application.id_alg),
        ("access_token", flow.flow.token_api.signing_alg if flow.flow.token_api else None),
    )
    read_ = [(name, read(callback.values.get(name)), alg) for name, alg in pairs]
    flaws = [
        f"{name}: {flaw}"
        for name, token, alg in read_
        if token and token.alg != "HS256" and (flaw := verifies(token, keys, alg=alg, secret=secret))
    ]
    return no_flaw(flaws, "signatures that verify")


async def hybrid(flow: LoginFlow) -> tuple[Authorized, Token | None]:
    """Return what the callback got for ``code id_token``, and the ID token in it."""
    done = await flow.steps.once("hybrid", lambda: flow.again(response_type=HYBRID))
    id_token = done.callback.values.get("id_token")
    flow.tenant.vault.add(id_token)
    return done, read(id_token)


@promise(
    "IDT-15",
    "The ID token of a hybrid request vouches for the code.",
    source="OpenID Connect Core section 3.3.2.11",
    costs=("code",),
    about=ABOUT,
    when=is_implicit,
)
async def code_is_vouched_for(flow: LoginFlow) -> Verdict:
    """Recompute ``c_hash``."""
    done, token = await hybrid(flow)
    said, wanted = flow.claim(token, "c_hash"), half_hash(done.code, token.alg if token else "RS256")
    seen = "the c_hash of the code" if said == wanted else "another c_hash" if said else "no c_hash"
    return equals(seen, "the c_hash of the code")


@promise(
    "IMP-04",
    "A hybrid request gets a code that works, for the same person.",
    source="OpenID Connect Core section 3.3",
    costs=("tokens",),
    about=ABOUT,
    when=is_implicit,
)
async def hybrid_code_works(flow: LoginFlow) -> Verdict:
    """Exchange the code."""
    done, token = await hybrid(flow)
    tokens = await flow.redeem(done)
    same = flow.claim(tokens.id_token, "sub") == flow.claim(token, "sub")
    return equals("the same sub" if same else "another sub", "the same sub")


PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (
    tokens_come_in_fragment,
    nonce_is_required,
    access_token_is_vouched_for,
    web_lifetime_is_declared,
    no_refresh_token_in_fragment,
    front_channel_tokens_verify,
    code_is_vouched_for,
    hybrid_code_works,
)
