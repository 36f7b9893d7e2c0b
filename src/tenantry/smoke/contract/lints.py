"""What the configuration itself cannot mean: nothing is sent.

Source: Auth0 docs, "Configure refresh token expiration", "Refresh token rotation", "Device authorization flow".
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, no_flaw, promise
from tenantry.smoke.flows.device import DEVICE_CODE
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun

SENSE = "settings that can all be true"


@promise(
    "ROT-09",
    "The settings of the refresh token do not contradict each other.",
    source="Auth0 docs, Configure refresh token expiration",
    level="read",
    about="application.refresh_token",
    per_application=True,
    when=lambda flow: flow.application.get("refresh_token") is not None,
)
async def refresh_settings_make_sense(flow: FlowRun) -> Verdict:
    """Compare the declared settings with each other."""
    application = flow.flow.application
    total = application.number("refresh_token", "token_lifetime")
    idle = application.number("refresh_token", "idle_token_lifetime")
    never_ends = application.text("refresh_token", "expiration_type") == "non-expiring"
    flaws = {
        "it rotates and never expires": application.rotates and never_ends,
        "it may be idle longer than it lives": total is not None and idle is not None and idle > total,
        "a leeway without rotation": application.keeps_refresh_token and bool(application.leeway_s),
        "a single-page application's never expires": application.text("app_type") == "spa" and never_ends,
    }
    return no_flaw([flaw for flaw, is_so in flaws.items() if is_so], SENSE)


@promise(
    "LEG-09",
    "A legacy application declares nothing that needs a conformant one.",
    source="Auth0 docs, OIDC-conformant authentication",
    level="read",
    about="application.oidc_conformant",
    per_application=True,
    when=lambda flow: flow.application.is_legacy,
)
async def legacy_keeps_to_its_means(flow: FlowRun) -> Verdict:
    """Look for the device grant and for rotation."""
    application = flow.flow.application
    flaws = {"the device grant": application.may(DEVICE_CODE), "a rotating refresh token": application.rotates}
    return no_flaw([flaw for flaw, is_so in flaws.items() if is_so], "neither devices nor rotation")


ASSERTIONS: tuple[Assertion[FlowRun, Flow], ...] = (refresh_settings_make_sense, legacy_keeps_to_its_means)
