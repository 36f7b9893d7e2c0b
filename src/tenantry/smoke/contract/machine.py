"""Client credentials (M2M): what the grant says, for the API it says, and nothing beside.

Source: RFC 6749 sections 3.3 and 4.4; Auth0 docs, "Client credentials flow", "Application access to APIs: client grants".
"""

from __future__ import annotations

import secrets

from tenantry.model.address import MANAGEMENT_API
from tenantry.smoke.contract.access_token import access_of, is_machine_api
from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise, refused, skip, worst
from tenantry.smoke.contract.conditions import ungranted_apis, ungranted_scopes
from tenantry.smoke.declared import Api
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.machine import MachineFlow
from tenantry.smoke.flows.run import Tokens

NOT_GRANTED = {"access_denied", "unauthorized_client", "invalid_request", "invalid_target"}
OPENING_CLIENTS = ("read:clients", "read:client_keys", "read:client_credentials", "read:client_summary")
"""Any of these scopes lets the applications be read.

Source: Auth0's published Management API description (``GET /clients``).
"""


def knows_scopes(flow: Flow) -> bool:
    """Return whether the granted scopes are known exactly."""
    return flow.grant is not None and flow.grant.has_exact_scopes and not flow.grant.flag("allow_all_scopes") and not flow.scope


def has_two_scopes(flow: Flow) -> bool:
    """Return whether there is a part of the grant to ask for."""
    return flow.grant is not None and len(flow.grant.scopes) > 1


@promise(
    "M2M-01",
    "The application gets a token with the scopes of its grant.",
    source="RFC 6749 section 4.4; Auth0 docs, Client credentials flow",
    level="smoke",
    costs=("tokens",),
    about="grant.scope",
)
async def grant_is_honoured(flow: MachineFlow) -> Verdict:
    """Ask without a scope."""
    tokens = await flow.tokens()
    grant = flow.flow.grant
    if grant is None or not knows_scopes(flow.flow):
        return holds(kept=True, expected="200 with an access token", observed=tokens.reply.gist)
    return equals(" ".join(sorted(tokens.scopes)) or "none", " ".join(sorted(grant.scopes)) or "none")


@promise(
    "M2M-02",
    "The application can ask for less.",
    source="Auth0 docs, Client credentials flow; RFC 6749 section 3.3",
    real="reported",
    costs=("tokens",),
    about="grant.scope",
    when=has_two_scopes,
)
async def part_is_granted(flow: MachineFlow) -> Verdict:
    """Ask for one scope of the grant."""
    one = min(flow.flow.grant.scopes) if flow.flow.grant else ""
    reply = await flow.reply(scope=one)
    tokens = Tokens(reply, (one,))
    granted = " ".join(tokens.scopes) if reply.is_ok else reply.gist
    return equals(granted, one)


@promise(
    "M2M-03",
    "An API without a grant is closed.",
    source="Auth0 docs, Application access to APIs: client grants",
    level="read",
    about="application.grant_types",
    per_application=True,
    when=lambda flow: bool(ungranted_apis(flow)),
)
async def ungranted_apis_are_closed(flow: MachineFlow) -> Verdict:
    """Ask for every declared API that the application has no grant for."""
    return worst([await _closed(flow, api) for api in ungranted_apis(flow.flow)])


async def _closed(flow: MachineFlow, api: Api) -> Verdict:
    """Return whether one API is closed."""
    return refused(await flow.reply(audience=api.identifier, scope=None), {400, 401, 403}, NOT_GRANTED)


@promise(
    "M2M-04",
    "A scope outside the grant is never given.",
    source="RFC 6749 section 3.3",
    real="reported",
    about="grant.scope",
    when=lambda flow: bool(ungranted_scopes(flow)),
)
async def ungranted_scope_is_refused(flow: MachineFlow) -> Verdict:
    """Ask for a scope of the API that the grant leaves out; an error is fine, and so is a token without it."""
    probe = ungranted_scopes(flow.flow)[0]
    reply = await flow.reply(scope=" ".join([*(flow.flow.grant.scopes if flow.flow.grant else []), probe]))
    if not reply.is_ok:
        return refused(reply, {400, 401, 403}, {*NOT_GRANTED, "invalid_scope"})
    tokens = Tokens(reply, (probe,))
    granted = set(tokens.scopes) | set(tokens.access.scopes if tokens.access else ())
    return holds(probe not in granted, f"an error, or a token without {probe}", f"a token with {' '.join(sorted(granted))}")


@promise(
    "M2M-05",
    "An API that does not exist is refused.",
    source="Auth0 community reports (Service not enabled within domain)",
    level="read",
    real="reported",
    per_application=True,
)
async def unknown_api_is_refused(flow: MachineFlow) -> Verdict:
    """Ask for an audience that nobody registered."""
    probe = f"https://{secrets.token_hex(8)}.tenantry-probe.invalid"
    return refused(await flow.reply(audience=probe, scope=None), {400, 401, 403}, NOT_GRANTED)


@promise(
    "M2M-06",
    "A request that names no API is refused.",
    source="Auth0 community reports",
    real="reported",
    per_application=True,
    when=lambda flow: flow.configuration.has_no_default_api,
)
async def missing_api_is_refused(flow: MachineFlow) -> Verdict:
    """Leave out ``audience``."""
    return refused(await flow.reply(audience=None, scope=None), {400, 401, 403}, NOT_GRANTED)


@promise(
    "ACT-26",
    "No two tokens are the same.",
    source="Auth0 docs, Access token profiles; RFC 7519 section 4.1.6",
    real="reported",
    costs=("tokens",),
    per_application=True,
)
async def tokens_differ(flow: MachineFlow) -> Verdict:
    """Ask twice for the same, a second apart."""
    first = (await flow.tokens()).access_token
    await flow.tenant.timing.sleep(1.1)
    reply = await flow.reply()
    same = reply.body.get("access_token") == first
    return equals("the same" if same else "another", "another")


@promise(
    "M2M-10",
    "The Management API opens for granted reads and stays shut for others.",
    source="Auth0 docs, Management API access tokens",
    about="grant.scope",
    when=lambda flow: flow.audience == MANAGEMENT_API and opens_clients(flow) is not None,
)
async def management_api_keeps_to_scopes(flow: MachineFlow) -> Verdict:
    """Read the applications with the token; any of a few scopes opens them."""
    token = (await flow.tokens()).access_token
    url = f"{flow.tenant.management_audience.rstrip('/')}/clients"
    if not flow.tenant.wire.is_home(url):
        return skip("the Management API is at another address than the logins")
    reply = await flow.tenant.wire.get(url, headers={"Authorization": f"Bearer {token}"})
    return equals(reply.status, 200 if opens_clients(flow.flow) else 403)


def opens_clients(flow: Flow) -> bool | None:
    """Return whether the applications can be read with the flow's token, None when that is not declared."""
    asked = [scope for scope in OPENING_CLIENTS if not flow.scope or scope in flow.scope]
    given = [flow.grant.gives(scope) if flow.grant else None for scope in asked]
    return True if True in given else None if None in given else False


@promise(
    "ACT-08",
    "A machine's access token is for the API alone.",
    source="Auth0 docs, Client credentials flow",
    level="smoke",
    when=is_machine_api,
    about="grant.audience",
)
async def machine_audience_is_api(flow: MachineFlow) -> Verdict:
    """Compare ``aud``, which is a plain text here."""
    return equals((await access_of(flow)).claims.get("aud"), await flow.audience())


@promise(
    "ACT-12",
    "A machine's access token is about the application itself.",
    source="Auth0 docs, Client credentials flow",
    level="smoke",
    when=is_machine_api,
)
async def subject_is_machine(flow: MachineFlow) -> Verdict:
    """Compare ``sub`` with the client id."""
    return equals((await access_of(flow)).claims.get("sub"), f"{(await flow.credentials()).client_id}@clients")


TOKENS: tuple[Assertion[MachineFlow, Flow], ...] = (grant_is_honoured,)

PROBES: tuple[Assertion[MachineFlow, Flow], ...] = (
    ungranted_apis_are_closed,
    unknown_api_is_refused,
    missing_api_is_refused,
    part_is_granted,
    ungranted_scope_is_refused,
    tokens_differ,
    management_api_keeps_to_scopes,
)

ISSUED: tuple[Assertion[MachineFlow, Flow], ...] = (machine_audience_is_api, subject_is_machine)
"""About the access token."""
