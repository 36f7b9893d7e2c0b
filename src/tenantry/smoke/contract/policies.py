"""What only some configurations declare: policies of refresh tokens, of machines, and of revocation.

Source: Auth0 docs, "Multi-resource refresh tokens", "API access policies for applications", "Revoke refresh tokens",
"Machine-to-machine access for organizations".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise, refused, skip, turned_away, worst
from tenantry.smoke.contract.conditions import refreshes
from tenantry.smoke.contract.machine import NOT_GRANTED
from tenantry.smoke.declared import Api, named
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.machine import MachineFlow
from tenantry.smoke.flows.user import UserFlow, need_refresh_token
from tenantry.smoke.tokens import read

REVOKES_GRANT = ("flags", "revoke_refresh_token_grant")
QUOTA_HEADER = "auth0-client-quota-limit"


def refresh_policies(flow: Flow) -> list[tuple[Api, set[str]]]:
    """Return the declared APIs that the refresh token is declared to be good for, each with the scopes that it opens there."""
    found = (policy for policy in named(flow.application.get("refresh_token", "policies")) if isinstance(policy, Mapping))
    apis = ((flow.configuration.api(policy.get("audience")), policy.get("scope")) for policy in found)
    return [(api, set(map(str, scope or ()))) for api, scope in apis if api is not None]


def added_by_policy(flow: Flow) -> set[str]:
    """Return the scopes that a refresh may add for the flow's own API, beyond those of the login."""
    return {scope for api, scopes in refresh_policies(flow) if api == flow.token_api for scope in scopes}


def policy_for_another(flow: Flow) -> tuple[Api, set[str]] | None:
    """Return another declared API that the refresh token is declared to be good for, and with which scopes."""
    return next((each for each in refresh_policies(flow) if each[0] != flow.token_api), None)


@promise(
    "RFT-14",
    "A refresh token is good for the other APIs of its policies.",
    source="Auth0 docs, Multi-resource refresh tokens",
    costs=("code", "tokens"),
    about="application.refresh_token.policies",
    when=lambda flow: refreshes(flow) and policy_for_another(flow) is not None,
)
async def policy_opens_another_api(flow: UserFlow) -> Verdict:
    """Refresh for such an API; ``aud`` names it, and no scope is beyond the policy."""
    found = policy_for_another(flow.flow)
    if found is None:
        return skip("no policy names another declared API")
    api, scopes = found
    reply = await flow.refresh_reply(need_refresh_token(await flow.fresh_tokens()), audience=api.identifier)
    token = read(reply.body.get("access_token"))
    audiences = token.audiences if token else []
    wider = sorted(set(token.scopes if token else ()) & set(api.scopes) - scopes)
    beyond = f", with {', '.join(wider)}" if wider else ""
    said = f"a token for {' and '.join(audiences)}" if token else reply.gist
    return holds(api.identifier in audiences and not wider, f"a token for {api.identifier}", said + beyond)


@promise(
    "RVK-06",
    "Revoking one refresh token ends its siblings exactly when that is declared.",
    source="Auth0 docs, Revoke refresh tokens",
    costs=("code", "tokens", "family"),
    when=lambda flow: refreshes(flow) and isinstance(flow.configuration.setting(*REVOKES_GRANT), bool),
)
async def siblings_follow_the_setting(flow: UserFlow) -> Verdict:
    """Log in twice, revoke one refresh token, and use the other."""
    one, other = await flow.fresh_tokens(), await flow.fresh_tokens()
    await flow.revoke(need_refresh_token(one))
    reply = await flow.refresh_reply(need_refresh_token(other))
    ends = flow.flow.configuration.setting(*REVOKES_GRANT) is True
    return holds(reply.is_ok is not ends, "the other refused" if ends else "the other still good", reply.gist)


def apis_closed_to_machines(flow: Flow) -> list[Api]:
    """Return the declared APIs that give nothing to applications as themselves."""
    return [api for api in flow.configuration.apis.values() if api.policy("client") == "deny_all"]


@promise(
    "M2M-07",
    "An API that is closed to machines gives them nothing.",
    source="Auth0 docs, API access policies for applications",
    per_application=True,
    about="application",
    when=lambda flow: bool(apis_closed_to_machines(flow)),
)
async def closed_apis_are_closed(flow: MachineFlow) -> Verdict:
    """Ask for each."""
    apis = apis_closed_to_machines(flow.flow)
    return worst([turned_away(await flow.reply(audience=api.identifier, scope=None)) for api in apis])


@promise(
    "M2M-08",
    "A grant that needs an organization is worth nothing without one.",
    source="Auth0 docs, Machine-to-machine access for organizations",
    costs=("tokens",),
    about="grant.organization_usage",
    when=lambda flow: flow.grant is not None and flow.grant.text("organization_usage") == "require" and bool(flow.organization),
)
async def organization_is_needed(flow: MachineFlow) -> Verdict:
    """Look for ``org_id`` in the flow's token, and leave out the organization."""
    wanted = await flow.tenant.organization_id(flow.flow.organization or "")
    said = equals(flow.claim((await flow.tokens()).access, "org_id"), wanted)
    return worst([said, turned_away(await flow.reply(organization=None))])


def apis_for_users_alone(flow: Flow) -> list[Api]:
    """Return the APIs that the application may reach for users and not as itself, as far as that is declared."""
    configuration = flow.configuration
    mine = [configuration.api(grant.get("audience")) for grant in configuration.machine_grants(flow.application)]
    apis = configuration.apis.values()
    return [api for api in apis if configuration.user_grant(flow.application, api) and api not in mine]


@promise(
    "M2M-09",
    "A grant for users is none for the application itself.",
    source="Auth0 docs, Application access to APIs: client grants",
    real="reported",
    per_application=True,
    about="application",
    when=lambda flow: bool(apis_for_users_alone(flow)),
)
async def user_grant_is_no_machine_grant(flow: MachineFlow) -> Verdict:
    """Ask for such an API by client credentials."""
    apis = apis_for_users_alone(flow.flow)
    return worst([refused(await flow.reply(audience=api.identifier, scope=None), {400, 401, 403}, NOT_GRANTED) for api in apis])


def has_quota(flow: Flow) -> bool:
    """Return whether the application's tokens are counted."""
    quota: Any = flow.application.get("token_quota")
    return isinstance(quota, Mapping) and bool(quota.get("client_credentials"))


@promise(
    "M2M-11",
    "An application with a quota is told how much is left.",
    source="Auth0 community reports",
    real="unknown",
    level="full",
    about="application.token_quota",
    when=has_quota,
)
async def quota_is_told(flow: MachineFlow) -> Verdict:
    """Look for the quota's header."""
    said = QUOTA_HEADER in (await flow.tokens()).reply.headers
    return holds(said, QUOTA_HEADER, "there" if said else "not there")


REFRESH: tuple[Assertion[UserFlow, Flow], ...] = (policy_opens_another_api, siblings_follow_the_setting)

MACHINE: tuple[Assertion[MachineFlow, Flow], ...] = (
    closed_apis_are_closed,
    organization_is_needed,
    user_grant_is_no_machine_grant,
    quota_is_told,
)
