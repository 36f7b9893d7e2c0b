"""What claims follow from: judged by their values, and each scope, permission and audience by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from tenantry.smoke.contract.claims import EMAIL_CLAIMS, PROFILE_CLAIMS
from tenantry.smoke.contract.custom_claims import claims_for
from tenantry.smoke.custom_claims import UNKNOWN
from tenantry.smoke.declared import STANDARD_SCOPES
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.scopes import is_due, is_held
from tenantry.smoke.stops import Stopped
from tenantry.smoke.story import Mark
from tenantry.smoke.tokens import Token, moment

USUAL = {
    *("iss", "sub", "aud", "iat", "exp", "azp", "client_id", "jti", "gty", "scope", "permissions", "auth_time", "nonce"),
    *("sid", "at_hash", "c_hash", "org_id", "org_name", "amr", "acr"),
}
"""Claims that standards or Auth0's documents give these tokens."""
BY_SCOPE = {"profile": (*PROFILE_CLAIMS, "given_name", "family_name"), "email": EMAIL_CLAIMS}

Judge = Callable[[str], Mark]
Part = tuple[Any, Mark]


@dataclass(frozen=True)
class Marks:
    """What is known of the claims of one token before it is looked at."""

    expect: Mapping[str, Any]
    """Claims whose values the flow itself names."""
    fixed: Mapping[str, Any]
    """Claims whose values follow from the configuration."""
    judges: Mapping[str, Judge]
    """What each value follows from that one of these claims lists."""
    usual: frozenset[str]
    """Claims that may have any value."""

    def parts(self, name: str, value: Any) -> tuple[Part, ...]:
        """Return a claim's value, or each value that it lists, with what that follows from."""
        fixed = {**self.fixed, **self.expect}
        if name in fixed:
            return ((value, _mark(said=value == fixed[name], is_likely=False)),)
        if name in self.judges and (listed := _listed(name, value)):
            return tuple((one, self.judges[name](one)) for one in listed)
        return ((value, _mark(said=None, is_likely=name in self.usual)),)


def _listed(name: str, value: Any) -> list[str]:
    """Return the values that a claim lists, none for what is no list."""
    if isinstance(value, str):
        return value.split() if name == "scope" else [value]
    return [str(one) for one in value] if isinstance(value, list) else []


async def access_marks(run: FlowRun, token: Token) -> Marks:
    """Return what is known of the claims of an access token."""
    flow, api = run.flow, run.flow.token_api
    judges: dict[str, Judge] = {
        "scope": lambda scope: _scope(flow, scope),
        "permissions": lambda permission: _permission(flow, permission),
    }
    if wanted := api.identifier if api else await run.audience():
        added = {run.tenant.userinfo_audience} if "openid" in token.scopes else set()
        judges["aud"] = lambda audience: _mark(said=audience == wanted or None, is_likely=audience in added)
    lifetime_s = api.number("token_lifetime") if api else None
    fixed = await _fixed(run, token, "access", lifetime_s)
    return Marks(flow.expect.access_token.claims, fixed, judges, frozenset(USUAL | _computed(flow, "access")))


async def id_marks(run: FlowRun, token: Token) -> Marks:
    """Return what is known of the claims of an ID token."""
    flow, client_id = run.flow, (await run.credentials()).client_id
    asked = {claim for scope in flow.scope for claim in BY_SCOPE.get(scope, ())}
    fixed = await _fixed(run, token, "id", flow.application.id_lifetime_s)
    judges: dict[str, Judge] = {"aud": lambda audience: _mark(said=audience == client_id, is_likely=False)}
    return Marks(flow.expect.id_token.claims, fixed, judges, frozenset(USUAL | asked | _computed(flow, "id")))


async def _fixed(run: FlowRun, token: Token, target: Literal["access", "id"], lifetime_s: int | None) -> dict[str, Any]:
    """Return the claims whose values follow from the configuration."""
    flow, issued = run.flow, moment(token.claims.get("iat"))
    fixed = {claim.name: claim.value for claim in claims_for(flow, target) if claim.value is not UNKNOWN}
    if lifetime_s is not None and issued is not None:
        fixed["exp"] = issued + lifetime_s
    if flow.organization:
        with suppress(Stopped):  # an id that cannot be read is nothing to compare with
            fixed["org_id"] = await run.tenant.organization_id(flow.organization)
    return fixed


def _computed(flow: Flow, target: Literal["access", "id"]) -> set[str]:
    """Return the claims that actions set to what they find out."""
    return {claim.name for claim in claims_for(flow, target) if claim.value is UNKNOWN}


def _scope(flow: Flow, scope: str) -> Mark:
    """Return what a granted scope follows from; who asks for none gets all that is due."""
    if flow.scope and scope not in flow.scope:
        return "extra"
    return _mark(said=None if scope in STANDARD_SCOPES else is_due(flow, scope), is_likely=scope in flow.scope)


def _permission(flow: Flow, permission: str) -> Mark:
    """Return what a listed permission follows from; some dialects list none."""
    api = flow.token_api
    lists = api is None or api.dialect is None or api.dialect.endswith("_authz")
    return _mark(said=is_held(flow, permission) if lists else False, is_likely=True)


def _mark(*, said: bool | None, is_likely: bool) -> Mark:
    """Return the mark of what the configuration says is so, or not; of what it leaves open, what is likely is expected."""
    if said is None:
        return "expected" if is_likely else "extra"
    return "declared" if said else "extra"
