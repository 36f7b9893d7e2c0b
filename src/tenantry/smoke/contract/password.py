"""The password grants (PWD): a password is worth tokens only for who may use it, where it is enabled.

Source: RFC 6749 section 4.3; Auth0 docs, "Resource owner password flow"; Auth0 community reports.
"""

from __future__ import annotations

from dataclasses import replace

from tenantry.model.smoke import SmokeUser
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, refused, skip, turned_away
from tenantry.smoke.contract.login_page import strange_connection
from tenantry.smoke.contract.response import tokens_came
from tenantry.smoke.flows.direct import PASSWORD, PASSWORD_REALM, PasswordFlow
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.stops import Stopped

DOCS = "Auth0 docs, Resource owner password flow"
ABOUT = "application.grant_types"
WRONG = {"invalid_grant", "invalid_user_password", "access_denied"}


@promise(
    "PWD-01",
    "The password of a user of the default directory is worth tokens.",
    source="RFC 6749 section 4.3",
    level="smoke",
    costs=("login", "tokens"),
    about=ABOUT,
    when=lambda flow: flow.kind == "password",
)
async def password_is_exchanged(flow: PasswordFlow) -> Verdict:
    """Hand over name and password."""
    return await tokens_came(flow)


@promise(
    "PWD-02",
    "The password of a user of the named connection is worth tokens.",
    source=DOCS,
    level="smoke",
    costs=("login", "tokens"),
    about=ABOUT,
    when=lambda flow: flow.kind == "password_realm",
)
async def password_is_exchanged_in_realm(flow: PasswordFlow) -> Verdict:
    """Hand over name, password and the connection; ``gty``, where it is said, begins with ``password``."""
    tokens = await flow.tokens()
    gty = flow.claim(tokens.access, "gty")
    return holds(gty is None or str(gty).startswith("password"), "200 with tokens of a password", tokens.reply.gist)


@promise(
    "PWD-03",
    "A wrong password is worth nothing.",
    source="Auth0 community reports",
    level="full",
    real="reported",
    costs=("failed-login",),
    about=ABOUT,
    per_application=True,
)
async def wrong_password_is_refused(flow: PasswordFlow) -> Verdict:
    """Hand over a wrong one, once."""
    person = await flow.person()
    flow.tenant.spend("failed_logins")
    wrong = replace(person, password=f"{person.password[::-1]}x")
    return refused(await flow.reply(person=wrong), {400, 401, 403}, WRONG)


def lacks_directory(flow: Flow) -> bool:
    """Return whether the password grant is declared, and it is known that there is no default directory."""
    settings = flow.configuration.settings
    is_said = settings is not None and "default_directory" in settings.resource.fields
    is_known = is_said or flow.configuration.is_emulated
    return flow.application.may(PASSWORD) and is_known and not flow.configuration.setting("default_directory")


@promise(
    "PWD-04",
    "Without a default directory the password grant has nowhere to look.",
    source="Auth0 community reports",
    level="contract",
    real="reported",
    about=ABOUT,
    per_application=True,
    when=lacks_directory,
)
async def directory_is_needed(flow: FlowRun) -> Verdict:
    """Ask with a name and a password that nobody has; reports also tell of an error of the server."""
    form: dict[str, str | None] = {"username": "tenantry-probe@example.com", "password": "tenantry-probe"}
    try:
        reply = await flow.ask({"grant_type": PASSWORD, **form})
    except Stopped as stop:
        if stop.status is None:
            raise
        return holds(kept=True, expected="an error that is not about the password", observed=str(stop.status))
    return refused(reply, {400, 401, 403}, {"server_error", "invalid_request"})


@promise(
    "PWD-05",
    "A connection that is not enabled for the application opens no door.",
    source="Auth0 docs, Enable or disable connections for applications",
    level="full",
    real="reported",
    costs=("failed-login",),
    about=ABOUT,
    per_application=True,
    when=lambda flow: flow.kind == "password_realm" and strange_connection(flow) is not None,
)
async def strangers_stay_out(flow: PasswordFlow) -> Verdict:
    """Make a user in such a connection, and hand over the password."""
    connection = strange_connection(flow.flow)
    if connection is None:
        return skip("there is no such connection")
    user = SmokeUser(connection=connection.handle, ephemeral=True)
    stranger = replace(flow.flow, user_handle="stranger", user=user, connection=connection)
    person = await flow.tenant.people.who_logs_in(stranger)
    return turned_away(await flow.reply(person=person, realm=connection.name))


def belongs_to_strangers(flow: Flow) -> bool:
    """Return whether somebody else's application is declared to use a password grant."""
    may = flow.application.may
    return flow.application.is_third_party and (may(PASSWORD) or may(PASSWORD_REALM))


@promise(
    "PWD-06",
    "Somebody else's application is told no password.",
    source="Auth0 docs, Third-party applications: security controls",
    about="application.is_first_party",
    per_application=True,
    when=belongs_to_strangers,
)
async def third_party_is_refused(flow: FlowRun) -> Verdict:
    """Ask with a name and a password that nobody has."""
    grant = PASSWORD if flow.flow.application.may(PASSWORD) else PASSWORD_REALM
    form: dict[str, str | None] = {"username": "tenantry-probe@example.com", "password": "tenantry-probe"}
    realm = flow.flow.connection.name if flow.flow.connection else "tenantry-probe"
    reply = await flow.ask({"grant_type": grant, "realm": realm if grant == PASSWORD_REALM else None, **form})
    return refused(reply, {400, 401, 403}, {"unauthorized_client", "access_denied", "invalid_request"})


@promise(
    "PWD-07",
    "Where a second factor is demanded the password alone is worth nothing.",
    source="Auth0 docs, Authenticate using ROPG flow with MFA",
    level="smoke",
    about=ABOUT,
)
async def second_factor_is_demanded(flow: PasswordFlow) -> Verdict:
    """Look at an answer that demands one: it holds an ``mfa_token`` and no other."""
    reply = await flow.steps.once("password reply", flow.reply)
    if reply.error != "mfa_required":
        return skip("no second factor is demanded of this user")
    return holds(reply.token_members == ["mfa_token"], "an mfa_token alone", reply.gist)


TOKENS: tuple[Assertion[PasswordFlow, Flow], ...] = (password_is_exchanged, password_is_exchanged_in_realm)

CLOSED: tuple[Assertion[FlowRun, Flow], ...] = (directory_is_needed, third_party_is_refused)
"""For every application that may use the grant, whatever the flow."""

PROBES: tuple[Assertion[PasswordFlow, Flow], ...] = (second_factor_is_demanded, wrong_password_is_refused, strangers_stay_out)
