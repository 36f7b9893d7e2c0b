"""What all flows share when they run: asking the token endpoint as the application, and reading what came out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.reply import Reply
from tenantry.smoke.steps import Steps
from tenantry.smoke.stops import blocked, failed
from tenantry.smoke.tenant import Tenant
from tenantry.smoke.tokens import Token, read

TOKENS = "tokens"
"""The step in which a flow gets its own tokens."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of one answer, with what had been asked for."""

    reply: Reply
    asked_scope: tuple[str, ...] = ()
    nonce: str | None = field(default=None, repr=False)

    @property
    def access_token(self) -> str:
        """Return the access token as it came."""
        return str(self.reply.body.get("access_token") or "")

    @property
    def refresh_token(self) -> str | None:
        """Return the refresh token as it came."""
        value = self.reply.body.get("refresh_token")
        return value if isinstance(value, str) and value else None

    @property
    def access(self) -> Token | None:
        """Return the access token taken apart, None when it is no signed JWT."""
        return read(self.access_token)

    @property
    def id_token(self) -> Token | None:
        """Return the ID token taken apart, None when there is none."""
        return read(self.reply.body.get("id_token"))

    @property
    def scopes(self) -> list[str]:
        """Return what was granted: what the answer says, else the token itself, else what was asked for."""
        said = self.reply.body.get("scope")
        if isinstance(said, str):
            return said.split()
        return self.access.scopes if self.access and "scope" in self.access.claims else list(self.asked_scope)


class FlowRun(ABC):
    """One flow while it is proved."""

    def __init__(self, tenant: Tenant, flow: Flow) -> None:
        self.tenant = tenant
        self.flow = flow
        self.steps = Steps()

    @abstractmethod
    async def tokens(self) -> Tokens:
        """Return the flow's own tokens, got when first asked for.

        Raises: Stopped
        """

    @abstractmethod
    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return further tokens, asked for as declared but for the changes; None leaves a member out."""

    async def credentials(self) -> Credentials:
        """Return who the application is and what it knows."""
        if self.flow.missing:
            raise blocked(self.flow.missing)
        return await self.tenant.credentials(self.flow.application)

    async def audience(self) -> str | None:
        """Return the audience that the flow asks for."""
        return self.tenant.audience(self.flow.audience)

    async def target(self) -> dict[str, str | None]:
        """Return how a request names the API: by ``audience`` as Auth0 wants it, elsewhere by ``resource``.

        Source: RFC 8707 section 2.
        """
        return {"resource" if self.tenant.is_foreign else "audience": await self.audience()}

    async def target_again(self) -> dict[str, str | None]:
        """Return how a request for tokens names the API that a login before it named; Auth0 remembers.

        Source: RFC 8707 section 2.2.
        """
        return await self.target() if self.tenant.is_foreign else {}

    async def ask(self, form: dict[str, str | None], *, as_: Credentials | None = None, path: str = "token_endpoint") -> Reply:
        """Return the token endpoint's answer; members that are None are left out.

        Raises: Stopped as for every request, and when the application has asked for its own tokens in vain: a refusal of
        anything else would say nothing.
        """
        if as_ is None:
            self.steps.need(TOKENS)
        credentials = as_ or await self.credentials()
        said = {name: value for name, value in form.items() if value is not None}
        dressed, headers = credentials.dress(said, issuer=self.tenant.issuer, now=self.tenant.wire.now())
        self.tenant.vault.add(dressed.get("client_assertion"), headers.get("Authorization"))
        kind = "m2m_tokens" if self.flow.is_machine else "tokens"
        url, came = await self.tenant.endpoint(path), False
        self.tenant.spend(kind)  # before, for other flows ask at the same time
        try:
            reply = await self.tenant.wire.post(url, dressed, headers=headers)
            came = bool(reply.body.get("access_token"))
        finally:
            if not came:
                self.tenant.give_back(kind)
        return reply

    def refusal(self, reply: Reply) -> str:
        """Return an answer without tokens in a few words, and where to look when a secret of the file was not believed."""
        handle = self.flow.application.handle
        if reply.status == HTTPStatus.UNAUTHORIZED and handle in self.tenant.config.applications:
            return f"{reply.told}; check smoke.applications.{handle}, whose secret may be old or another tenant's"
        return reply.told

    def received(self, reply: Reply, *, asked_scope: tuple[str, ...], nonce: str | None = None, what: str) -> Tokens:
        """Return the tokens of an answer; ``what`` gave it.

        Raises: Stopped when the answer holds none.
        """
        if not reply.is_ok or not reply.body.get("access_token"):
            raise failed(f"the {what} answered {self.refusal(reply)}", "200 with tokens")
        return Tokens(reply, asked_scope, nonce)

    def claim(self, token: Token | None, name: str) -> Any:
        """Return a claim, None when there is no token or no such claim."""
        return token.claims.get(name) if token else None
