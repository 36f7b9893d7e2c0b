"""The access token (ACT): for the right API, from the right tenant, in the declared form, as long-lived as declared.

Source: RFC 9068; RFC 7519; Auth0 docs, "Access token profiles", "Access tokens".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, either, equals, holds, lasts, no_flaw, promise, skip
from tenantry.smoke.contract.claims import times_of
from tenantry.smoke.contract.conditions import asks_openid, both, is_auth0_dialect, is_hs256_api, is_rfc9068, knows_api, negated
from tenantry.smoke.contract.id_token import id_token_of
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.stops import skipped
from tenantry.smoke.tokens import AUTH0S_ALGORITHMS, SIGNATURES, Token, is_encrypted, verifies

PROFILES = "Auth0 docs, Access token profiles"
REQUIRED = ("iss", "exp", "aud", "sub", "client_id", "iat", "jti")
"""The members that RFC 9068 wants."""
AT_JWT = {"at+jwt", "application/at+jwt"}
"""How a token says that it is one of RFC 9068 (its section 2.1); media types know no case (RFC 2045 section 5.1)."""
PERSONAL = ("email", "email_verified", "name", "nickname", "picture", "given_name", "family_name")


def is_machine_api(flow: Flow) -> bool:
    """Return whether the token of a machine flow has a known form; the Management API's is a plain signed one too."""
    return flow.is_machine and ((flow.api is None and not flow.is_foreign) or knows_api(flow))


def has_signed_token(flow: Flow) -> bool:
    """Return whether the access token is known to be a signed JWT."""
    return knows_api(flow) or is_machine_api(flow)


async def access_of(flow: FlowRun) -> Token:
    """Return the flow's access token taken apart.

    Raises: Stopped when it cannot be.
    """
    token = (await flow.tokens()).access
    if token is None:
        raise skipped("not reached: the access token is no signed JWT")
    return token


def declared_alg(flow: Flow) -> str | None:
    """Return the algorithm the access token is declared to be signed with."""
    return flow.token_api.signing_alg if flow.token_api else None


@promise(
    "ACT-01",
    "The access token for an API is a signed JWT.",
    source="Auth0 docs, Access tokens",
    level="smoke",
    when=has_signed_token,
    about="api",
)
async def token_is_signed(flow: FlowRun) -> Verdict:
    """Take it apart."""
    tokens = await flow.tokens()
    seen = "a signed JWT" if tokens.access else "an encrypted JWT" if is_encrypted(tokens.access_token) else "an opaque token"
    return equals(seen, "a signed JWT")


@promise(
    "ACT-02",
    "The access token is signed with the declared algorithm.",
    source="RFC 8725 section 3.1; Auth0 docs, Signing algorithms",
    level="smoke",
    when=has_signed_token,
    about="api.signing_alg",
)
async def algorithm_is_declared(flow: FlowRun) -> Verdict:
    """Look at the header; undeclared, it must be one that Auth0 signs with."""
    alg, declared = (await access_of(flow)).alg, declared_alg(flow.flow)
    known = SIGNATURES if flow.tenant.is_foreign else AUTH0S_ALGORITHMS
    return equals(alg, declared) if declared else holds(alg in known, "a known algorithm", alg)


@promise(
    "ACT-03",
    "The access token's signature verifies.",
    source="RFC 9068 section 4",
    level="smoke",
    when=both(has_signed_token, negated(is_hs256_api)),
    about="api.signing_alg",
)
async def signature_verifies(flow: FlowRun) -> Verdict:
    """Verify with the published key of its kid; with the API's signing secret where HS256 is not ruled out."""
    return await signature_of(flow)


async def signature_of(flow: FlowRun) -> Verdict:
    """Return whether the signature of the flow's access token verifies."""
    token, api = await access_of(flow), flow.flow.token_api
    secret = await flow.tenant.signing_secret(api) if api and token.alg == "HS256" else None
    if token.alg == "HS256" and secret is None and declared_alg(flow.flow) in {None, "HS256"}:
        return skip("the API's signing secret is not known here; declare `signing_secret`, or grant the tool read access to it")
    flaw = verifies(token, await flow.tenant.keys(), alg=declared_alg(flow.flow), secret=secret)
    return holds(not flaw, "a signature that verifies", flaw or "it verifies")


@promise(
    "ACT-05",
    "The access token says what kind of token it is.",
    source="RFC 9068 section 2.1; Auth0 docs, Access token profiles",
    level="smoke",
    when=knows_api,
    about="api.token_dialect",
)
async def type_is_said(flow: FlowRun) -> Verdict:
    """Look at ``typ``; without a declared dialect both forms are fine."""
    api, typ = flow.flow.token_api, str((await access_of(flow)).header.get("typ"))
    known = {"at+jwt": AT_JWT, "JWT": {"jwt"}}
    if api is not None and api.dialect is not None:
        known.pop("JWT" if api.is_rfc9068 else "at+jwt")
    return holds(any(typ.lower() in names for names in known.values()), either(known), typ)


@promise(
    "ACT-06", "The access token is issued by the tenant.", source="RFC 9068 section 2.2", level="smoke", when=has_signed_token
)
async def issuer_is_tenant(flow: FlowRun) -> Verdict:
    """Compare ``iss`` with the issuer, byte by byte."""
    return equals((await access_of(flow)).claims.get("iss"), flow.tenant.issuer)


@promise(
    "ACT-07",
    "The access token is for the API, and for userinfo where openid was asked for.",
    source="Auth0 docs, Authorization code flow with OIDC",
    level="smoke",
    when=knows_api,
    about="api.identifier",
)
async def audience_is_api(flow: UserFlow) -> Verdict:
    """Compare ``aud``: with openid and an API that is not HS256 userinfo is added."""
    token, api = await access_of(flow), flow.flow.token_api
    identifier = api.identifier if api else ""
    alone, together = {identifier}, {identifier, flow.tenant.userinfo_audience}
    alg = declared_alg(flow.flow) or token.alg
    is_together = "openid" in (await flow.tokens()).scopes and not alg.startswith("HS")
    wanted = [alone, together] if alg == "PS256" else [together if is_together else alone]
    kept = set(token.audiences) in wanted and len(token.audiences) == len(set(token.audiences))
    return holds(kept, " and ".join(sorted(wanted[-1])), " and ".join(sorted(token.audiences)))


@promise(
    "ACT-28",
    "The access token is for the API that was asked for.",
    source="RFC 9068 sections 2.2 and 3; RFC 8707 section 2",
    level="smoke",
    when=knows_api,
    about="api.identifier",
)
async def audience_names_api(flow: FlowRun) -> Verdict:
    """Look for the API's identifier in ``aud``."""
    audiences, api = (await access_of(flow)).audiences, flow.flow.token_api
    identifier = api.identifier if api else ""
    return holds(identifier in audiences, identifier, " and ".join(audiences))


@promise(
    "ACT-09",
    "The access token names the application.",
    source=PROFILES,
    level="smoke",
    when=is_auth0_dialect,
    about="api.token_dialect",
)
async def party_is_application(flow: FlowRun) -> Verdict:
    """Compare ``azp`` with the client id; ``client_id`` belongs to the other dialect."""
    claims, client_id = (await access_of(flow)).claims, (await flow.credentials()).client_id
    flaws = [] if claims.get("azp") == client_id else [f"azp {claims.get('azp') or 'absent'}"]
    return no_flaw(flaws + (["client_id present"] if "client_id" in claims else []), f"azp {client_id}, no client_id")


@promise(
    "ACT-10",
    "The access token has the members of RFC 9068.",
    source="RFC 9068 section 2.2",
    level="smoke",
    when=is_rfc9068,
    about="api.token_dialect",
)
async def members_are_standard(flow: FlowRun) -> Verdict:
    """Look for ``client_id`` and ``jti``, and for members of the other dialect."""
    claims, client_id = (await access_of(flow)).claims, (await flow.credentials()).client_id
    flaws = [] if claims.get("client_id") == client_id else ["client_id absent or another"]
    flaws += [f"no {name}" for name in REQUIRED if claims.get(name) is None]
    unwanted = () if flow.tenant.is_foreign else ("azp", "gty")
    flaws += [f"{name} present" for name in unwanted if name in claims]
    return no_flaw(flaws, ", ".join([*REQUIRED, *(f"no {name}" for name in unwanted)]))


@promise(
    "ACT-10b",
    "No two access tokens have the same id.",
    source="RFC 9068 section 2.2; RFC 7519 section 4.1.7",
    costs=("code", "tokens"),
    when=is_rfc9068,
    about="api.token_dialect",
)
async def ids_differ(flow: FlowRun) -> Verdict:
    """Compare ``jti`` of two tokens that were asked for alike."""
    first, second = (await access_of(flow)).claims.get("jti"), flow.claim((await flow.fresh_tokens()).access, "jti")
    said = "no jti" if None in {first, second} else "the same" if first == second else "another"
    return equals(said, "another")


@promise(
    "ACT-11",
    "Access token and ID token are about the same person.",
    source="RFC 9068 section 2.2",
    level="smoke",
    when=lambda flow: knows_api(flow) and asks_openid(flow),
)
async def subjects_agree(flow: UserFlow) -> Verdict:
    """Compare ``sub`` of both."""
    same = (await access_of(flow)).claims.get("sub") == (await id_token_of(flow)).claims.get("sub")
    return equals("the same sub" if same else "another sub", "the same sub")


@promise(
    "ACT-13",
    "The access token lives as long as declared.",
    source="RFC 9068 section 2.2; Auth0 docs, Update access token lifetime",
    level="smoke",
    when=lambda flow: knows_api(flow) and flow.token_api is not None and flow.token_api.number("token_lifetime") is not None,
    about="api.token_lifetime",
)
async def lifetime_is_declared(flow: FlowRun) -> Verdict:
    """Compare ``exp`` minus ``iat`` with ``token_lifetime``."""
    api = flow.flow.token_api
    return lasts((await access_of(flow)).lifetime_s, api.number("token_lifetime") if api else None)


@promise("ACT-15", "The access token is fresh.", source="RFC 7519 section 4.1.6", level="smoke", when=has_signed_token)
async def times_are_sound(flow: FlowRun) -> Verdict:
    """Compare ``iat`` and ``exp`` with the moment it came."""
    return times_of(await access_of(flow), (await flow.tokens()).reply)


@promise(
    "ACT-17",
    "The access token says by which grant it was issued.",
    source=PROFILES,
    level="smoke",
    when=lambda flow: is_auth0_dialect(flow) and flow.kind not in {"device_code", "token_exchange"},
    about="api.token_dialect",
)
async def grant_is_said(flow: FlowRun) -> Verdict:
    """Look at ``gty``: nothing for a code, ``client-credentials`` for a machine, ``password`` for a password."""
    said = (await access_of(flow)).claims.get("gty")
    if flow.flow.kind in {"password", "password_realm"}:
        return holds(str(said).startswith("password"), "password", str(said))
    return equals(said, "client-credentials" if flow.flow.is_machine else None)


@promise(
    "ACT-22",
    "The access token names the organization.",
    source="Auth0 docs, Work with tokens and organizations",
    level="smoke",
    when=lambda flow: knows_api(flow) and flow.organization is not None,
    about="application.organization_usage",
)
async def organization_is_named(flow: UserFlow) -> Verdict:
    """Compare ``org_id`` with the organization of the login."""
    return equals((await access_of(flow)).claims.get("org_id"), await flow.tenant.organization_id(flow.flow.organization or ""))


@promise(
    "ACT-23",
    "The access token tells nothing personal.",
    source="Auth0 docs, Access token profiles",
    level="smoke",
    real="reported",
    when=lambda flow: knows_api(flow) and flow.configuration.owns("triggers"),
)
async def nothing_personal_is_told(flow: UserFlow) -> Verdict:
    """Look for claims of the profile; those of declared actions are theirs to add."""
    claims, mentioned = (await access_of(flow)).claims, flow.flow.configuration.code_of_actions
    found = [name for name in PERSONAL if name in claims and name not in mentioned]
    return holds(not found, "no profile claims", ", ".join(found) or "none")


@promise(
    "ACT-25",
    "The access token is for no other declared API.",
    source="RFC 9068 section 4; RFC 8707",
    level="smoke",
    when=lambda flow: knows_api(flow) and len(flow.configuration.apis) > 1,
    about="api.identifier",
)
async def other_apis_are_not_meant(flow: FlowRun) -> Verdict:
    """Compare ``aud`` with the identifiers of the other APIs."""
    api, audiences = flow.flow.token_api, (await access_of(flow)).audiences
    others = [one.handle for one in flow.flow.configuration.apis.values() if one != api and one.identifier in audiences]
    return no_flaw([f"also for {handle}" for handle in others], "for this API only")


ALL: tuple[Assertion[FlowRun, Flow], ...] = (
    token_is_signed,
    algorithm_is_declared,
    signature_verifies,
    type_is_said,
    issuer_is_tenant,
    audience_names_api,
    party_is_application,
    members_are_standard,
    lifetime_is_declared,
    times_are_sound,
    grant_is_said,
    other_apis_are_not_meant,
)
"""About every access token."""

LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (
    audience_is_api,
    subjects_agree,
    organization_is_named,
    nothing_personal_is_told,
)

PROBES: tuple[Assertion[FlowRun, Flow], ...] = (ids_differ,)
"""About a further access token."""
