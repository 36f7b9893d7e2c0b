"""Conformant and legacy applications (LEG): which rules a request is handled by, and what that changes.

Source: Auth0 docs, "Authorization code flow with OIDC", "Authorization code flow with PKCE and OIDC".
"""

from __future__ import annotations

from typing import Any

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, no_flaw, promise
from tenantry.smoke.contract.conditions import is_legacy_request
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.flows.user import UserFlow

DOCS = "Auth0 docs, Authorization code flow with OIDC"
PROFILE_SCOPE = "favorite_color"
EVERY_USERS = "nickname"
"""An attribute that every user has."""
ABOUT = "application.oidc_conformant"


def is_conformant(flow: Flow) -> bool:
    """Return whether the application is declared conformant."""
    return flow.application.is_conformant


def is_legacy(flow: Flow) -> bool:
    """Return whether the application is declared as not conformant."""
    return flow.application.is_legacy


def names_an_api(flow: Flow) -> bool:
    """Return whether a legacy application asks for a declared API."""
    return flow.application.is_legacy and flow.api is not None


def asks_legacy_offline(flow: Flow) -> bool:
    """Return whether a legacy request asks for a refresh token."""
    return flow.is_legacy_pipeline and "offline_access" in flow.scope and flow.application.may("refresh_token")


@promise(
    "LEG-01",
    "A conformant application cannot ask for attributes by name.",
    source=DOCS,
    costs=("code", "tokens"),
    about=ABOUT,
    per_application=True,
    when=is_conformant,
)
async def attributes_are_not_scopes(flow: UserFlow) -> Verdict:
    """Ask for an attribute as if it were a scope."""
    tokens = await flow.fresh_tokens(scope=" ".join([*flow.flow.scope, PROFILE_SCOPE]))
    is_claimed = tokens.id_token is not None and PROFILE_SCOPE in tokens.id_token.claims
    flaws = (["a claim of it"] if is_claimed else []) + (["granted"] if PROFILE_SCOPE in tokens.scopes else [])
    return holds(not flaws, "neither granted nor claimed", " and ".join(flaws) or "neither")


@promise(
    "LEG-02",
    "A legacy request can ask for an attribute by name.",
    source=DOCS,
    real="emulator",
    costs=("code", "tokens"),
    about=ABOUT,
    when=is_legacy_request,
)
async def attributes_are_scopes(flow: UserFlow) -> Verdict:
    """Ask for an attribute that every user has, and no ``profile``."""
    token = (await flow.fresh_tokens(scope=f"openid {EVERY_USERS}")).id_token
    return equals("a claim of it" if token and EVERY_USERS in token.claims else "no claim of it", "a claim of it")


@promise(
    "LEG-07",
    "A legacy login looks like any other from outside.",
    source=DOCS,
    level="smoke",
    about=ABOUT,
    when=is_legacy,
)
async def legacy_login_is_alike(flow: LoginFlow) -> Verdict:
    """Compare the members of callback and answer with those of a conformant application."""
    callback = sorted((await flow.login()).callback.values.keys() - {"iss"})
    tokens = await flow.tokens()
    missing = [name for name in ("access_token", "token_type", "expires_in") if name not in tokens.reply.body]
    flaws = [] if callback == ["code", "state"] else [f"the callback got {', '.join(callback)}"]
    return no_flaw([*flaws, *(f"no {name}" for name in missing)], "code and state, then an access token, its type and lifetime")


@promise(
    "LEG-03",
    "A legacy request without an API gets an opaque access token.",
    source=DOCS,
    level="smoke",
    real="emulator",
    about=ABOUT,
    when=is_legacy_request,
)
async def legacy_token_is_opaque(flow: UserFlow) -> Verdict:
    """Try to read the access token."""
    return equals("a signed JWT" if (await flow.tokens()).access else "an opaque token", "an opaque token")


@promise(
    "LEG-04",
    "A legacy request without a device gets no refresh token.",
    source=DOCS,
    real="emulator",
    costs=("code", "tokens"),
    about=ABOUT,
    when=asks_legacy_offline,
)
async def legacy_refresh_needs_a_device(flow: UserFlow) -> Verdict:
    """Leave out ``device``."""
    tokens = await flow.fresh_tokens(device=None)
    return equals("a refresh token" if tokens.refresh_token else "none", "none")


@promise(
    "LEG-05",
    "A legacy request with a device gets a refresh token.",
    source=DOCS,
    real="emulator",
    costs=("code", "tokens"),
    about=ABOUT,
    when=asks_legacy_offline,
)
async def legacy_device_gets_refresh_token(flow: UserFlow) -> Verdict:
    """Name a device."""
    tokens = await flow.fresh_tokens(device=flow.flow.authorize.get("device") or "tenantry")
    return equals("a refresh token" if tokens.refresh_token else "none", "a refresh token")


@promise(
    "LEG-06",
    "A legacy application that names an API is served by today's rules.",
    source="Auth0 docs, Refresh tokens (OIDC-conformant adoption)",
    level="smoke",
    about=ABOUT,
    when=names_an_api,
)
async def naming_an_api_is_conformant(flow: UserFlow) -> Verdict:
    """Read the access token."""
    return equals("a signed JWT" if (await flow.tokens()).access else "an opaque token", "a signed JWT")


@promise(
    "LEG-08",
    "A conformant application's device is ignored.",
    source=DOCS,
    costs=("code", "tokens"),
    about=ABOUT,
    per_application=True,
    when=is_conformant,
)
async def device_is_ignored(flow: UserFlow) -> Verdict:
    """Name a device, and compare what came with what came without."""
    tokens, first = await flow.fresh_tokens(device="tenantry"), await flow.tokens()
    return equals(", ".join(tokens.reply.token_members), ", ".join(first.reply.token_members))


LOGIN: tuple[Assertion[Any, Flow], ...] = (legacy_login_is_alike, legacy_token_is_opaque, naming_an_api_is_conformant)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (
    attributes_are_not_scopes,
    attributes_are_scopes,
    legacy_refresh_needs_a_device,
    legacy_device_gets_refresh_token,
    device_is_ignored,
)
