"""What an access token allows (ACT): the scope that the answer named, and the permissions that the user holds.

Source: RFC 9068 section 2.2.3; Auth0 docs, "Role-based access control for APIs".
"""

from __future__ import annotations

from tenantry.smoke.contract.access_token import access_of, has_signed_token
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, no_flaw, promise
from tenantry.smoke.contract.conditions import knows_api, unpermitted
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.scopes import permissions_of
from tenantry.smoke.flows.user import UserFlow

RBAC = "Auth0 docs, Role-based access control for APIs"


@promise(
    "ACT-16",
    "The access token grants what the answer said.",
    source="RFC 9068 section 2.2.3; RFC 8693 section 4.2",
    level="smoke",
    when=has_signed_token,
)
async def scope_is_the_answers(flow: FlowRun) -> Verdict:
    """Compare the scope of token and answer; single spaces, nothing twice."""
    tokens, token = await flow.tokens(), await access_of(flow)
    text = str(token.claims.get("scope") or "")
    flaws = ["written with odd spaces, or twice"] if text.split(" ") != list(dict.fromkeys(text.split())) and text else []
    said = tokens.reply.body.get("scope")
    strays = set(token.scopes) - set(said.split()) if isinstance(said, str) else set()
    if isinstance(said, str) and (strays or (set(said.split()) != set(token.scopes) and not flow.tenant.is_foreign)):
        flaws.append(f"the token grants {text or 'nothing'}")
    return no_flaw(flaws, f"{said if said is not None else 'any scope'}")


def lists_permissions(flow: Flow) -> bool:
    """Return whether the token lists the user's permissions, and they are known."""
    api = flow.token_api
    is_authz = api is not None and str(api.dialect or "").endswith("_authz") and api.enforces_policies
    return is_authz and permissions_of(flow) is not None


@promise(
    "ACT-18",
    "The access token lists the user's permissions.",
    source=RBAC,
    level="smoke",
    when=lists_permissions,
    about="api.token_dialect",
)
async def permissions_are_listed(flow: UserFlow) -> Verdict:
    """Compare ``permissions`` with those of the user's roles."""
    wanted = sorted(permissions_of(flow.flow) or ())
    listed = (await access_of(flow)).claims.get("permissions")
    return equals(sorted(map(str, listed)) if isinstance(listed, list) else listed, wanted)


@promise(
    "ACT-19",
    "The access token lists no permissions where the dialect has none.",
    source=RBAC,
    level="smoke",
    about="api.token_dialect",
    when=lambda flow: (
        knows_api(flow) and flow.token_api is not None and flow.token_api.dialect in {"access_token", "rfc9068_profile"}
    ),
)
async def permissions_are_not_listed(flow: FlowRun) -> Verdict:
    """Look for ``permissions``."""
    return equals("permissions listed" if "permissions" in (await access_of(flow)).claims else "none listed", "none listed")


@promise(
    "ACT-20",
    "A permission that the user lacks is not granted.",
    source=RBAC,
    costs=("code", "tokens"),
    about="api.enforce_policies",
    when=lambda flow: bool(unpermitted(flow)),
)
async def lacking_permission_is_dropped(flow: UserFlow) -> Verdict:
    """Ask for one permission that no role of the user holds."""
    probe = unpermitted(flow.flow)[0]
    tokens = await flow.fresh_tokens(scope=" ".join(dict.fromkeys([*flow.flow.scope, probe])))
    granted = set(tokens.scopes) | set(tokens.access.scopes if tokens.access else ())
    return holds(probe not in granted, f"without {probe}", " ".join(sorted(granted)))


ALL: tuple[Assertion[FlowRun, Flow], ...] = (scope_is_the_answers, permissions_are_not_listed)
"""About every access token."""

LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (permissions_are_listed,)

PROBES: tuple[Assertion[UserFlow, Flow], ...] = (lacking_permission_is_dropped,)
