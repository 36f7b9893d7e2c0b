"""Client assertions (CLI): a signed one proves who the application is, once, and nothing else does.

Source: RFC 7523; OpenID Connect Core section 9; Auth0 docs, Authenticate with private key JWT.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from http import HTTPStatus

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tenantry.smoke.client import ASSERTION_TYPE, Credentials
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, refused, turned_away, worst
from tenantry.smoke.contract.client_auth import ask_with
from tenantry.smoke.contract.conditions import authenticates_by
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.reply import Reply

ABOUT = "application.client_authentication_methods"


@promise(
    "CLI-07",
    "A signed assertion proves who the application is.",
    source="RFC 7523 section 2.2; Auth0 docs, Authenticate with private key JWT",
    level="smoke",
    about=ABOUT,
    per_application=True,
    when=authenticates_by("private_key_jwt"),
)
async def assertion_is_accepted(flow: FlowRun) -> Verdict:
    """Ask with a fresh assertion: the answer must not be about who is asking."""
    reply = await ask_with(flow, await flow.credentials())
    return holds(
        reply.status != HTTPStatus.UNAUTHORIZED and reply.error != "invalid_client", "no doubt about who is asking", reply.gist
    )


@promise(
    "CLI-08",
    "An assertion is good for one use.",
    source="OpenID Connect Core section 9; RFC 7523 section 3; Auth0 docs, Authenticate with private key JWT",
    about=ABOUT,
    per_application=True,
    when=authenticates_by("private_key_jwt"),
)
async def assertion_works_once(flow: FlowRun) -> Verdict:
    """Use one assertion twice: the second answer must be another than the first."""
    credentials = await flow.credentials()
    assertion = credentials.assertion(audience=flow.tenant.issuer, now=flow.tenant.wire.now())
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
    about=ABOUT,
    per_application=True,
    when=authenticates_by("private_key_jwt"),
)
async def secret_is_no_assertion(flow: FlowRun) -> Verdict:
    """Use a secret instead, one that nobody has."""
    credentials = Credentials((await flow.credentials()).client_id, "client_secret_post", secret=secrets.token_urlsafe(48))
    return refused(await ask_with(flow, credentials), *flow.tenant.terms.unauthenticated)


@promise(
    "CLI-09",
    "An assertion that is not sound is refused.",
    source="RFC 7523 section 3; Auth0 docs, Authenticate with private key JWT",
    about=ABOUT,
    per_application=True,
    when=authenticates_by("private_key_jwt"),
)
async def bad_assertions_are_refused(flow: FlowRun) -> Verdict:
    """Use another key, another audience, one that is over, and one that lasts too long."""
    credentials, now, issuer = await flow.credentials(), flow.tenant.wire.now(), flow.tenant.issuer
    assertions = [
        replace(credentials, private_key=new_private_key()).assertion(audience=issuer, now=now),
        credentials.assertion(audience="https://tenantry-probe.invalid/", now=now),
        credentials.assertion(audience=issuer, now=now - 3600),
    ]
    if not flow.tenant.is_foreign:
        assertions.append(credentials.assertion(audience=issuer, now=now, lifetime_s=3600))
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


ASSERTIONS: tuple[Assertion[FlowRun, Flow], ...] = (
    assertion_is_accepted,
    bad_assertions_are_refused,
    assertion_works_once,
    secret_is_no_assertion,
)
