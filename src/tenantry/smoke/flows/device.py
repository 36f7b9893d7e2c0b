"""A flow in which a device shows a code and a person approves it elsewhere.

Source: RFC 8628; Auth0 docs, "Device authorization flow".
"""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import failed

WAITING = {"authorization_pending", "slow_down"}
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class Pending:
    """A device that waits to be approved."""

    reply: Reply

    @property
    def device_code(self) -> str:
        """Return the code that the device polls with."""
        return str(self.reply.body.get("device_code") or "")

    @property
    def user_code(self) -> str:
        """Return the code that the person sees."""
        return str(self.reply.body.get("user_code") or "")

    @property
    def page(self) -> str:
        """Return the address of the page with the code filled in."""
        return str(self.reply.body.get("verification_uri_complete") or "")

    @property
    def interval_s(self) -> float:
        """Return how long to wait between polls."""
        value = self.reply.body.get("interval", 5)
        return float(value) if isinstance(value, int | float) else 5.0

    @property
    def expires_in_s(self) -> float:
        """Return how long it waits to be approved."""
        value = self.reply.body.get("expires_in", 300)
        return float(value) if isinstance(value, int | float) else 300.0


class DeviceFlow(UserFlow):
    """One device flow while it is proved."""

    async def begin(self, **changes: str | None) -> Pending:
        """Return a new device that waits.

        Raises: Stopped when it is refused.
        """
        form = {**await self.target(), "scope": " ".join(self.flow.scope) or None, **changes}
        reply = await self.ask(form, path="device_authorization_endpoint")
        pending = Pending(reply)
        if not reply.is_ok or not pending.device_code:
            raise failed(f"the device endpoint answered {self.refusal(reply)}", "200 with a device code")
        self.tenant.vault.add(pending.user_code)
        return pending

    async def first(self) -> Pending:
        """Return the flow's own device."""
        return await self.steps.once("device", self.begin)

    async def poll(self, device_code: str) -> Reply:
        """Return the answer to a poll."""
        return await self.ask({"grant_type": DEVICE_CODE, "device_code": device_code, **await self.target_again()})

    async def decide(self, pending: Pending, *, approves: bool) -> None:
        """Let the person approve the device, or refuse it, in a fresh browser.

        Raises: Stopped when the pages lead nowhere.
        """
        if pending is not await self.first():
            self.tenant.way.can_repeat()
        self.tenant.spend("logins")
        way = self.tenant.way
        visitor = Visitor(await self.person(), self.tenant.codes, consents=approves, user_code=pending.user_code)
        await way.through(Errand(pending.page), way.new_browser(self.tenant.wire), visitor)

    async def _person(self) -> Person:
        """Find whoever logs in this way."""
        return await self.tenant.way.person(self.tenant.people, self.flow)

    async def _tokens(self) -> Tokens:
        """Approve the flow's device and poll."""
        return await self._approved(await self.first())

    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return the tokens of another device."""
        return await self._approved(await self.begin(**changes))

    async def spent(self) -> Pending:
        """Return a device that has got its tokens; another provider may take them back, so there they are nobody's."""
        pending = await self.begin() if self.tenant.is_foreign else await self.first()
        if self.tenant.is_foreign:
            await self._approved(pending)
        return pending

    async def _approved(self, pending: Pending) -> Tokens:
        """Return what an approved device gets."""
        await self.decide(pending, approves=True)
        return self.received(await self._decided(pending), asked_scope=self.flow.scope, what="poll")

    async def _decided(self, pending: Pending) -> Reply:
        """Return the answer to a poll; a person whom nobody watches is waited for."""
        timing, reply = self.tenant.timing, await self.poll(pending.device_code)
        deadline = timing.now() + pending.expires_in_s
        while self.tenant.way.asks_a_person and reply.error in WAITING and timing.now() < deadline:
            await timing.sleep(pending.interval_s)
            reply = await self.poll(pending.device_code)
        return reply
