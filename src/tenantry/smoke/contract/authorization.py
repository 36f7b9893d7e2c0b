"""The authorization request (AUZ) before anybody logs in: it is accepted as declared, and refused in any other form.

Source: RFC 6749 sections 3.1.2.4 and 4.1.2.1; OpenID Connect Core section 3.1.2; Auth0 docs on application settings.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from tenantry.smoke.contract.answers import (
    LOGIN_PAGE,
    goes_to_login,
    is_sent_to_its_provider,
    login_page,
    refused_somewhere,
    shown_as_page,
    told_the_callback,
    where,
)
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, skip, worst
from tenantry.smoke.contract.conditions import both, has_https_callback, is_confidential, is_strict, unreachable_apis
from tenantry.smoke.declared import Api
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.login.browser import Hop
from tenantry.smoke.login.visitor import WITH_SCRIPTS, is_login_path
from tenantry.smoke.stops import blocked

NOT_ALLOWED = {"unauthorized_client", "unsupported_response_type", "access_denied", "invalid_request"}


@promise(
    "AUZ-01",
    "The authorization request as declared leads to the login.",
    source="OpenID Connect Core section 3.1.2.1",
    level="read",
    about="application.callbacks",
)
async def request_is_accepted(flow: LoginFlow) -> Verdict:
    """Ask as declared, with no session; who names a connection may be sent to that one's own provider at once."""
    hop = await flow.first_page()
    if is_sent_to_its_provider(hop, flow):
        return holds(kept=True, expected="the login of the connection", observed=where(hop))
    page = await login_page(flow)
    if flow.tenant.is_foreign and not flow.shows_forms:
        if flow.tenant.way.runs_scripts:
            return skip("the login is made by scripts; the login itself shows whether it works")
        raise blocked(f"{page.path} has no form to log in with; {WITH_SCRIPTS}")
    return holds(kept=True, expected=LOGIN_PAGE, observed=where(hop))


@promise(
    "AUZ-07",
    "An unknown application is refused on a page.",
    source="RFC 6749 section 4.1.2.1",
    level="read",
    per_application=True,
)
async def unknown_application_is_refused(flow: LoginFlow) -> Verdict:
    """Ask with a client id that nobody has."""
    hop = await flow.look(client_id=secrets.token_hex(16))
    return shown_as_page(hop, flow, flow.flow.redirect_uri)


@promise(
    "AUZ-08",
    "A request without a response type is refused.",
    source="RFC 6749 section 4.1.2.1",
    level="read",
    real="reported",
    per_application=True,
)
async def missing_response_type_is_refused(flow: LoginFlow) -> Verdict:
    """Leave out ``response_type``."""
    return refused_somewhere(await flow.look(response_type=None), flow, {"invalid_request"})


@promise(
    "AUZ-09",
    "An unknown response type is refused.",
    source="RFC 6749 section 4.1.2.1",
    level="read",
    real="reported",
    per_application=True,
)
async def unknown_response_type_is_refused(flow: LoginFlow) -> Verdict:
    """Ask for a response type that nobody knows."""
    hop = await flow.look(response_type="tenantry")
    return refused_somewhere(hop, flow, {"unsupported_response_type", "invalid_request"})


@promise(
    "AUZ-10",
    "An API that does not exist is refused at the callback.",
    source="Auth0 community reports (Service not found)",
    level="read",
    real="reported",
    per_application=True,
    when=lambda flow: flow.api is not None,
)
async def unknown_api_is_refused(flow: LoginFlow) -> Verdict:
    """Ask for an audience that nobody registered."""
    probe = f"https://{secrets.token_hex(8)}.tenantry-probe.invalid"
    return told_the_callback(await flow.look(audience=probe), flow, {"access_denied", "invalid_request"})


@promise(
    "AUZ-11",
    "Tokens in the front channel are refused without the implicit grant.",
    source="RFC 6749 section 4.2.2.1; Auth0 docs, Update grant types",
    level="read",
    real="reported",
    per_application=True,
    about="application.grant_types",
    when=lambda flow: flow.application.may_not("implicit"),
)
async def implicit_is_refused(flow: LoginFlow) -> Verdict:
    """Ask for a token instead of a code."""
    return refused_somewhere(await flow.look(response_type="token"), flow, NOT_ALLOWED)


@promise(
    "AUZ-27",
    "A strict third-party application cannot ask for a code without a proof key.",
    source="Auth0 docs, Third-party applications: security controls",
    level="read",
    per_application=True,
    about="application.third_party_security_mode",
    when=is_strict,
)
async def strangers_need_a_proof(flow: LoginFlow) -> Verdict:
    """Ask without a challenge."""
    return refused_somewhere(await flow.look(pkce=False), flow, {"invalid_request", "unauthorized_client", "access_denied"})


@promise(
    "AUZ-13",
    "Without a session, a silent request is told that a login is required.",
    source="OpenID Connect Core section 3.1.2.6",
    level="read",
)
async def silence_needs_a_session(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=none`` in a fresh browser; confirmation rules of loopback callbacks may speak first."""
    extra = set() if has_https_callback(flow.flow) else {"interaction_required"}
    return told_the_callback(await flow.look(prompt="none"), flow, {*flow.tenant.terms.silent, *extra})


@promise(
    "AUZ-22",
    "A login without an organization is refused where one is required.",
    source="Auth0 docs, Organizations",
    level="read",
    real="reported",
    about="application.organization_usage",
    per_application=True,
    when=lambda flow: (
        flow.application.text("organization_usage") == "require"
        and flow.application.text("organization_require_behavior") in {None, "no_prompt"}
    ),
)
async def organization_is_required(flow: LoginFlow) -> Verdict:
    """Leave out ``organization``."""
    return refused_somewhere(await flow.look(organization=None), flow, {"invalid_request", "access_denied"})


@promise(
    "AUZ-23",
    "A login through an organization is refused where none is allowed.",
    source="Auth0 docs, Organizations",
    level="read",
    real="reported",
    about="application.organization_usage",
    per_application=True,
    when=lambda flow: flow.application.text("organization_usage") == "deny" and bool(flow.configuration.organizations),
)
async def organization_is_refused(flow: LoginFlow) -> Verdict:
    """Name a declared organization."""
    handle = next(iter(flow.flow.configuration.organizations))
    organization = await flow.tenant.organization_id(handle)
    return refused_somewhere(await flow.look(organization=organization), flow, {"invalid_request", "access_denied"})


def requires_par(flow: Flow) -> bool:
    """Return whether requests must be pushed ahead."""
    return flow.application.flag("require_pushed_authorization_requests") is True


@promise(
    "AUZ-25",
    "A request that was not pushed ahead is refused.",
    source="RFC 9126 section 5",
    level="read",
    about="application.require_pushed_authorization_requests",
    per_application=True,
    when=requires_par,
)
async def plain_request_is_refused(flow: LoginFlow) -> Verdict:
    """Say everything in the address itself."""
    asked = await flow.request()
    hop = await flow.browser.open(await flow.plain_url(asked.parameters))
    return refused_somewhere(hop, flow, {"invalid_request"})


@promise(
    "AUZ-26",
    "A pushed request works once.",
    source="Auth0 docs, Pushed authorization requests; RFC 9126 section 2.2",
    level="contract",
    about="application.require_pushed_authorization_requests",
    per_application=True,
    when=both(requires_par, is_confidential),
)
async def pushed_request_works_once(flow: LoginFlow) -> Verdict:
    """Push, then use the answer twice."""
    asked = await flow.request()
    reply = await flow.push(asked)
    expires_in = reply.body.get("expires_in")
    if reply.status != HTTPStatus.CREATED or not isinstance(expires_in, int):
        return holds(kept=False, expected="201 with request_uri and expires_in", observed=reply.gist)
    parameters = {"client_id": asked.parameters["client_id"], "request_uri": str(reply.body["request_uri"])}
    first = await flow.fresh_browser().open(await flow.plain_url(parameters))
    second = await flow.fresh_browser().open(await flow.plain_url(parameters))
    kept = goes_to_login(first, flow) and not is_login_path(second.reply.location)
    return holds(kept, "the login, then an error", f"{where(first)}, then {where(second)}")


@promise(
    "AUZ-28",
    "Users cannot get tokens for an API that is closed to the application.",
    source="Auth0 docs, API access policies for applications",
    level="read",
    real="reported",
    per_application=True,
    when=lambda flow: bool(unreachable_apis(flow)),
)
async def closed_apis_are_refused(flow: LoginFlow) -> Verdict:
    """Ask for each API whose policy shuts the application out."""
    errors = {"invalid_request", "unauthorized_client", "access_denied"}
    return worst([refused_somewhere(await _look_at(flow, api), flow, errors) for api in unreachable_apis(flow.flow)])


async def _look_at(flow: LoginFlow, api: Api) -> Hop:
    """Return the first answer to a request for an API."""
    return await flow.look(audience=api.identifier, scope="openid")


AS_DECLARED: tuple[Assertion[LoginFlow, Flow], ...] = (request_is_accepted,)

REFUSALS: tuple[Assertion[LoginFlow, Flow], ...] = (
    unknown_application_is_refused,
    missing_response_type_is_refused,
    unknown_response_type_is_refused,
    unknown_api_is_refused,
    implicit_is_refused,
    strangers_need_a_proof,
    silence_needs_a_session,
    organization_is_required,
    organization_is_refused,
    plain_request_is_refused,
    pushed_request_works_once,
    closed_apis_are_refused,
)
