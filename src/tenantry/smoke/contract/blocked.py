"""A person who was blocked (BLK): the door stays shut.

Source: Auth0 docs, "Block and unblock users".
"""

from __future__ import annotations

from dataclasses import replace

from tenantry.model.smoke import SmokeUser
from tenantry.smoke.contract.assertion import Assertion, Verdict, promise, skip
from tenantry.smoke.contract.login_page import stays_out
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow


@promise(
    "BLK-01",
    "A blocked user cannot log in.",
    source="Auth0 docs, Block and unblock users",
    level="full",
    costs=("failed-login",),
    per_application=True,
    about="connection",
    when=lambda flow: flow.connection is not None and not flow.connection.has_scripts,
)
async def blocked_user_stays_out(flow: LoginFlow) -> Verdict:
    """Make a user, block it, and let it log in with the right password, in a fresh browser."""
    if flow.flow.connection is None:
        return skip("the connection is not declared")
    user = SmokeUser(connection=flow.flow.connection.handle, ephemeral=True)
    person = await flow.tenant.people.who_logs_in(replace(flow.flow, user_handle="blocked", user=user))
    await flow.tenant.people.block(person)
    return await stays_out(flow, person)


PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (blocked_user_stays_out,)
