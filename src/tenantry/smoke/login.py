"""Logs a person in through the tenant's own pages, as far as a browser without JavaScript gets.

The callback is recognised and never visited. What only a person can do (captcha, most second factors) is *blocked*.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tenantry.smoke.browser import Browser, Callback, Hop, callback_in
from tenantry.smoke.forms import AGREEING, Form, Page
from tenantry.smoke.otp import one_time_password
from tenantry.smoke.people import Person
from tenantry.smoke.stops import Stopped, blocked, failed

LONGEST_WALK = 24
OTP_FIELDS = ("code", "otp")
SECOND_FACTOR = re.compile(r"/u/(mfa|passkey|webauthn|login-email-verification|login-passwordless)")
LOGIN_PATHS = re.compile(r"/(u/login|login|u/signup)")
CONSENT_PATHS = re.compile(r"/u/(customized-)?consent")
CONFIRMATION_PATHS = re.compile(r"/u/[a-z-]*confirm")
ACTIVATION_PATHS = re.compile(r"/(activate|u/device)")
REFUSING = ("deny", "cancel", "decline", "no")
EXPECTED = "the login leads to the callback with a code"


@dataclass
class Walk:
    """A way through the pages: what was seen, and the callback at its end."""

    hops: list[Hop] = field(default_factory=list)
    callback: Callback | None = None

    @property
    def pages(self) -> list[Page]:
        """Return the pages that were seen, in order."""
        return [hop.page for hop in self.hops if hop.page is not None]

    @property
    def typed_password(self) -> bool:
        """Return whether a password was asked for."""
        return any(page.main_form and page.main_form.asks_for_password for page in self.pages)

    @property
    def asked_consent(self) -> bool:
        """Return whether the user was asked to consent."""
        return any(is_consent(page) for page in self.pages)


@dataclass
class Login:
    """Carries one authorization request through the pages to the callback."""

    browser: Browser
    redirect_uri: str
    person: Person
    now: Callable[[], float]
    organization: str | None = None
    consents: bool = True
    user_code: str = ""
    """The code that a device shows."""
    walk: Walk = field(default_factory=Walk)
    _filled: set[str] = field(default_factory=set)

    async def through(self, url: str) -> Walk:
        """Return the walk from an authorization request to the callback.

        Raises: Stopped where it ends elsewhere.
        """
        hop = await self._open(url)
        for _ in range(LONGEST_WALK):
            self.walk.callback = callback_in(hop, self.redirect_uri) if self.redirect_uri else None
            if self.walk.callback is not None or (self.user_code and is_device_told(hop)):
                return self.walk
            hop = await self._onward(hop)
        raise failed(f"after {LONGEST_WALK} steps still at {hop.path}", EXPECTED)

    async def _open(self, url: str) -> Hop:
        """Go to an address."""
        hop = await self.browser.open(url)
        self.walk.hops.append(hop)
        return hop

    async def _onward(self, hop: Hop) -> Hop:
        """Take one step: follow a redirect, or do what the page asks."""
        if hop.reply.is_redirect:
            return await self._open(self._own(hop.reply.location or ""))
        if hop.page is None:
            raise failed(f"{hop.path} answered {hop.reply.gist}", EXPECTED)
        form = hop.page.main_form
        if hop.page.has_captcha:
            raise blocked(f"{hop.path} asks for a captcha")
        if form is None or self._is_refusal(hop):
            raise self._trouble(hop)
        hop = await self.browser.submit(form, self._answers(hop.page, form))
        self.walk.hops.append(hop)
        return hop

    def _own(self, url: str) -> str:
        """Return an address of the tenant.

        Raises: Stopped when it is somebody else's.
        """
        if self.browser.is_home(url):
            return url
        if "code=" in url:
            raise failed(f"the browser is sent to {shown(url)} with a code", EXPECTED)
        raise blocked(f"the login goes on at {shown(url)}, where the run does not follow")

    def _is_refusal(self, hop: Hop) -> bool:
        """Return whether the same page came back, or an error page with nothing to fill in."""
        return hop.path in self._filled or (hop.reply.status >= 400 and hop.reply.method == "GET")  # noqa: PLR2004 - HTTP

    def _trouble(self, hop: Hop) -> Stopped:
        """Return why a page is the end of the way."""
        page = hop.page
        said = _said(page)
        if page is not None and page.main_form is None and hop.reply.is_ok:
            return blocked(f"{hop.path} has no form to fill in without JavaScript{said}")
        if SECOND_FACTOR.match(hop.path) and hop.path not in self._filled:
            return blocked(f"{hop.path} asks for what the run cannot give{said}")
        if hop.reply.status == 429:  # noqa: PLR2004 - HTTP's own number
            return blocked(f"{hop.path} answered 429{said}")
        return failed(f"{hop.path} answered {hop.reply.status}{said}", EXPECTED)

    def _answers(self, page: Page, form: Form) -> dict[str, str]:
        """Return what a person fills in.

        Raises: Stopped when the page asks for what the run does not have.
        """
        self._filled.add(page.path)
        decision = form.button(AGREEING if self.consents else REFUSING)
        if is_consent(page):
            return decision
        if self.user_code and ACTIVATION_PATHS.match(page.path):
            return {name: self.user_code for name in form.inputs if name == "user_code"} | decision
        if SECOND_FACTOR.match(page.path):
            return self._second_factor(page, form)
        answers = {name: self._answer(name, page) for name in form.inputs}
        return {**answers, **form.button(("default", *AGREEING))}

    def _answer(self, name: str, page: Page) -> str:
        """Return what goes into one field."""
        known = {"username": self.person.identifier, "email": self.person.email or self.person.identifier}
        known |= {"password": self.person.password, "organizationName": self.organization or ""}
        if name not in known:
            raise blocked(f"{page.path} asks for {name}")
        return known[name]

    def _second_factor(self, page: Page, form: Form) -> dict[str, str]:
        """Return the one-time password of a person who has a generator."""
        fields = [name for name in form.inputs if name in OTP_FIELDS]
        if not fields or self.person.totp is None:
            raise blocked(f"{page.path} asks for a second factor; give the user `totp`, or switch MFA off for it")
        return {fields[0]: one_time_password(self.person.totp, self.now()), **form.button(("default", *AGREEING))}


def _said(page: Page | None) -> str:
    """Return the page's own words, as the end of a sentence."""
    if page is None or not (page.errors or page.title):
        return ""
    return f": {'; '.join(page.errors)}" if page.errors else f" ({page.title})"


def is_consent(page: Page) -> bool:
    """Return whether a page asks the user to agree to what the application would get."""
    return bool(CONSENT_PATHS.match(page.path))


def is_device_told(hop: Hop) -> bool:
    """Return whether the person was told how the connecting of a device ended."""
    return hop.path.startswith("/device/") and hop.page is not None


def is_login_path(url: str | None) -> bool:
    """Return whether an address is a page of the login."""
    return url is not None and bool(LOGIN_PATHS.match(urlsplit(url).path))


def shown(url: str) -> str:
    """Return an address without its query, which may hold what must not be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
