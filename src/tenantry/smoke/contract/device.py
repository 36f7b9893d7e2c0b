"""Devices (DEV): a code is shown, a person approves it elsewhere, and the device gets tokens once.

Source: RFC 8628; Auth0 docs, "Device authorization flow" (403 and 429 where the standard says 400).
"""

from __future__ import annotations

import secrets

from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, no_flaw, promise, refused, turned_away
from tenantry.smoke.flows.device import DeviceFlow
from tenantry.smoke.flows.flow import Flow

RFC8628 = "RFC 8628 section 3.5; Auth0 docs, Device authorization flow"
ABOUT = "application.grant_types"
MEMBERS = ("device_code", "user_code", "verification_uri", "expires_in")


@promise("DEV-01", "A device is given codes to wait with.", source="RFC 8628 section 3.2", level="smoke", about=ABOUT)
async def codes_are_given(flow: DeviceFlow) -> Verdict:
    """Look at the members of the answer."""
    pending = await flow.first()
    flaws = [f"no {name}" for name in MEMBERS if not pending.reply.body.get(name)]
    flaws += [] if pending.interval_s >= 1 else [f"interval {pending.interval_s:g}"]
    return no_flaw(flaws, "device_code, user_code, verification_uri, expires_in, and an interval of a second or more")


@promise(
    "DEV-04",
    "An approved device gets tokens, once.",
    source=RFC8628,
    level="smoke",
    costs=("login", "tokens"),
    about=ABOUT,
)
async def approved_device_gets_tokens(flow: DeviceFlow) -> Verdict:
    """Approve the code in a browser, poll, and poll again."""
    gist = (await flow.tokens()).reply.gist
    again = await flow.poll((await flow.spent()).device_code)
    kept = not again.is_ok and not again.token_members
    return holds(kept, "200 with tokens, then an error", f"{gist}, then {again.gist}")


@promise("DEV-02", "A device that nobody approved waits.", source=RFC8628, about=ABOUT, per_application=True)
async def device_waits(flow: DeviceFlow) -> Verdict:
    """Poll at once."""
    pending = await flow.steps.once("waiting device", flow.begin)
    reply = await flow.steps.once("first poll", lambda: flow.poll(pending.device_code))
    return refused(reply, {403, 400}, {"authorization_pending"})


@promise(
    "DEV-03",
    "A device that polls too fast is told to slow down.",
    source="Auth0 docs, Device authorization flow; RFC 8628 section 3.5",
    about=ABOUT,
    per_application=True,
)
async def device_slows_down(flow: DeviceFlow) -> Verdict:
    """Poll twice without a pause."""
    pending = await flow.steps.once("waiting device", flow.begin)
    await flow.steps.once("first poll", lambda: flow.poll(pending.device_code))
    return refused(await flow.poll(pending.device_code), {429, 400}, {"slow_down"})


@promise(
    "DEV-05",
    "A device that was refused gets nothing.",
    source="Auth0 docs, Device authorization flow; RFC 8628 section 3.5",
    about=ABOUT,
    per_application=True,
)
async def refused_device_gets_nothing(flow: DeviceFlow) -> Verdict:
    """Refuse the code in a browser, and poll."""
    pending = await flow.begin()
    await flow.decide(pending, approves=False)
    return refused(await flow.poll(pending.device_code), {403, 400}, {"access_denied"})


@promise(
    "DEV-06",
    "A device code that nobody was given is refused.",
    source=RFC8628,
    real="reported",
    about=ABOUT,
    per_application=True,
)
async def unknown_device_is_refused(flow: DeviceFlow) -> Verdict:
    """Poll with a random code."""
    return turned_away(await flow.poll(secrets.token_urlsafe(24)))


TOKENS: tuple[Assertion[DeviceFlow, Flow], ...] = (codes_are_given, approved_device_gets_tokens)

PROBES: tuple[Assertion[DeviceFlow, Flow], ...] = (
    device_waits,
    device_slows_down,
    refused_device_gets_nothing,
    unknown_device_is_refused,
)
