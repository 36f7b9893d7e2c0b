"""Logging in by hand: a person logs in with a browser of theirs, and the answer comes to a loopback callback or is pasted.

The run sees neither the pages nor the session: what needs them is skipped. It never adds a callback to an application.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable
from http.cookiejar import CookieJar
from typing import Protocol

from tenantry.model.errors import UsageError
from tenantry.smoke.flows.derived import preferred_callback
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.lending.people import People, Person
from tenantry.smoke.login.browser import Browser, Callback, callback_of, leads_to
from tenantry.smoke.login.listener import Listener, can_listen_at
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.login.ways import Way
from tenantry.smoke.stops import blocked, skipped
from tenantry.smoke.wire import Wire

PATIENCE_S = 300.0
MOST_PASTES = 3


class Desk(Protocol):
    """The person who runs the tool, as far as the run can reach them."""

    def invite(self, url: str, who: str) -> None:
        """Open an address in the person's browser, and show it; ``who`` says whom to log in as."""

    def pasted(self, why: str) -> str:
        """Return the address that the person's browser has ended at, empty when they have none to give."""

    @property
    def can_be_asked(self) -> bool:
        """Return whether there is somebody to ask."""


class ByHand(Way):
    """Asks a person to log in, one flow at a time."""

    asks_a_person = True
    runs_scripts = True

    def __init__(self, desk: Desk, patience_s: float = PATIENCE_S) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._turn = asyncio.Lock()

    def ready_for(self, flows: Iterable[Flow]) -> None:
        """Return when every login's answer can be waited for, or asked for.

        Raises: UsageError
        """
        for flow in flows:
            if flow.visits_pages and not flow.missing and not self._desk.can_be_asked:
                need_listening(self.redirect_uri(flow))

    def can_repeat(self) -> None:
        """Raise Stopped: nobody is asked twice."""
        raise skipped("a person is asked to log in once per flow")

    def new_browser(self, wire: Wire) -> Browser:
        """Return a browser that nobody but its owner can use."""
        return OthersBrowser(wire)

    def redirect_uri(self, flow: Flow) -> str:
        """Return a declared callback that can be waited at, unless the flow has chosen one; else the flow's own."""
        has_chosen = flow.redirect_uri != preferred_callback(flow.application)
        candidates = [flow.redirect_uri] if has_chosen else [flow.redirect_uri, *flow.application.callbacks]
        return next((url for url in candidates if can_listen_at(url)), flow.redirect_uri)

    async def person(self, _people: People, flow: Flow) -> Person:
        """Return the existing user that a flow names; its password is the person's business.

        Raises: Stopped when it is a user whose password nobody knows.
        """
        if flow.user is None or flow.user.ephemeral:
            way = "declare an existing user under smoke.users, and let the flow name it"
            raise blocked(f"nobody can type the password of an ephemeral user: {way}")
        return Person(flow.user.email or flow.user.username or "", "", email=flow.user.email)

    async def through(self, errand: Errand, _browser: Browser, visitor: Visitor) -> Walk:
        """Return a walk that nobody watched.

        Raises: Stopped when no answer comes.
        """
        async with self._turn:
            if not errand.redirect_uri:
                self._desk.invite(errand.url, visitor.person.identifier)
                return Walk(was_watched=False)
            wait = self._listened if can_listen_at(errand.redirect_uri) else self._asked_for
            return Walk(callback=await wait(errand, visitor.person), was_watched=False)

    async def _listened(self, errand: Errand, person: Person) -> Callback:
        """Return what came to the loopback callback."""
        async with Listener(errand.redirect_uri, errand.state) as listener:
            self._desk.invite(errand.url, person.identifier)
            callback = await listener.callback(self._patience_s)
        if callback is None:
            raise blocked(f"nobody came to {errand.redirect_uri} within {self._patience_s:g} s")
        return callback

    async def _asked_for(self, errand: Errand, person: Person) -> Callback:
        """Return what the person pasted."""
        self._desk.invite(errand.url, person.identifier)
        why = ""
        for _ in range(MOST_PASTES):
            url = self._desk.pasted(why).strip()
            if not url:
                raise blocked("no address was pasted")
            why = _flaw(url, errand)
            if not why:
                return callback_of(url, errand.redirect_uri)
        raise blocked(f"what was pasted is not the answer: {why}")


class OthersBrowser(Browser):
    """The browser of the person who logs in: the run cannot ask anything of it, nor see its cookies."""

    @property
    def jar(self) -> CookieJar:
        """Raise Stopped: what is done with the session needs this."""
        raise skipped("the session is in the browser of the person who logged in")


def need_listening(redirect_uri: str) -> None:
    """Return when a callback can be listened at.

    Raises: UsageError
    """
    if not can_listen_at(redirect_uri):
        raise UsageError(
            f"--login interactive needs a terminal to paste the answer into, for nobody can listen at {redirect_uri};"
            " or declare a callback of the form http://127.0.0.1:PORT/PATH or http://localhost:PORT/PATH"
        )


def _flaw(url: str, errand: Errand) -> str:
    """Return why a pasted address is not the answer, empty when it is; nothing of it is told."""
    if not leads_to(url, errand.redirect_uri):
        return f"it does not begin with {errand.redirect_uri}"
    state = callback_of(url, errand.redirect_uri).values.get("state", "")
    if not hmac.compare_digest(state.encode(), errand.state.encode()):
        return "its state is of another login"
    return ""
