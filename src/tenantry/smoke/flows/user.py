"""A flow in which a user gets tokens, whichever way: who it is, the tokens, and the refreshes that follow."""

from __future__ import annotations

from abc import abstractmethod

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.pkce import new_verifier
from tenantry.smoke.flows.run import TOKENS, FlowRun, Tokens
from tenantry.smoke.lending.people import Person
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import Stopped, skipped
from tenantry.smoke.tenant import Tenant

BEFORE_REFRESH_S = 1.1
"""Times in tokens are whole seconds: a later one shows only after this long."""


class UserFlow(FlowRun):
    """One flow with a user while it is proved; how the tokens are got is the subclass's own."""

    def __init__(self, tenant: Tenant, flow: Flow) -> None:
        super().__init__(tenant, flow)
        self.refresh_tokens: list[str] = []
        self._newest: str | None = None

    async def person(self) -> Person:
        """Return who logs in."""
        return await self.steps.once("person", self._person)

    async def _person(self) -> Person:
        """Find who logs in."""
        return await self.tenant.people.who_logs_in(self.flow)

    async def tokens(self) -> Tokens:
        """Return the tokens of the flow's login.

        Raises: Stopped when the exchange is refused.
        """
        return await self.steps.once(TOKENS, self._tokens)

    @abstractmethod
    async def _tokens(self) -> Tokens:
        """Get the flow's tokens for the first time."""

    async def tokens_apart(self) -> Tokens:
        """Return further tokens that may come to a bad end, without harm to others."""
        return await self.fresh_tokens()

    def received(self, reply: Reply, *, asked_scope: tuple[str, ...], nonce: str | None = None, what: str) -> Tokens:
        """Return the tokens of an answer, their refresh token remembered to be revoked.

        Raises: Stopped when the answer holds none.
        """
        tokens = super().received(reply, asked_scope=asked_scope, nonce=nonce, what=what)
        self.keep(tokens)
        return tokens

    def keep(self, tokens: Tokens) -> None:
        """Remember a refresh token, to be revoked when the flow is done."""
        if tokens.refresh_token and tokens.refresh_token not in self.refresh_tokens:
            self.refresh_tokens.append(tokens.refresh_token)

    async def exchange_code(self, code: str | None) -> Reply:
        """Return the answer to the exchange of a code that no login of ours brought."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.flow.redirect_uri}
        return await self.ask({**form, "code_verifier": new_verifier() if self.flow.uses_pkce else None})

    async def refresh_reply(self, refresh_token: str, *, as_: Credentials | None = None, **changes: str | None) -> Reply:
        """Return the answer to a refresh."""
        form: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.ask({**form, **await self.target_again(), **changes}, as_=as_)

    async def refresh(self, tokens: Tokens, *, scope: str | None = None) -> Tokens:
        """Return the tokens that a refresh brings.

        Raises: Stopped when there is nothing to refresh with, or it is refused.
        """
        reply = await self.refresh_reply(need_refresh_token(tokens), scope=scope)
        return self.received(reply, asked_scope=tuple(scope.split()) if scope else tuple(tokens.scopes), what="refresh")

    async def refreshed(self) -> Tokens:
        """Return the tokens of the flow's first refresh, taken late enough for their times to differ."""
        return await self.steps.once("refreshed", self._refreshed)

    async def _refreshed(self) -> Tokens:
        """Wait, then refresh the tokens of the login."""
        tokens = await self.tokens()
        need_refresh_token(tokens)
        passed_s = self.tenant.timing.now() - tokens.reply.received_at
        if passed_s < BEFORE_REFRESH_S:
            await self.tenant.timing.sleep(BEFORE_REFRESH_S - passed_s)
        refreshed = await self.refresh(tokens)
        self._newest = refreshed.refresh_token or tokens.refresh_token
        return refreshed

    async def latest_refresh_token(self) -> str:
        """Return the newest refresh token of the flow's own family."""
        await self.refreshed()
        return self._newest or need_refresh_token(await self.tokens())

    async def userinfo(self, token: str | None) -> Reply:
        """Return the userinfo endpoint's answer to a bearer of ``token``."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        url = await self.tenant.endpoint("userinfo_endpoint")
        user = self.flow.user_handle if token is not None else ""
        return await self.tenant.wire.get(url, headers=headers, user=user)

    async def profile(self) -> Reply:
        """Return what userinfo says about the user of the flow's tokens."""
        return await self.steps.once("userinfo", self._profile)

    async def _profile(self) -> Reply:
        """Ask userinfo with the access token."""
        return await self.userinfo((await self.tokens()).access_token)

    async def revoke(self, token: str, *, as_: Credentials | None = None) -> Reply:
        """Return the answer to the revocation of a refresh token."""
        return await self.ask({"token": token}, as_=as_, path="revocation_endpoint")

    async def tidy(self) -> None:
        """Revoke the refresh tokens that are left of a user who stays; a user may have only so many."""
        person = await self.person() if self.steps.has("person") else None
        if person is None or person.is_ephemeral:
            return
        for token in self.refresh_tokens:
            try:
                await self.revoke(token)
            except Stopped:
                return


def need_refresh_token(tokens: Tokens) -> str:
    """Return the refresh token.

    Raises: Stopped when there is none.
    """
    if tokens.refresh_token is None:
        raise skipped("no refresh token was issued")
    return tokens.refresh_token
