"""A flow in which somebody logs in: authorization code, with or without PKCE, and the refreshes that follow."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlencode

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.pkce import challenge_of, new_verifier
from tenantry.smoke.flows.run import TOKENS, Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Browser, Callback, Hop, callback_in
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import failed, skipped
from tenantry.smoke.tenant import Tenant

LONGEST_LOOK = 6
NO_S256 = "not offered: the provider's discovery names no S256"


@dataclass(frozen=True)
class Asked:
    """An authorization request; ``verifier`` belongs to its challenge."""

    parameters: dict[str, str] = field(repr=False)
    verifier: str | None = field(default=None, repr=False)

    @property
    def redirect_uri(self) -> str:
        """Return where it wants to be answered."""
        return self.parameters.get("redirect_uri", "")

    @property
    def scope(self) -> tuple[str, ...]:
        """Return what it asks for."""
        return tuple(self.parameters.get("scope", "").split())


@dataclass(frozen=True)
class Authorized:
    """A login that reached the callback."""

    asked: Asked
    walk: Walk
    callback: Callback

    def with_code(self) -> Self:
        """Return itself.

        Raises: Stopped when the callback brought no code.
        """
        if self.callback.code is None:
            raise failed(f"the callback got {self.callback.gist}", "the callback gets a code")
        return self

    @property
    def code(self) -> str:
        """Return the code.

        Raises: Stopped when the callback brought none.
        """
        return str(self.with_code().callback.code)


class LoginFlow(UserFlow):
    """One login flow while it is proved: a person, a browser, and the tokens that came of it."""

    def __init__(self, tenant: Tenant, flow: Flow) -> None:
        super().__init__(tenant, flow)
        self.browser = tenant.way.new_browser(tenant.wire)
        self.is_first_consent = False
        self.shows_forms = False
        """The first page was seen, and there is a form to log in with."""

    async def _person(self) -> Person:
        """Find whoever logs in this way."""
        return await self.tenant.way.person(self.tenant.people, self.flow)

    async def request(self, *, pkce: bool | None = None, **changes: str | None) -> Asked:
        """Return a new authorization request as declared, but for the changes; None leaves a parameter out."""
        credentials = await self.credentials()
        verifier = new_verifier() if await self._proves(pkce=pkce) else None
        organization = await self.tenant.organization_id(self.flow.organization) if self.flow.organization else None
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": credentials.client_id,
            "redirect_uri": self.flow.redirect_uri,
            "scope": " ".join(self.flow.scope) or None,
            **await self.target(),
            "prompt": "consent" if self.tenant.is_foreign and "offline_access" in self.flow.scope else None,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16) if "openid" in self.flow.scope else None,
            "organization": organization,
            "code_challenge": challenge_of(verifier) if verifier else None,
            "code_challenge_method": "S256" if verifier else None,
            **self.flow.authorize,
            **changes,
        }
        said = {name: value for name, value in parameters.items() if value is not None}
        self.tenant.vault.add(verifier, said.get("state"), said.get("nonce"))
        return Asked(said, verifier)

    async def _proves(self, *, pkce: bool | None) -> bool:
        """Return whether a request goes with a proof key: where another provider offers none, the declared ones do not.

        Raises: Stopped when that is what the request is about.
        """
        is_wanted = self.flow.uses_pkce if pkce is None else pkce
        if is_wanted and self.tenant.is_foreign and not await self.tenant.offers("code_challenge_methods_supported", "S256"):
            if pkce:
                raise skipped(NO_S256)
            return False
        return is_wanted

    async def url(self, asked: Asked) -> str:
        """Return the address that the application sends the browser to; pushed ahead where that is required."""
        if not self.pushes:
            return await self.plain_url(asked.parameters)
        reply = await self.push(asked)
        if not reply.body.get("request_uri"):
            raise failed(f"the pushed request answered {self.refusal(reply)}", "201 with a request_uri")
        return await self.plain_url(_pushed(asked, reply))

    @property
    def pushes(self) -> bool:
        """Return whether the application's requests must be pushed ahead."""
        return self.flow.application.flag("require_pushed_authorization_requests") is True

    async def plain_url(self, parameters: dict[str, str]) -> str:
        """Return the address of an authorization request that says everything itself."""
        return f"{await self.tenant.endpoint('authorization_endpoint')}?{urlencode(parameters)}"

    async def push(self, asked: Asked) -> Reply:
        """Return the answer to a request that is pushed ahead.

        Source: RFC 9126 section 2.
        """
        return await self.ask(dict(asked.parameters), path="pushed_authorization_request_endpoint")

    async def look(self, *, browser: Browser | None = None, pkce: bool | None = None, **changes: str | None) -> Hop:
        """Return the first answer to an authorization request, in a fresh browser unless one is given.

        The refusal of a request that must be pushed ahead is an answer too. Elsewhere than at Auth0 no address tells a login
        from an error, so there it is the page that the first answer leads to.
        """
        asked = await self.request(pkce=pkce, **changes)
        state, parameters = asked.parameters.get("state", ""), asked.parameters
        if self.pushes:
            pushed = await self.push(asked)
            if not pushed.body.get("request_uri"):
                return Hop(pushed, state=state)
            parameters = _pushed(asked, pushed)
        browser = browser or self.fresh_browser()
        hop = await browser.open(await self.plain_url(parameters))
        return replace(await self._settled(browser, hop) if self.tenant.is_foreign else hop, state=state)

    async def _settled(self, browser: Browser, hop: Hop) -> Hop:
        """Return the page that redirects lead to, or the redirect that leaves the tenant."""
        for _ in range(LONGEST_LOOK):
            location = hop.reply.location if hop.reply.is_redirect else None
            if location is None or not browser.is_home(location) or callback_in(hop, self.flow.redirect_uri):
                break
            hop = await browser.open(location)
        return hop

    def fresh_browser(self) -> Browser:
        """Return a browser that the tenant has never seen."""
        return Browser(self.tenant.wire)

    async def first_page(self) -> Hop:
        """Return what a request as declared leads to, in a fresh browser."""
        return await self.steps.once("first page", self._first_page)

    async def _first_page(self) -> Hop:
        """Ask as declared, and follow to the first page."""
        browser = self.fresh_browser()
        hop = await self._settled(browser, await browser.open(await self.url(await self.request())))
        self.shows_forms = hop.page is not None and hop.page.asks_to_log_in
        return hop

    async def login(self) -> Authorized:
        """Return the login of this flow, with its code: the person types a password.

        Raises: Stopped when it brings none.
        """
        return await self.steps.once("login", self._login)

    def would_log_in_again(self, costs: Collection[str]) -> bool:
        """Return whether what costs this is a login beside the flow's own."""
        return "failed-login" in costs or ("login" in costs and self.steps.has("login"))

    async def _login(self) -> Authorized:
        """Log in in the flow's own browser; without a code there is nothing that could be said of it."""
        asked = await self.request(redirect_uri=self.tenant.way.redirect_uri(self.flow))
        self.tenant.spend("logins")
        self.is_first_consent = self.tenant.is_first_consent(await self.person(), self.flow)
        done = await self._walk(asked, self.browser)
        return done.with_code()

    async def again(self, *, pkce: bool | None = None, **changes: str | None) -> Authorized:
        """Return a further login in the same browser, which the tenant knows by now."""
        self.steps.need(TOKENS)
        await self.login()
        return await self.walk(await self.request(pkce=pkce, **changes), self.browser)

    async def apart(self, *, pkce: bool | None = None, **changes: str | None) -> Authorized:
        """Return a further login that may come to a bad end.

        Another provider may then take back all that the session ever brought (RFC 6749 section 4.1.2), so there it is a session
        of its own.
        """
        if not self.tenant.is_foreign:
            return await self.again(pkce=pkce, **changes)
        self.tenant.spend("logins")
        return await self.walk(await self.request(pkce=pkce, **changes), self.fresh_browser())

    async def walk(self, asked: Asked, browser: Browser, *, consents: bool = True, person: Person | None = None) -> Authorized:
        """Return where a further request leads when the person does what the pages ask.

        Raises: Stopped when it does not reach the callback, or nobody is asked twice.
        """
        self.tenant.way.can_repeat()
        return await self._walk(asked, browser, consents=consents, person=person)

    async def _walk(self, asked: Asked, browser: Browser, *, consents: bool = True, person: Person | None = None) -> Authorized:
        """Go the way of a request."""
        visitor = Visitor(
            person or await self.person(), self.tenant.codes, organization=self.flow.organization, consents=consents
        )
        errand = Errand(await self.url(asked), asked.redirect_uri, asked.parameters.get("state", ""))
        walk = await self.tenant.way.through(errand, browser, visitor)
        if walk.callback is None:
            raise failed("the login ended nowhere", "the login leads to the callback")
        self.tenant.vault.add(walk.callback.code, walk.callback.values.get("access_token"))
        return Authorized(asked, walk, walk.callback)

    async def exchange(self, done: Authorized, *, as_: Credentials | None = None, **changes: str | None) -> Reply:
        """Return the answer to the exchange of a code, as declared but for the changes; None leaves a member out."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": done.code,
            "redirect_uri": done.asked.redirect_uri,
            "code_verifier": done.asked.verifier,
            **await self.target_again(),
            **changes,
        }
        return await self.ask(form, as_=as_)

    async def _tokens(self) -> Tokens:
        """Exchange the code of the login."""
        return await self.redeem(await self.login())

    async def fresh_tokens(self, **changes: str | None) -> Tokens:
        """Return the tokens of a further login in the same browser."""
        return await self.redeem(await self.again(pkce=None, **changes))

    async def tokens_apart(self) -> Tokens:
        """Return the tokens of a further login that may come to a bad end."""
        return await self.redeem(await self.apart())

    async def redeem(self, done: Authorized) -> Tokens:
        """Return the tokens for a code.

        Raises: Stopped when they are refused.
        """
        reply = await self.exchange(done)
        nonce = done.asked.parameters.get("nonce")
        return self.received(reply, asked_scope=done.asked.scope, nonce=nonce, what="exchange")


def _pushed(asked: Asked, reply: Reply) -> dict[str, str]:
    """Return the parameters that refer to a pushed request."""
    return {"client_id": asked.parameters["client_id"], "request_uri": str(reply.body["request_uri"])}
