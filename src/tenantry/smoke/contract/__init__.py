"""The token contract: every assertion, in the order in which it is made.

The order matters: evidence is gathered once, by whoever asks first, and what destroys comes last.
"""

from __future__ import annotations

from typing import Any

from tenantry.model.smoke import FlowName
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.contract import (
    access_token,
    authorization,
    blocked,
    callbacks,
    client_assertion,
    client_auth,
    code,
    consent,
    custom_claims,
    device,
    discovery,
    exchange,
    expected,
    id_token,
    implicit,
    legacy,
    lifetimes,
    lints,
    login_page,
    logout,
    machine,
    no_code,
    opaque,
    password,
    pkce,
    policies,
    profile,
    refresh,
    response,
    revocation,
    rights,
    rotation,
    session,
    shared_secrets,
    unknown,
    userinfo,
)
from tenantry.smoke.contract.assertion import Assertion, Verdict
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.tenant import Tenant

__all__ = ["EVERY", "LOGIN", "MACHINE", "TABLES", "TENANT", "Assertion", "Verdict"]

TENANT: tuple[Assertion[Tenant, Configuration], ...] = discovery.ASSERTIONS
"""Once per tenant."""

LOGIN: tuple[Assertion[Any, Flow], ...] = (
    *authorization.AS_DECLARED,
    *callbacks.ASSERTIONS,
    *authorization.REFUSALS,
    *login_page.FIRST_PAGE,
    *lints.ASSERTIONS,
    *client_assertion.ASSERTIONS,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *login_page.LOGIN,
    *session.LOGIN,
    *consent.LOGIN,
    *code.EXCHANGE,
    *response.ALL,
    *client_auth.ACCEPTED,
    *response.LOGIN,
    *id_token.LOGIN,
    *profile.LOGIN,
    *shared_secrets.LOGIN,
    *access_token.ALL,
    *rights.ALL,
    *shared_secrets.ALL,
    *access_token.LOGIN,
    *rights.LOGIN,
    *opaque.LOGIN,
    *custom_claims.LOGIN,
    *legacy.LOGIN,
    *expected.ALL,
    *expected.LOGIN,
    *userinfo.LOGIN,
    *refresh.LOGIN,
    *rotation.LOGIN,
    *custom_claims.REFRESHED,
    *expected.REFRESHED,
    *session.PROBES,
    *consent.PROBES,
    *login_page.PROBES,
    *blocked.PROBES,
    *code.PROBES,
    *pkce.PROBES,
    *response.PROBES,
    *id_token.PROBES,
    *profile.PROBES,
    *access_token.PROBES,
    *rights.PROBES,
    *opaque.PROBES,
    *userinfo.PROBES,
    *legacy.PROBES,
    *implicit.PROBES,
    *unknown.ANYONE,
    *unknown.LOGIN,
    *refresh.PROBES,
    *rotation.PROBES,
    *revocation.PROBES,
    *policies.REFRESH,
    *lifetimes.PROBES,
    *unknown.REFRESH,
    *revocation.LAST,
    *password.CLOSED,
    *exchange.CLOSED,
    *code.SLOW,
    *logout.ASSERTIONS,
)
"""For every flow in which somebody logs in."""

MACHINE: tuple[Assertion[Any, Flow], ...] = (
    *lints.ASSERTIONS,
    *client_assertion.ASSERTIONS,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *machine.TOKENS,
    *response.ALL,
    *client_auth.ACCEPTED,
    *response.MACHINE,
    *access_token.ALL,
    *rights.ALL,
    *shared_secrets.ALL,
    *machine.ISSUED,
    *expected.ALL,
    *machine.PROBES,
    *access_token.PROBES,
    *policies.MACHINE,
    *exchange.CLOSED,
    *unknown.ANYONE,
    *no_code.ASSERTIONS,
    *userinfo.MACHINE,
)
"""For every flow of an application by itself."""

_ISSUED: tuple[Assertion[Any, Flow], ...] = (
    *response.ALL,
    *client_auth.ACCEPTED,
    *response.LOGIN,
    *id_token.LOGIN,
    *profile.LOGIN,
    *shared_secrets.LOGIN,
    *access_token.ALL,
    *rights.ALL,
    *shared_secrets.ALL,
    *access_token.LOGIN,
    *rights.LOGIN,
    *opaque.LOGIN,
    *custom_claims.LOGIN,
    *expected.ALL,
    *expected.LOGIN,
    *userinfo.LOGIN,
    *refresh.LOGIN,
    *rotation.LOGIN,
    *custom_claims.REFRESHED,
    *expected.REFRESHED,
)
"""About the tokens of a user, however they were got."""

_PASSWORD: tuple[Assertion[Any, Flow], ...] = (
    *lints.ASSERTIONS,
    *client_assertion.ASSERTIONS,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *password.TOKENS,
    *_ISSUED,
    *response.PROBES,
    *access_token.PROBES,
    *rights.PROBES,
    *userinfo.PROBES,
    *refresh.PROBES,
    *rotation.PROBES,
    *revocation.PROBES,
    *policies.REFRESH,
    *lifetimes.PROBES,
    *unknown.REFRESH,
    *revocation.LAST,
    *password.CLOSED,
    *exchange.CLOSED,
    *password.PROBES,
    *unknown.ANYONE,
    *no_code.ASSERTIONS,
)
"""For every flow in which the application itself is told the password."""

_DEVICE: tuple[Assertion[Any, Flow], ...] = (
    *lints.ASSERTIONS,
    *client_assertion.ASSERTIONS,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *device.TOKENS,
    *_ISSUED,
    *device.PROBES,
    *exchange.CLOSED,
    *no_code.ASSERTIONS,
    *revocation.LAST,
)
"""For every flow of a device without a browser."""

_EXCHANGE: tuple[Assertion[Any, Flow], ...] = (
    *lints.ASSERTIONS,
    *client_assertion.ASSERTIONS,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *exchange.TOKENS,
    *response.ALL,
    *client_auth.ACCEPTED,
    *access_token.ALL,
    *rights.ALL,
    *shared_secrets.ALL,
    *expected.ALL,
    *exchange.PROBES,
)
"""For every exchange of somebody else's token."""

TABLES: dict[FlowName, tuple[Assertion[Any, Flow], ...]] = {
    "authorization_code": LOGIN,
    "authorization_code_pkce": LOGIN,
    "client_credentials": MACHINE,
    "password": _PASSWORD,
    "password_realm": _PASSWORD,
    "device_code": _DEVICE,
    "token_exchange": _EXCHANGE,
}
"""What is asked of each kind of flow."""

_WRITTEN: tuple[tuple[Assertion[Any, Any], ...], ...] = (TENANT, *TABLES.values())

EVERY: tuple[Assertion[Any, Any], ...] = tuple({one.id: one for table in _WRITTEN for one in table}.values())
"""Each assertion once."""
