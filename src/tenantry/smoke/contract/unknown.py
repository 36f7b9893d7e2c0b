"""What no source says of real tenants: tried, and reported as information; of other providers a standard tells.

Source: RFC 6749, RFC 7636, RFC 9700 and RFC 6750 for what the standards want; nobody for what Auth0 does.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from tenantry.smoke.contract.answers import goes_to_login, where
from tenantry.smoke.contract.assertion import Assertion, Verdict, chosen, holds, inform, promise, skip
from tenantry.smoke.contract.conditions import authenticates_by, has_secret, is_confidential, is_public, is_strict, refreshes
from tenantry.smoke.contract.implicit import is_implicit
from tenantry.smoke.contract.pkce import without_challenge
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import NO_S256, LoginFlow
from tenantry.smoke.flows.pkce import new_verifier
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.user import UserFlow, need_refresh_token
from tenantry.smoke.login.browser import callback_in
from tenantry.smoke.reply import Reply
from tenantry.smoke.tokens import is_encrypted, read

OTHER_METHOD = {"client_secret_post": "client_secret_basic", "client_secret_basic": "client_secret_post"}


def nothing_issued(reply: Reply) -> Verdict:
    """Return whether an answer holds no token; where nobody knows, that is information."""
    return holds(not reply.is_ok and not reply.token_members, "an error and no token", reply.gist)


@promise(
    "AUZ-32",
    "A public application cannot ask for a code without a proof key.",
    source="RFC 9700 section 2.1.1; unknown of Auth0",
    level="full",
    real="unknown",
    per_application=True,
    when=is_public,
)
async def challenge_is_asked_for(flow: LoginFlow) -> Verdict:
    """Ask without a challenge; PKC-04 tells whether the code is worth anything."""
    hop = await flow.look(pkce=False)
    if flow.tenant.is_foreign:
        return inform(where(hop))
    return chosen(goes_to_login(hop, flow), "the login: the exchange refuses", where(hop))


@promise(
    "COD-06",
    "A code that was bound to a callback is not exchanged without one.",
    source="RFC 6749 section 4.1.3; unknown of Auth0",
    level="full",
    real="unknown",
    costs=("code",),
)
async def callback_cannot_be_left_out(flow: LoginFlow) -> Verdict:
    """Leave out ``redirect_uri`` at the exchange."""
    reply = await flow.exchange(await flow.again(), redirect_uri=None)
    if flow.tenant.is_foreign:
        return nothing_issued(reply)
    return chosen(reply.is_ok, "an exchange without a callback works", f"the exchange answers {reply.gist}")


@promise(
    "COD-09",
    "A parameter that is there twice is refused.",
    source="RFC 6749 section 3.2; unknown of Auth0",
    level="full",
    real="unknown",
    per_application=True,
)
async def repeated_parameter_is_refused(flow: LoginFlow) -> Verdict:
    """Say ``grant_type`` twice, with a code that nobody issued."""
    credentials = replace(await flow.credentials(), method="none", secret=None)
    form = {"client_id": credentials.client_id, "code": "tenantry-probe", "redirect_uri": flow.flow.redirect_uri}
    body = urlencode([*form.items(), ("grant_type", "authorization_code"), ("grant_type", "authorization_code")])
    return nothing_issued(await flow.tenant.wire.post(await flow.tenant.endpoint("token_endpoint"), body))


@promise(
    "PKC-07",
    "A verifier without a challenge is refused.",
    source="RFC 9700 section 2.1.1; unknown of Auth0",
    level="full",
    real="unknown",
    costs=("code", "tokens"),
    when=lambda flow: is_confidential(flow) and not is_strict(flow),
)
async def verifier_needs_a_challenge(flow: LoginFlow) -> Verdict:
    """Ask without a challenge, exchange with a verifier."""
    if flow.tenant.is_foreign:
        is_offered = await flow.tenant.offers("code_challenge_methods_supported", "S256")
        return await without_challenge(flow, verifier=new_verifier()) if is_offered else skip(NO_S256)
    reply = await flow.exchange(await flow.again(pkce=False), code_verifier=new_verifier())
    return chosen(reply.is_ok, "a verifier that nobody asked for is ignored", f"the exchange answers {reply.gist}")


@promise(
    "PKC-08",
    "The method plain is refused.",
    source="Auth0 docs and Auth0 discovery, which contradict each other",
    level="full",
    real="unknown",
    per_application=True,
)
async def plain_is_refused(flow: LoginFlow) -> Verdict:
    """Send the verifier itself as the challenge."""
    hop = await flow.look(pkce=False, code_challenge=new_verifier(), code_challenge_method="plain")
    return chosen(goes_to_login(hop, flow), "the login: plain is accepted", where(hop))


@promise(
    "CLI-06",
    "The other way to send the secret is refused.",
    source="RFC 6749 section 2.3; unknown of Auth0",
    level="full",
    real="unknown",
    per_application=True,
    when=has_secret,
)
async def other_method_is_refused(flow: FlowRun) -> Verdict:
    """Send the right secret in the header instead of the body, or the other way round, with a code that nobody issued."""
    credentials = await flow.credentials()
    other = replace(credentials, method=OTHER_METHOD[credentials.method])
    reply = await flow.ask({"grant_type": "authorization_code", "code": "tenantry-probe"}, as_=other)
    if flow.tenant.is_foreign:
        return inform(f"by {other.method}: {reply.gist}")
    is_known = reply.status != HTTPStatus.UNAUTHORIZED
    return chosen(is_known, "either method proves the application", f"by {other.method}: {reply.gist}")


@promise(
    "RSP-18",
    "Who fails to authenticate by header is told how to.",
    source="RFC 6749 section 5.2; unknown of Auth0",
    level="full",
    real="unknown",
    per_application=True,
    when=authenticates_by("client_secret_basic"),
)
async def challenge_is_told(flow: FlowRun) -> Verdict:
    """Use a wrong secret in the header, and look for ``WWW-Authenticate``."""
    credentials = await flow.credentials()
    wrong = replace(credentials, secret=f"{(credentials.secret or '')[::-1]}x")
    reply = await flow.ask({"grant_type": "client_credentials", "audience": await flow.audience()}, as_=wrong)
    said = "www-authenticate" in reply.headers
    if flow.tenant.is_foreign:
        kept = said or reply.status != HTTPStatus.UNAUTHORIZED
        return holds(kept, "WWW-Authenticate with a 401", f"{reply.status} {'with' if said else 'without'} it")
    return chosen(not said, "no WWW-Authenticate", f"{reply.status} with WWW-Authenticate: {'yes' if said else 'no'}")


def could_stray(flow: Flow) -> bool:
    """Return whether there is another API to try, and no policy that opens it."""
    return refreshes(flow) and not flow.application.get("refresh_token", "policies") and other_audience(flow) is not None


@promise(
    "RFT-13",
    "A refresh token is not worth another API.",
    source="Auth0 docs, Multi-resource refresh tokens; unknown without a policy",
    level="full",
    real="unknown",
    costs=("code", "tokens"),
    when=could_stray,
)
async def refresh_stays_with_its_api(flow: UserFlow) -> Verdict:
    """Refresh for another declared API."""
    audience = other_audience(flow.flow) or ""
    reply = await flow.refresh_reply(need_refresh_token(await flow.fresh_tokens()), audience=audience)
    value = reply.body.get("access_token")
    token = read(value)
    if is_encrypted(value):
        return skip("the access token is encrypted, so whom it is for cannot be read")
    if token is None:
        return holds(kept=True, expected="an error, or a token for the first API", observed=reply.gist)
    return holds(audience not in token.audiences, "an error, or a token for the first API", " and ".join(token.audiences))


def other_audience(flow: Flow) -> str | None:
    """Return the identifier of another declared API."""
    others = [api.identifier for api in flow.configuration.apis.values() if api != flow.token_api]
    return next(iter(others), None)


@promise(
    "IMP-03",
    "A token never comes in the query.",
    source="OAuth 2.0 Multiple Response Types section 3; unknown of Auth0",
    level="full",
    real="unknown",
    costs=("code",),
    about="application.grant_types",
    when=is_implicit,
)
async def query_holds_no_token(flow: LoginFlow) -> Verdict:
    """Ask for a token in the query, with the session of the flow's login."""
    await flow.login()
    hop = await flow.look(browser=flow.browser, response_type="id_token", response_mode="query")
    callback = callback_in(hop, flow.flow.redirect_uri)
    if callback is None:
        return skip(f"the request leads to {where(hop)}")
    found = [name for name in ("access_token", "id_token") if callback.query.get(name)]
    return holds(not found, "no token in the query", ", ".join(found) or "none")


ANYONE: tuple[Assertion[FlowRun, Flow], ...] = (other_method_is_refused, challenge_is_told)

REFRESH: tuple[Assertion[UserFlow, Flow], ...] = (refresh_stays_with_its_api,)

LOGIN: tuple[Assertion[LoginFlow, Flow], ...] = (
    challenge_is_asked_for,
    repeated_parameter_is_refused,
    plain_is_refused,
    callback_cannot_be_left_out,
    verifier_needs_a_challenge,
    query_holds_no_token,
)
