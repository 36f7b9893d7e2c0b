"""Flows in which the application itself hands something over for tokens: a user's password, or somebody else's token."""

from __future__ import annotations

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.run import Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.lending.people import Person, plain
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import blocked

PASSWORD = "password"  # noqa: S105 - the name of a grant
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"  # noqa: S105 - the name of a grant
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - the name of a grant

IN_THE_WAY = {
    "mfa_required": "a second factor is demanded; switch MFA off for the user, or prove the application by its login pages",
    "requires_verification": "bot detection wants a captcha, which no password grant can show; switch it off for this address",
    "too_many_attempts": "the user or this address is locked out after too many attempts; unblock them",
}
"""What a password is answered with where nothing is wrong with it.

Source: Auth0 docs, "Authenticate using ROPG flow with MFA", "Bot detection", "Brute-force protection".
"""


class PasswordFlow(UserFlow):
    """One password flow while it is proved.

    Source: RFC 6749 section 4.3; Auth0 docs, "Resource owner password flow".
    """

    async def reply(self, *, person: Person | None = None, as_: Credentials | None = None, **changes: str | None) -> Reply:
        """Return the answer to a request as declared, but for the changes; None leaves a member out."""
        who = person or await self.person()
        is_realm = self.flow.kind == "password_realm"
        form: dict[str, str | None] = {
            "grant_type": PASSWORD_REALM if is_realm else PASSWORD,
            "username": who.identifier,
            "password": who.password,
            "realm": self.flow.connection.name if is_realm and self.flow.connection else None,
            **await self.target(),
            "scope": " ".join(self.flow.scope) or None,
            **changes,
        }
        return await self.ask(form, as_=as_)

    async def _tokens(self) -> Tokens:
        """Hand over the password."""
        return await self.fresh_tokens()

    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return the tokens for the password, asked for as declared but for the changes."""
        self.tenant.spend("logins")
        asked = changes.get("scope", " ".join(self.flow.scope)) or ""
        reply = await self.reply(person=None, as_=None, **{name: value for name, value in changes.items() if name != "nonce"})
        if reply.error in IN_THE_WAY:
            raise blocked(IN_THE_WAY[reply.error])
        return self.received(reply, asked_scope=tuple(asked.split()), what="password grant")


class ExchangeFlow(UserFlow):
    """One token exchange while it is proved.

    Source: RFC 8693 section 2.
    """

    async def reply(self, **changes: str | None) -> Reply:
        """Return the answer to a request as declared, but for the changes; None leaves a member out."""
        token = plain(self.flow.subject_token)
        if token is None:
            raise blocked("the subject token is not set here")
        self.tenant.vault.add(token)
        form: dict[str, str | None] = {
            "grant_type": TOKEN_EXCHANGE,
            "subject_token": token,
            "subject_token_type": self.flow.subject_token_type,
            **await self.target(),
            "scope": " ".join(self.flow.scope) or None,
            **changes,
        }
        return await self.ask(form)

    async def _tokens(self) -> Tokens:
        """Exchange the declared token."""
        return await self.fresh_tokens()

    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return the tokens for the declared token, asked for as declared but for the changes."""
        return self.received(await self.reply(**changes), asked_scope=self.flow.scope, what="token exchange")
