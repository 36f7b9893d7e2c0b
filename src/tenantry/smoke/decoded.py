"""Tokens as people read them: every claim with what it follows from, and values that may be shown."""

from __future__ import annotations

from typing import Any

from tenantry.smoke.flows.run import TOKENS, FlowRun, Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.marks import Marks, access_marks, id_marks
from tenantry.smoke.redact import digest
from tenantry.smoke.stops import Stopped
from tenantry.smoke.story import Claim, Decoded
from tenantry.smoke.tokens import Token, is_encrypted, verifies

DIGESTED = {"nonce", "sid", "jti", "at_hash", "c_hash"}
"""Values that stand for a request, a session or a token."""
SHOWN = {
    *("iss", "aud", "azp", "client_id", "iat", "exp", "auth_time", "scope", "gty", "permissions", "org_id", "org_name"),
    *("email_verified", "amr", "acr"),
}
"""Claims that say nothing personal; those of existing users are shown besides only when the flow expects them."""


async def decoded(run: FlowRun, tokens: Tokens, *, after: str = "", masks: bool = True) -> tuple[Decoded, ...]:
    """Return the tokens of one answer; ``masks`` hides what names an existing person."""
    found = [await _access(run, tokens, f"access token{after}", masks=masks)]
    if tokens.id_token:
        found.append(await _id(run, tokens.id_token, f"ID token{after}", masks=masks))
    if tokens.refresh_token:
        found.append(_opaque(f"refresh token{after}", tokens.refresh_token))
    return tuple(found)


async def _access(run: FlowRun, tokens: Tokens, label: str, *, masks: bool) -> Decoded:
    """Return the access token."""
    token, api = tokens.access, run.flow.token_api
    if token is None:
        form = "encrypted JWT" if is_encrypted(tokens.access_token) else "opaque"
        return Decoded(label, digest(tokens.access_token), form, raw=tokens.access_token)
    secret = await run.tenant.signing_secret(api) if api and token.alg == "HS256" else None
    signature = await _signature(run, token, alg=api.signing_alg if api else None, secret=secret)
    return _signed(run, token, label, signature, await access_marks(run, token), masks=masks)


async def _id(run: FlowRun, token: Token, label: str, *, masks: bool) -> Decoded:
    """Return the ID token."""
    secret = (await run.credentials()).secret
    signature = await _signature(run, token, alg=run.flow.application.id_alg, secret=secret)
    return _signed(run, token, label, signature, await id_marks(run, token), masks=masks)


async def _signature(run: FlowRun, token: Token, *, alg: str | None, secret: str | None) -> str:
    """Return whether the signature verifies, in words."""
    try:
        return verifies(token, await run.tenant.keys(), alg=alg, secret=secret) or "verifies"
    except Stopped as stop:
        return stop.observed


def _signed(run: FlowRun, token: Token, label: str, signature: str, marks: Marks, *, masks: bool) -> Decoded:
    """Return a token that can be taken apart."""
    person = run.flow.user
    is_masked = masks and person is not None and not person.ephemeral
    claims = []
    for name, value in token.claims.items():
        hides = is_masked and name not in SHOWN and name not in marks.expect
        parts = tuple((_shown(name, part, masks=masks, hides=hides), mark) for part, mark in marks.parts(name, value))
        claims.append(Claim(name, _shown(name, value, masks=masks, hides=hides), parts))
    return Decoded(label, digest(token.value), "signed JWT", signature, token.header, tuple(claims), token.value)


def _opaque(label: str, value: str) -> Decoded:
    """Return a token that says nothing."""
    return Decoded(label, digest(value), "opaque", raw=value)


def _shown(name: str, value: Any, *, masks: bool, hides: bool) -> Any:
    """Return a claim's value as it may be shown."""
    if masks and name in DIGESTED and isinstance(value, str):
        return digest(value)
    return "(masked)" if hides else value


async def tokens_of(run: FlowRun) -> tuple[Decoded, ...]:
    """Return the tokens that a flow got by itself and by its refresh, as far as it came."""
    found: tuple[Decoded, ...] = ()
    if run.steps.has(TOKENS):
        found = await decoded(run, await run.tokens())
    if isinstance(run, UserFlow) and run.steps.has("refreshed"):
        found += await decoded(run, await run.refreshed(), after=" after refresh")
    return found
