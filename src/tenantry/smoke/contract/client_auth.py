"""Client authentication (CLI): who is not the application gets nothing, and the application only what it may.

Source: RFC 6749 sections 2.3 and 5.2; recorded traffic (Auth0 says ``access_denied`` for ``invalid_client``).
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tenantry.smoke.client import ASSERTION_TYPE, Credentials, signed_assertion
from tenantry.smoke.contract.assertion import (
    UNAUTHENTICATED,
    Assertion,
    Verdict,
    holds,
    promise,
    refused,
    turned_away,
    worst,
)
from tenantry.smoke.contract.conditions import has_secret, is_public
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.wire import Reply

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
    when=lambda flow: flow.application.auth_method == "client_secret_post",
)
async def secret_in_body_is_accepted(flow: FlowRun) -> Verdict:
    """Look at the answer that brought the flow's tokens."""
    return holds(kept=True, expected="200 with tokens", observed=(await flow.tokens()).reply.gist)


@promise(
    "CLI-05",
    "The client secret in the header is accepted.",
    source="RFC 6749 section 2.3.1",
    level="smoke",
    about="application.token_endpoint_auth_method",
    per_application=True,
    when=lambda flow: flow.application.auth_method == "client_secret_basic",
)
async def secret_in_header_is_accepted(flow: FlowRun) -> Verdict:
    """Look at the answer that brought the flow's tokens."""
    return holds(kept=True, expected="200 with tokens", observed=(await flow.tokens()).reply.gist)


@promise(
    "CLI-08",
    "An assertion is good for one use.",
    source="OpenID Connect Core section 9; RFC 7523 section 3; Auth0 docs, Authenticate with private key JWT",
    about="application.client_authentication_methods",
    per_application=True,
    when=lambda flow: flow.application.auth_method == "private_key_jwt",
)
async def assertion_works_once(flow: FlowRun) -> Verdict:
    """Use one assertion twice: the second answer must be another than the first."""
    credentials = await flow.credentials()
    assertion = signed_assertion(
        credentials.client_id, credentials.private_key or "", audience=flow.tenant.issuer, now=flow.tenant.timing.now()
    )
    first = await _ask_by(flow, credentials.client_id, assertion)
    return _unlike(first, await _ask_by(flow, credentials.client_id, assertion))


def _unlike(sound: Reply, reply: Reply) -> Verdict:
    """Return whether a probe was refused, and not for what a sound assertion is refused for: the request itself."""
    if reply.gist == sound.gist:
        return holds(kept=False, expected="another answer than to a sound assertion", observed=reply.gist)
    return turned_away(reply)


@promise(
    "CLI-10",
    "Where an assertion is declared, a secret is not enough.",
    source="Auth0 docs, Authenticate with private key JWT",
    real="reported",
    about="application.client_authentication_methods",
    per_application=True,
    when=lambda flow: flow.application.auth_method == "private_key_jwt",
)
async def secret_is_no_assertion(flow: FlowRun) -> Verdict:
    """Use a secret instead, one that nobody has."""
    credentials = Credentials((await flow.credentials()).client_id, "client_secret_post", secret=secrets.token_urlsafe(48))
    return refused(await ask_with(flow, credentials), *UNAUTHENTICATED)


@promise(
    "CLI-07",
    "A signed assertion proves who the application is.",
    source="RFC 7523 section 2.2; Auth0 docs, Authenticate with private key JWT",
    level="smoke",
    about="application.client_authentication_methods",
    per_application=True,
    when=lambda flow: flow.application.auth_method == "private_key_jwt",
)
async def assertion_is_accepted(flow: FlowRun) -> Verdict:
    """Ask with a fresh assertion: the answer must not be about who is asking."""
    reply = await ask_with(flow, await flow.credentials())
    return holds(reply.status != UNAUTHORIZED and reply.error != "invalid_client", "no doubt about who is asking", reply.gist)


UNAUTHORIZED = 401


@promise(
    "CLI-09",
    "An assertion that is not sound is refused.",
    source="RFC 7523 section 3; Auth0 docs, Authenticate with private key JWT",
    about="application.client_authentication_methods",
    per_application=True,
    when=lambda flow: flow.application.auth_method == "private_key_jwt",
)
async def bad_assertions_are_refused(flow: FlowRun) -> Verdict:
    """Use another key, another audience, one that is over, and one that lasts too long."""
    credentials, now = await flow.credentials(), flow.tenant.timing.now()
    key, foreign, issuer = credentials.private_key or "", new_private_key(), flow.tenant.issuer
    assertions = (
        signed_assertion(credentials.client_id, foreign, audience=issuer, now=now),
        signed_assertion(credentials.client_id, key, audience="https://tenantry-probe.invalid/", now=now),
        signed_assertion(credentials.client_id, key, audience=issuer, now=now - 3600),
        *(
            []
            if flow.tenant.is_foreign
            else [signed_assertion(credentials.client_id, key, audience=issuer, now=now, lifetime_s=3600)]
        ),
    )
    sound = await ask_with(flow, credentials)
    return worst([_unlike(sound, await _ask_by(flow, credentials.client_id, assertion)) for assertion in assertions])


async def _ask_by(flow: FlowRun, client_id: str, assertion: str) -> Reply:
    """Return the answer to a request with a given assertion."""
    flow.tenant.vault.add(assertion)
    proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    return await ask_with(flow, Credentials(client_id, "none"), **proof)


def new_private_key() -> str:
    """Return a private key that nobody knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


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
    assertion_is_accepted,
    wrong_secret_is_refused,
    missing_secret_is_refused,
    unknown_application_is_refused,
    bad_assertions_are_refused,
    assertion_works_once,
    secret_is_no_assertion,
    public_is_no_machine,
    refresh_without_its_grant_is_refused,
    other_grants_are_refused,
    unknown_grant_is_refused,
)

ACCEPTED: tuple[Assertion[FlowRun, Flow], ...] = (secret_in_body_is_accepted, secret_in_header_is_accepted)
"""About the answer that brought the tokens."""
