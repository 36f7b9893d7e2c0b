"""Somebody at the tenant's pages: what they fill in, and what they make of a page that leads nowhere.

The one place for what is known about the pages, whoever turns them: our own small browser, or Chromium.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Hop
from tenantry.smoke.login.forms import AGREEING, Form, Page
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.stops import Stopped, blocked, failed

OTP_FIELDS = ("code", "otp")
SECOND_FACTOR = re.compile(r"/u/(mfa|passkey|webauthn|login-email-verification|login-passwordless)")
LOGIN_PATHS = re.compile(r"/(u/login|login|u/signup)")
CONSENT_PATHS = re.compile(r"/u/(customized-)?consent")
ACTIVATION_PATHS = re.compile(r"/(activate|u/device)")
REFUSING = ("deny", "cancel", "decline", "no", "abort")
POSTPONING = ("abort-passkey-enrollment",)
"""What the button is called that goes on without a passkey; nobody is asked to make one for a run."""
EXPECTED = "the login leads to the callback with a code"
BY_HAND = "log in yourself with `--login interactive`"
WITH_SCRIPTS = "let Chromium run its scripts with `--login browser`"
CAPTCHA = f"asks for a captcha; switch bot detection off for this tenant or this address, or {BY_HAND}"

Screen = tuple[str, frozenset[str]]
"""A page as a person tells it from others: its path, and the fields of its form."""


@dataclass
class Visitor:
    """A person with what they know, and the screens that they have dealt with."""

    person: Person
    codes: OneTimePasswords
    organization: str | None = None
    consents: bool = True
    user_code: str = ""
    """The code that a device shows."""
    has_scripts: bool = False
    """The pages are seen as their scripts make them."""
    _done: set[Screen] = field(default_factory=set)

    def is_new(self, page: Page) -> bool:
        """Return whether there is something to fill in that was not filled in before."""
        return page.main_form is not None and _screen(page) not in self._done

    def is_told(self, hop: Hop) -> bool:
        """Return whether the person was told how the connecting of a device ended: there is nothing more to fill in."""
        is_end = hop.page is not None and hop.reply.is_ok and hop.page.main_form is None and bool(self._done)
        return bool(self.user_code) and (is_end or is_device_told(hop))

    async def way_on(self, hop: Hop) -> tuple[Form, dict[str, str]]:
        """Return the form that leads on, and what is to be filled in and pressed.

        Raises: Stopped when there is none, or it asks for what the visitor does not have.
        """
        page = hop.page
        if page is None:
            raise failed(f"{hop.path} answered {hop.reply.gist}", EXPECTED)
        if page.has_captcha:
            raise blocked(f"{page.path} {CAPTCHA}")
        form = page.main_form
        if form is None or self._is_refusal(hop, page):
            raise self._trouble(hop, page)
        self._done.add(_screen(page))
        return form, await self._answers(page, form)

    def _is_refusal(self, hop: Hop, page: Page) -> bool:
        """Return whether the same screen came back, or an error page with nothing to fill in."""
        return _screen(page) in self._done or (hop.reply.method == "GET" and hop.reply.is_error)

    def _trouble(self, hop: Hop, page: Page) -> Stopped:
        """Return why a page is the end of the way."""
        said, status = _said(page), hop.reply.status
        if page.main_form is None and hop.reply.is_ok:
            ways = BY_HAND if self.has_scripts else f"{WITH_SCRIPTS}, or {BY_HAND}"
            return blocked(f"{page.path} has no form to fill in{said}; {ways}")
        if SECOND_FACTOR.match(page.path) and _screen(page) not in self._done:
            return blocked(f"{page.path} asks for what the run cannot give{said}; {BY_HAND}")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return blocked(f"{page.path} answered 429{said}; wait before the next run")
        if page.asks_to_log_in and _screen(page) in self._done:
            return failed(f"{page.path} answered {status}{said}; {self._way_in}", EXPECTED)
        return failed(f"{page.path} answered {status}{said}", EXPECTED)

    @property
    def _way_in(self) -> str:
        """Return what to look at when the right name and password are refused; the run knows those that it made."""
        enabled = "that the user's connection is enabled for the application"
        return f"check {enabled}" if self.person.is_ephemeral else f"check the password under smoke.users, and {enabled}"

    async def _answers(self, page: Page, form: Form) -> dict[str, str]:
        """Return what a person fills in.

        Raises: Stopped when the page asks for what the run does not have.
        """
        decision = form.button(AGREEING if self.consents else REFUSING)
        if is_consent(page):
            unknown = [value or name for name, value in form.buttons if name]
            if unknown and not decision:
                raise blocked(f"{page.path} asks for consent by buttons that are not known ({', '.join(unknown)}); {BY_HAND}")
            return decision
        if self.user_code and ACTIVATION_PATHS.match(page.path):
            return {name: self.user_code for name in form.inputs if name == "user_code"} | decision
        if SECOND_FACTOR.match(page.path):
            return await self._second_factor(page, form)
        answers = {name: self._answer(name, page) for name in form.inputs}
        return {**answers, **form.button(("default", *AGREEING))}

    def _answer(self, name: str, page: Page) -> str:
        """Return what goes into one field."""
        known = {"username": self.person.identifier, "email": self.person.email or self.person.identifier}
        known |= {"password": self.person.password, "organizationName": self.organization or ""}
        if (form := page.main_form) is not None:
            known = {
                form.identifier_field or "": self.person.identifier,
                form.password_field or "": self.person.password,
            } | known
        known |= {"user_code": self.user_code} if self.user_code else {}
        if name not in known:
            raise blocked(f"{page.path} asks for {name}; {BY_HAND}")
        return known[name]

    async def _second_factor(self, page: Page, form: Form) -> dict[str, str]:
        """Return the one-time password of a person who has a generator, or that there will be no passkey.

        Raises: Stopped when that is not what the page asks for, or the person has none.
        """
        if later := form.button(POSTPONING):
            return later
        field = next((name for name in form.inputs if name in OTP_FIELDS), None)
        if "enrollment" in page.path:
            raise blocked(f"{page.path} wants the user to set up a second factor; switch MFA off for it, or {BY_HAND}")
        if field is None:
            raise blocked(f"{page.path} asks for a second factor that only a person has; switch MFA off, or {BY_HAND}")
        if self.person.totp is None:
            ways = "switch MFA off, name an existing user with `totp` under smoke.users"
            raise blocked(f"{page.path} asks for a second factor; {ways}, or {BY_HAND}")
        return {field: await self.codes.next(self.person.totp), **form.button(("default", *AGREEING))}


def _screen(page: Page) -> Screen:
    """Return what tells a page from others."""
    form = page.main_form
    return page.path, frozenset({*form.inputs, *form.hidden} if form else ())


def _said(page: Page) -> str:
    """Return the page's own words, as part of a sentence that goes on."""
    if not (page.errors or page.title):
        return ""
    return f": {'; '.join(error.rstrip('.') for error in page.errors)}" if page.errors else f" ({page.title})"


def led_astray(url: str) -> Stopped:
    """Return what it means that the login goes on at somebody else's address."""
    if "code=" in url:
        return failed(f"the browser is sent to {shown(url)} with a code", EXPECTED)
    return blocked(f"the login goes on at {shown(url)}, where the run does not follow; {BY_HAND}")


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
