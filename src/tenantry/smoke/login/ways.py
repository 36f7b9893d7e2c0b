"""The ways of logging in: our own small browser, Chromium, or a person with a browser of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.lending.people import People, Person
from tenantry.smoke.login.browser import Browser
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Login, Walk
from tenantry.smoke.wire import Wire


class Way:
    """The usual way: the tenant's pages over HTTP, without JavaScript. The others differ where they say so.

    Whoever makes one opens it before a run, and closes it afterwards.
    """

    asks_a_person = False
    """Somebody is asked to log in, once per flow, and the session is theirs."""
    runs_scripts = False
    """The pages of the login are seen as their scripts make them."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left open."""

    def ready_for(self, flows: Iterable[Flow]) -> None:
        """Return when it can log in to each of these flows.

        Raises: UsageError
        """

    def can_repeat(self) -> None:
        """Return when further logins of a flow can be had.

        Raises: Stopped
        """

    def new_browser(self, wire: Wire) -> Browser:
        """Return the browser that a flow logs in with, and that knows the session afterwards."""
        return Browser(wire)

    def redirect_uri(self, flow: Flow) -> str:
        """Return the callback that a flow's login ends at."""
        return flow.redirect_uri

    async def person(self, people: People, flow: Flow) -> Person:
        """Return who logs in to a flow.

        Raises: Stopped when there is nobody.
        """
        return await people.who_logs_in(flow)

    async def through(self, errand: Errand, browser: Browser, visitor: Visitor) -> Walk:
        """Return the walk to the end of an errand.

        Raises: Stopped when it ends elsewhere.
        """
        return await Login(browser, errand.redirect_uri, visitor).through(errand.url)
