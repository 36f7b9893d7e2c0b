"""The exchange of a code (COD): once, by its owner, for the callback it was made for.

Source: RFC 6749 sections 4.1.2, 4.1.3, 5.2 and 10.5; recorded traffic for the status codes.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from tenantry.smoke.contract.assertion import (
    INVALID_GRANT,
    Assertion,
    Verdict,
    chosen,
    inform,
    promise,
    refused,
    turned_away,
)
from tenantry.smoke.contract.client_auth import proof_of_another
from tenantry.smoke.contract.conditions import has_other_application, reaches_userinfo
from tenantry.smoke.contract.response import tokens_came
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow

LONGEST_LIFE_S, MARGIN_S = 600, 10
NOT_ITS_OWN = {"invalid_grant", "unauthorized_client", "access_denied", "invalid_client", "invalid_request"}


@promise(
    "COD-01",
    "A code is exchanged for tokens.",
    source="RFC 6749 section 4.1.4",
    level="smoke",
    costs=("tokens",),
    about="application.token_endpoint_auth_method",
)
async def code_is_exchanged(flow: LoginFlow) -> Verdict:
    """Exchange the code of the flow's login, authenticating as declared."""
    return await tokens_came(flow)


@promise("COD-02", "A code works once.", source="RFC 6749 sections 4.1.2 and 10.5", costs=("code", "tokens"))
async def code_works_once(flow: LoginFlow) -> Verdict:
    """Exchange the code of a further login twice."""
    done = await flow.apart()
    await flow.redeem(done)
    return refused(await flow.exchange(done), *INVALID_GRANT)


@promise(
    "COD-03",
    "What a replayed code had bought is taken back.",
    source="RFC 6749 section 4.1.2",
    level="full",
    real="unknown",
    costs=("code", "tokens"),
    when=reaches_userinfo,
)
async def replay_revokes(flow: LoginFlow) -> Verdict:
    """Exchange twice, then use the first access token."""
    done = await flow.apart()
    tokens = await flow.redeem(done)
    await flow.exchange(done)
    status = (await flow.userinfo(tokens.access_token)).status
    if flow.tenant.is_foreign:
        return inform(f"userinfo answers {status}")
    return chosen(status == HTTPStatus.OK, "the first access token goes on working", f"userinfo answers {status}")


@promise("COD-04", "A code that was never issued is refused.", source="RFC 6749 section 5.2; recorded traffic")
async def unknown_code_is_refused(flow: LoginFlow) -> Verdict:
    """Exchange a random code."""
    return refused(await flow.exchange_code(secrets.token_urlsafe(32)), *INVALID_GRANT)


@promise(
    "COD-05",
    "A code works only with the callback it was made for.",
    source="RFC 6749 section 4.1.3",
    real="reported",
    costs=("code",),
)
async def code_is_bound_to_callback(flow: LoginFlow) -> Verdict:
    """Exchange with another callback: another registered one where there is one."""
    done = await flow.again()
    others = [url for url in flow.flow.application.callbacks if url != done.asked.redirect_uri]
    reply = await flow.exchange(done, redirect_uri=(others or [f"{done.asked.redirect_uri}/tenantry-probe"])[0])
    return turned_away(reply)


@promise(
    "COD-07",
    "A code works only for the application it was made for.",
    source="RFC 6749 sections 4.1.3 and 5.2",
    real="reported",
    costs=("code",),
    when=has_other_application("authorization_code"),
)
async def code_is_bound_to_application(flow: LoginFlow) -> Verdict:
    """Exchange as another declared application, with its own credentials."""
    other = await proof_of_another(flow, able_to="authorization_code")
    reply = await flow.exchange(await flow.again(), as_=other)
    return refused(reply, {400, 401, 403}, NOT_ITS_OWN)


@promise("COD-08", "An exchange without a code is refused.", source="RFC 6749 section 5.2", real="reported")
async def missing_code_is_refused(flow: LoginFlow) -> Verdict:
    """Leave out ``code``."""
    return refused(await flow.exchange_code(None), {400, 403}, {"invalid_request", "invalid_grant"})


@promise(
    "COD-10",
    "The token endpoint answers POST alone.",
    source="RFC 6749 section 3.2",
    real="reported",
    per_application=True,
)
async def get_is_refused(flow: LoginFlow) -> Verdict:
    """GET the token endpoint with the parameters of an exchange."""
    credentials = await flow.credentials()
    query = {"grant_type": "authorization_code", "client_id": credentials.client_id, "code": secrets.token_urlsafe(16)}
    reply = await flow.tenant.wire.get(await flow.tenant.endpoint("token_endpoint"), query=query)
    return refused(reply, {404, 405}, set())


@promise(
    "COD-11",
    "A code does not live long.",
    source="RFC 6749 section 4.1.2",
    level="full",
    real="reported",
    costs=("code",),
    per_application=True,
    waits_s=LONGEST_LIFE_S + MARGIN_S,
)
async def code_expires(flow: LoginFlow) -> Verdict:
    """Wait for more than the ten minutes that the standard recommends, then exchange."""
    done = await flow.again()
    await flow.tenant.timing.sleep(LONGEST_LIFE_S + MARGIN_S)
    return refused(await flow.exchange(done), *INVALID_GRANT)


EXCHANGE: tuple[Assertion[LoginFlow, Flow], ...] = (code_is_exchanged,)

PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (
    unknown_code_is_refused,
    missing_code_is_refused,
    get_is_refused,
    code_works_once,
    replay_revokes,
    code_is_bound_to_callback,
    code_is_bound_to_application,
)

SLOW: tuple[Assertion[LoginFlow, Flow], ...] = (code_expires,)
"""Late: other tokens may die while it waits."""
