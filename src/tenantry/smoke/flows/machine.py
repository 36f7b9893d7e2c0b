"""A flow in which nobody logs in: client credentials."""

from __future__ import annotations

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.run import TOKENS, FlowRun, Tokens
from tenantry.smoke.reply import Reply


class MachineFlow(FlowRun):
    """One client-credentials flow while it is proved."""

    async def reply(self, *, as_: Credentials | None = None, **changes: str | None) -> Reply:
        """Return the answer to a request as declared, but for the changes; None leaves a member out."""
        organization = await self.tenant.organization_id(self.flow.organization) if self.flow.organization else None
        form: dict[str, str | None] = {
            "grant_type": "client_credentials",
            **await self.target(),
            "scope": " ".join(self.flow.scope) or None,
            "organization": organization,
            **changes,
        }
        return await self.ask(form, as_=as_)

    async def tokens(self) -> Tokens:
        """Return the flow's token.

        Raises: Stopped when it is refused.
        """
        return await self.steps.once(TOKENS, self.fresh_tokens)

    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return a further token, asked for as declared but for the changes; None leaves a member out."""
        return self.received(await self.reply(as_=None, **changes), asked_scope=self.flow.scope, what="token endpoint")
