"""The token response (RSP): its headers, its members, and how much it grants.

Source: RFC 6749 sections 3.3, 5.1 and 5.2; Auth0 docs on refresh tokens and scopes.
"""

from __future__ import annotations

import secrets

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, lasts, no_flaw, promise, skip
from tenantry.smoke.contract.claims import SKEW_S
from tenantry.smoke.contract.conditions import (
    asked_api_scopes,
    asks_openid,
    asks_openid_by_new_rules,
    declares_lifetime,
    is_opaque,
    negated,
    refreshes,
)
from tenantry.smoke.declared import STANDARD_SCOPES
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.machine import MachineFlow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.scopes import is_due
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.reply import Reply

SUCCESS = "RFC 6749 section 5.1"
PROBE_SCOPE = "tenantry:probe"


async def tokens_came(flow: FlowRun) -> Verdict:
    """Return that the flow's tokens came; a refusal has stopped the step that asks for them."""
    return holds(kept=True, expected="200 with tokens", observed=(await flow.tokens()).reply.gist)


@promise("RSP-01", "Tokens are not cached.", source=SUCCESS, level="smoke")
async def tokens_are_not_stored(flow: FlowRun) -> Verdict:
    """Look at ``Cache-Control``."""
    return not_stored((await flow.tokens()).reply)


def not_stored(reply: Reply) -> Verdict:
    """Return whether an answer with tokens is not to be kept."""
    value = reply.headers.get("cache-control", "")
    return holds("no-store" in value, "Cache-Control: no-store", value or "no Cache-Control")


@promise(
    "RSP-02", "Tokens are not cached by old caches either.", source="recorded traffic; RFC 6749 section 5.1", level="smoke"
)
async def tokens_are_not_kept(flow: FlowRun) -> Verdict:
    """Look at ``Pragma``."""
    value = (await flow.tokens()).reply.headers.get("pragma", "")
    return holds("no-cache" in value, "Pragma: no-cache", value or "no Pragma")


@promise("RSP-03", "The answer is JSON.", source=SUCCESS, level="smoke")
async def answer_is_json(flow: FlowRun) -> Verdict:
    """Look at ``Content-Type``."""
    return in_json((await flow.tokens()).reply)


def in_json(reply: Reply) -> Verdict:
    """Return whether an answer with tokens says that it is JSON."""
    return equals(reply.content_type or "no Content-Type", "application/json")


@promise("RSP-04", "The access token is a bearer token.", source="RFC 6749 section 7.1", level="smoke")
async def token_is_bearer(flow: FlowRun) -> Verdict:
    """Look at ``token_type``."""
    return for_bearers((await flow.tokens()).reply)


def for_bearers(reply: Reply) -> Verdict:
    """Return whether an answer with tokens says that they are worth something to whoever holds them."""
    value = str(reply.body.get("token_type"))
    return holds(value.lower() == "bearer", "Bearer", value)


@promise(
    "RSP-05",
    "The answer says the declared lifetime.",
    source=SUCCESS,
    level="smoke",
    about="api.token_lifetime",
    when=declares_lifetime,
)
async def lifetime_is_said(flow: FlowRun) -> Verdict:
    """Compare ``expires_in`` with ``token_lifetime``."""
    api = flow.flow.token_api
    value = (await flow.tokens()).reply.body.get("expires_in")
    return lasts(value, api.number("token_lifetime") if api else None)


@promise(
    "RSP-06",
    "The answer says the token's own lifetime.",
    source="RFC 6749 section 5.1; RFC 7519",
    level="smoke",
    when=negated(is_opaque),
)
async def lifetimes_agree(flow: FlowRun) -> Verdict:
    """Compare ``expires_in`` with ``exp`` minus ``iat``."""
    tokens = await flow.tokens()
    if tokens.access is None:
        return skip("the access token cannot be read")
    said, own = tokens.reply.body.get("expires_in"), tokens.access.lifetime_s
    if flow.tenant.is_foreign and (said is None or own is None):
        return skip("the answer says no lifetime" if said is None else "the token says none")
    off_s = abs(said - own) if isinstance(said, int) and own is not None else None
    return holds(off_s is not None and off_s <= (SKEW_S if flow.tenant.is_foreign else 0), str(own), str(said))


@promise(
    "RSP-07", "An ID token is issued for openid.", source="OpenID Connect Core section 3.1.3.3", level="smoke", when=asks_openid
)
async def id_token_is_issued(flow: UserFlow) -> Verdict:
    """Look for ``id_token``."""
    return _presence((await flow.tokens()).reply.body.get("id_token"), "id_token", is_due=True)


@promise(
    "RSP-08",
    "Without openid there is no ID token.",
    source="Auth0 docs, OpenID Connect scopes; OpenID Connect Core section 3.1.2.1",
    costs=("code", "tokens"),
    when=asks_openid_by_new_rules,
)
async def id_token_needs_openid(flow: UserFlow) -> Verdict:
    """Ask for everything but ``openid``."""
    tokens = await flow.fresh_tokens(scope=_without(flow, "openid"), nonce=None)
    return _presence(tokens.reply.body.get("id_token"), "id_token", is_due=False)


@promise(
    "RSP-09", "An application alone gets an access token and nothing else.", source="RFC 6749 section 4.4.3", level="smoke"
)
async def machine_gets_one_token(flow: MachineFlow) -> Verdict:
    """Look for an ID token and a refresh token."""
    members = set((await flow.tokens()).reply.token_members)
    return equals(", ".join(sorted(members)), "access_token")


@promise(
    "RSP-10",
    "A refresh token is issued for offline_access.",
    source="OpenID Connect Core section 11; Auth0 docs, Get refresh tokens",
    level="smoke",
    about="api.allow_offline_access",
    when=refreshes,
)
async def refresh_token_is_issued(flow: UserFlow) -> Verdict:
    """Look for ``refresh_token``."""
    return _presence((await flow.tokens()).refresh_token, "refresh_token", is_due=True)


@promise(
    "RSP-11",
    "Without offline_access there is no refresh token.",
    source="Auth0 docs, Get refresh tokens",
    costs=("code", "tokens"),
)
async def refresh_token_needs_offline_access(flow: UserFlow) -> Verdict:
    """Ask for everything but ``offline_access``."""
    tokens = await flow.fresh_tokens(scope=_without(flow, "offline_access"))
    return _presence(tokens.refresh_token, "refresh_token", is_due=False)


@promise(
    "RSP-12",
    "An API without offline access gives no refresh token, and the request still works.",
    source="Auth0 docs, Token best practices",
    costs=("code", "tokens"),
    about="api.allow_offline_access",
    when=lambda flow: flow.token_api is not None and flow.token_api.allows_offline is False,
)
async def api_can_forbid_refresh(flow: UserFlow) -> Verdict:
    """Ask for ``offline_access`` all the same."""
    scope = " ".join(dict.fromkeys([*flow.flow.scope, "offline_access"]))
    return _presence((await flow.fresh_tokens(scope=scope)).refresh_token, "refresh_token", is_due=False)


@promise(
    "RSP-14",
    "No more is granted than was asked for and declared.",
    source="Auth0 docs, OpenID Connect scopes; RFC 6749 sections 3.3 and 5.1",
    level="smoke",
)
async def grant_is_no_wider(flow: UserFlow) -> Verdict:
    """Compare the granted scope with the asked one and with what the API has to give."""
    tokens = await flow.tokens()
    granted, flaws = set(tokens.scopes), []
    if unasked := granted - set(tokens.asked_scope):
        flaws.append(f"not asked for: {', '.join(sorted(unasked))}")
    if forbidden := [scope for scope in sorted(granted - STANDARD_SCOPES) if is_due(flow.flow, scope) is False]:
        flaws.append(f"not to be had: {', '.join(forbidden)}")
    return no_flaw(flaws, f"at most {' '.join(tokens.asked_scope)}")


@promise(
    "RSP-15",
    "An answer that says no scope grants what was asked for.",
    source=SUCCESS,
    level="smoke",
    when=negated(is_opaque),
)
async def silence_means_all(flow: UserFlow) -> Verdict:
    """Compare the token's own scope with the asked one, where the answer says none."""
    tokens = await flow.tokens()
    if "scope" in tokens.reply.body or tokens.access is None:
        return skip("the answer says the scope" if "scope" in tokens.reply.body else "the access token cannot be read")
    if flow.tenant.is_foreign and "scope" not in tokens.access.claims:
        return skip("neither the answer nor the token says a scope")
    return equals(" ".join(sorted(tokens.access.scopes)), " ".join(sorted(tokens.asked_scope)))


@promise(
    "ACT-21",
    "Every permission that the user may have is granted when asked for.",
    source="Auth0 docs, Role-based access control for APIs",
    level="smoke",
    about="api.scopes",
    when=lambda flow: bool(asked_api_scopes(flow)),
)
async def permissions_are_granted(flow: UserFlow) -> Verdict:
    """Compare the granted scope with the asked permissions of the API."""
    missing = asked_api_scopes(flow.flow) - set((await flow.tokens()).scopes)
    return holds(not missing, " ".join(sorted(asked_api_scopes(flow.flow))), f"missing: {' '.join(sorted(missing)) or 'none'}")


@promise(
    "RSP-16",
    "A scope that nobody declared is not granted.",
    source="Auth0 docs, Authorization code flow with OIDC",
    costs=("code", "tokens"),
    when=lambda flow: flow.follows_new_rules,
)
async def undeclared_scope_is_dropped(flow: UserFlow) -> Verdict:
    """Ask for one scope more."""
    tokens = await flow.fresh_tokens(scope=" ".join([*flow.flow.scope, PROBE_SCOPE]))
    said = set(tokens.scopes) | set(tokens.access.scopes if tokens.access else [])
    return holds(PROBE_SCOPE not in said, f"without {PROBE_SCOPE}", " ".join(tokens.scopes))


@promise("RSP-17", "A refusal says why, in JSON, and brings no token.", source="RFC 6749 section 5.2", per_application=True)
async def refusals_are_json(flow: FlowRun) -> Verdict:
    """Ask for a grant that nobody knows."""
    reply = await flow.ask({"grant_type": f"urn:tenantry:{secrets.token_hex(4)}"})
    kept = bool(reply.error) and not reply.token_members and reply.content_type == "application/json"
    return holds(kept, "JSON with an error, no token", f"{reply.gist}, {reply.content_type or 'no content type'}")


def _without(flow: UserFlow, scope: str) -> str | None:
    """Return the flow's scope without one; None when nothing is left."""
    return " ".join(one for one in flow.flow.scope if one != scope) or None


def _presence(value: object, name: str, *, is_due: bool) -> Verdict:
    """Return whether a member is there exactly when it is due."""
    observed = f"{name} issued" if value else f"no {name}"
    return holds(bool(value) == is_due, f"{name} issued" if is_due else f"no {name}", observed)


ALL: tuple[Assertion[FlowRun, Flow], ...] = (
    tokens_are_not_stored,
    tokens_are_not_kept,
    answer_is_json,
    token_is_bearer,
    lifetime_is_said,
    lifetimes_agree,
)
"""About every token response."""

LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (
    id_token_is_issued,
    refresh_token_is_issued,
    grant_is_no_wider,
    silence_means_all,
    permissions_are_granted,
)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    id_token_needs_openid,
    refresh_token_needs_offline_access,
    api_can_forbid_refresh,
    undeclared_scope_is_dropped,
)

REFUSALS: tuple[Assertion[FlowRun, Flow], ...] = (refusals_are_json,)

MACHINE: tuple[Assertion[MachineFlow, Flow], ...] = (machine_gets_one_token,)
