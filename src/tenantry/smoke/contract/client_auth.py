"""Client authentication (CLI): who is not the application gets nothing, and the application only what it may.

Source: RFC 6749 sections 2.3 and 5.2; recorded traffic (Auth0 says ``access_denied`` for ``invalid_client``).
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from tenantry.smoke.client import Credentials
from tenantry.smoke.contract.assertion import Assertion, Verdict, promise, refused, worst
from tenantry.smoke.contract.conditions import authenticates_by, has_secret, is_public, other_application
from tenantry.smoke.contract.response import tokens_came
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import skipped

FORMS: dict[str, dict[str, str | None]] = {
    "authorization_code": {"code": "tenantry-probe", "redirect_uri": "https://tenantry-probe.invalid/"},
    "refresh_token": {"refresh_token": "tenantry-probe"},
    "client_credentials": {"audience": "https://tenantry-probe.invalid"},
    "password": {"username": "tenantry-probe@example.com", "password": "tenantry-probe"},
    "urn:ietf:params:oauth:grant-type:device_code": {"device_code": "tenantry-probe"},
}


async def ask_with(flow: FlowRun, credentials: Credentials, **proof: str) -> Reply:
    """Return the answer to a well-formed request of the flow's own grant; ``proof`` goes with it."""
    if flow.flow.is_machine:
        form: dict[str, str | None] = {"grant_type": "client_credentials", **await flow.target()}
    else:
        code = {"code": secrets.token_urlsafe(32), "redirect_uri": flow.flow.redirect_uri}
        form = {"grant_type": "authorization_code", **code}
    return await flow.ask({**form, **proof}, as_=credentials)


async def proof_of_another(flow: FlowRun, *, able_to: str) -> Credentials:
    """Return who another declared application is, and how it proves it.

    Raises: Stopped when there is none that can use the grant.
    """
    other = other_application(flow.flow, able_to=able_to)
    if other is None:
        raise skipped("there is no other application")
    return await flow.tenant.credentials(other)


@promise(
    "CLI-01",
    "A wrong client secret is refused.",
    source="RFC 6749 section 5.2; recorded traffic",
    level="read",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=has_secret,
)
async def wrong_secret_is_refused(flow: FlowRun) -> Verdict:
    """Use a secret of the same length that is not the application's."""
    credentials = await flow.credentials()
    wrong = secrets.token_urlsafe(64)[: len(credentials.secret or "") or 64]
    return refused(await ask_with(flow, replace(credentials, secret=wrong)), *flow.tenant.terms.unauthenticated)


@promise(
    "CLI-02",
    "A missing client secret is refused.",
    source="RFC 6749 section 5.2; recorded traffic",
    level="read",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=has_secret,
)
async def missing_secret_is_refused(flow: FlowRun) -> Verdict:
    """Name the application, and prove nothing."""
    return refused(await ask_with(flow, replace(await flow.credentials(), secret=None)), *flow.tenant.terms.unauthenticated)


@promise(
    "CLI-03",
    "An unknown application is refused.",
    source="RFC 6749 section 5.2",
    level="read",
    real="reported",
    per_application=True,
)
async def unknown_application_is_refused(flow: FlowRun) -> Verdict:
    """Use a client id that nobody has."""
    stranger = Credentials(secrets.token_hex(16), "client_secret_post", secret=secrets.token_urlsafe(32))
    return refused(await ask_with(flow, stranger), *flow.tenant.terms.unknown_client)


@promise(
    "CLI-04",
    "The client secret in the body is accepted.",
    source="RFC 6749 section 2.3.1",
    level="smoke",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=authenticates_by("client_secret_post"),
)
async def secret_in_body_is_accepted(flow: FlowRun) -> Verdict:
    """Look at the answer that brought the flow's tokens."""
    return await tokens_came(flow)


@promise(
    "CLI-05",
    "The client secret in the header is accepted.",
    source="RFC 6749 section 2.3.1",
    level="smoke",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=authenticates_by("client_secret_basic"),
)
async def secret_in_header_is_accepted(flow: FlowRun) -> Verdict:
    """Look at the answer that brought the flow's tokens."""
    return await tokens_came(flow)


@promise(
    "CLI-11",
    "A public application gets no token of its own.",
    source="RFC 6749 section 4.4; Auth0 docs, Confidential and public applications",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=is_public,
)
async def public_is_no_machine(flow: FlowRun) -> Verdict:
    """Ask for client credentials with the client id alone."""
    target = {"audience": await flow.audience() or flow.tenant.management_audience} if not flow.tenant.is_foreign else {}
    reply = await flow.ask({"grant_type": "client_credentials", **target})
    return refused(reply, flow.tenant.terms.foreign_grant_statuses, set())


@promise(
    "CLI-12",
    "Grants that are not declared are refused.",
    source="RFC 6749 section 5.2; Auth0 docs, Update grant types",
    about="application.grant_types",
    per_application=True,
    when=lambda flow: any(flow.application.may_not(grant) for grant in FORMS),
)
async def other_grants_are_refused(flow: FlowRun) -> Verdict:
    """Make a well-formed request for every grant that the application does not have."""
    missing = [grant for grant in FORMS if flow.flow.application.may_not(grant)]
    return worst([await _refusal_of(flow, grant) for grant in missing])


async def _refusal_of(flow: FlowRun, grant: str) -> Verdict:
    """Return whether one grant is refused; Auth0 may look at the token or the application first."""
    reply = await flow.ask({"grant_type": grant, **FORMS[grant]})
    looks_at_token = {"invalid_grant"} if grant == "refresh_token" else set()
    looks_at_client = {"access_denied", "invalid_client"} if grant == "client_credentials" else set()
    errors = {"unauthorized_client", *looks_at_token, *looks_at_client, *flow.tenant.terms.foreign_grant}
    verdict = refused(reply, {400, 401, 403}, errors)
    return replace(verdict, observed=f"{grant}: {verdict.observed}")


@promise(
    "RFT-11",
    "An application without the grant cannot refresh.",
    source="RFC 6749 section 5.2; Auth0 docs, Update grant types",
    about="application.grant_types",
    per_application=True,
    when=lambda flow: flow.application.may_not("refresh_token"),
)
async def refresh_without_its_grant_is_refused(flow: FlowRun) -> Verdict:
    """Refresh with a token that nobody issued."""
    return await _refusal_of(flow, "refresh_token")


@promise(
    "CLI-13",
    "An unknown grant is refused.",
    source="RFC 6749 section 5.2",
    real="reported",
    per_application=True,
)
async def unknown_grant_is_refused(flow: FlowRun) -> Verdict:
    """Ask for a grant that nobody knows."""
    reply = await flow.ask({"grant_type": "urn:tenantry:x"})
    return refused(reply, {400, 401, 403}, {"unsupported_grant_type", "unauthorized_client", "invalid_request"})


ASSERTIONS: tuple[Assertion[FlowRun, Flow], ...] = (
    wrong_secret_is_refused,
    missing_secret_is_refused,
    unknown_application_is_refused,
    public_is_no_machine,
    refresh_without_its_grant_is_refused,
    other_grants_are_refused,
    unknown_grant_is_refused,
)

ACCEPTED: tuple[Assertion[FlowRun, Flow], ...] = (secret_in_body_is_accepted, secret_in_header_is_accepted)
"""About the answer that brought the tokens."""
