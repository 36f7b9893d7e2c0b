"""The token contract: every assertion, in the order in which it is made.

The order matters: evidence is gathered once, by whoever asks first, and what destroys comes last.
"""

from __future__ import annotations

from typing import Any

from tenantry.smoke.contract import (
    access_token,
    authorization,
    client_auth,
    code,
    consent,
    custom_claims,
    discovery,
    expected,
    id_token,
    implicit,
    legacy,
    login_page,
    logout,
    machine,
    opaque,
    pkce,
    refresh,
    response,
    rotation,
    session,
    userinfo,
)
from tenantry.smoke.contract.assertion import Assertion, Verdict
from tenantry.smoke.declared import Configuration
from tenantry.smoke.flows import Flow
from tenantry.smoke.tenant import Tenant

__all__ = ["LOGIN", "MACHINE", "TENANT", "Assertion", "Verdict"]

TENANT: tuple[Assertion[Tenant, Configuration], ...] = discovery.ASSERTIONS
"""Once per tenant."""

LOGIN: tuple[Assertion[Any, Flow], ...] = (
    *authorization.ASSERTIONS,
    *login_page.FIRST_PAGE,
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *login_page.LOGIN,
    *session.LOGIN,
    *consent.LOGIN,
    *code.EXCHANGE,
    *response.ALL,
    *response.LOGIN,
    *id_token.LOGIN,
    *access_token.ALL,
    *access_token.LOGIN,
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
    *code.PROBES,
    *pkce.PROBES,
    *response.PROBES,
    *id_token.PROBES,
    *access_token.PROBES,
    *opaque.PROBES,
    *userinfo.PROBES,
    *legacy.PROBES,
    *implicit.PROBES,
    *refresh.PROBES,
    *rotation.PROBES,
    *rotation.REVOCATION,
    *code.SLOW,
    *logout.ASSERTIONS,
)
"""For every flow in which somebody logs in."""

MACHINE: tuple[Assertion[Any, Flow], ...] = (
    *client_auth.ASSERTIONS,
    *response.REFUSALS,
    *machine.TOKENS,
    *response.ALL,
    *response.MACHINE,
    *access_token.ALL,
    *access_token.MACHINE,
    *expected.ALL,
    *machine.PROBES,
    *userinfo.MACHINE,
)
"""For every flow of an application by itself."""
