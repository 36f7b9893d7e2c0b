"""Carries an authorization request through the tenant's own pages, as far as a browser without JavaScript gets.

The callback is recognised and never visited. What only a person can do (captcha, most second factors) is *blocked*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tenantry.smoke.login.browser import Browser, Callback, Hop, callback_in
from tenantry.smoke.login.forms import Page
from tenantry.smoke.login.visitor import EXPECTED, SECOND_FACTOR, Visitor, is_consent, led_astray
from tenantry.smoke.stops import failed, skipped

LONGEST_WALK = 24


@dataclass(frozen=True)
class Errand:
    """An address that an application sends a browser to, and the callback it waits at; a device waits at none."""

    url: str = field(repr=False)
    redirect_uri: str = ""
    state: str = field(default="", repr=False)


@dataclass
class Walk:
    """A way through the pages: what was seen, and the callback at its end."""

    hops: list[Hop] = field(default_factory=list)
    callback: Callback | None = None
    was_watched: bool = True
    """The run saw the pages; it does not when a person turns them in a browser of their own."""

    @property
    def pages(self) -> list[Page]:
        """Return the pages that were seen, in order.

        Raises: Stopped when nobody watched.
        """
        if not self.was_watched:
            raise skipped("the pages were seen by a person alone")
        return [hop.page for hop in self.hops if hop.page is not None]

    @property
    def typed_password(self) -> bool:
        """Return whether a password was asked for."""
        return any(page.main_form and page.main_form.asks_for_password for page in self.pages)

    @property
    def asked_who(self) -> bool:
        """Return whether a name or a password was asked for."""
        return any(page.asks_to_log_in for page in self.pages)

    @property
    def asked_second_factor(self) -> bool:
        """Return whether more than a password was asked for."""
        return any(SECOND_FACTOR.match(page.path) for page in self.pages)

    @property
    def asked_consent(self) -> bool:
        """Return whether the user was asked to consent."""
        return any(is_consent(page) for page in self.pages)


@dataclass
class Login:
    """Carries one authorization request through the pages to the callback."""

    browser: Browser
    redirect_uri: str
    visitor: Visitor
    walk: Walk = field(default_factory=Walk)

    async def through(self, url: str) -> Walk:
        """Return the walk from an authorization request to the callback.

        Raises: Stopped where it ends elsewhere.
        """
        hop = await self._open(url)
        for _ in range(LONGEST_WALK):
            self.walk.callback = callback_in(hop, self.redirect_uri) if self.redirect_uri else None
            if self.walk.callback is not None or self.visitor.is_told(hop):
                return self.walk
            hop = await self._onward(hop)
        raise failed(f"after {LONGEST_WALK} steps still at {hop.path}", EXPECTED)

    async def _open(self, url: str) -> Hop:
        """Go to an address of the tenant.

        Raises: Stopped when it is somebody else's.
        """
        if not self.browser.is_home(url):
            raise led_astray(url)
        hop = await self.browser.open(url)
        self.walk.hops.append(hop)
        return hop

    async def _onward(self, hop: Hop) -> Hop:
        """Take one step: follow a redirect, or do what the page asks."""
        if hop.reply.is_redirect:
            return await self._open(hop.reply.location or "")
        form, answers = await self.visitor.way_on(hop)
        if not self.browser.is_home(form.action):
            raise led_astray(form.action)
        hop = await self.browser.submit(form, answers)
        self.walk.hops.append(hop)
        return hop
