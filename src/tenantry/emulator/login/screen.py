"""What every page of a login has in common: the transaction it belongs to, showing it, taking what was posted.

Source: public scripts that walk the pages of real tenants: a page is posted to its own URL, with `state` in the query and as a
field; a page without a transaction leads to the default login route or to an error page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tenantry.emulator.login import pages
from tenantry.emulator.oauth import parameters, transactions
from tenantry.emulator.oauth.answers import redirect
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorize import respond
from tenantry.emulator.oauth.authorize.request import AuthorizationRequest
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response

    from tenantry.emulator.tenant import Tenant


@dataclass(frozen=True)
class Visit:
    """One request to a page of a login."""

    authority: Authority
    transaction: dict[str, Any]
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> AuthorizationRequest:
        """The authorization request that the login is for."""
        return AuthorizationRequest(self.authority, self.transaction["parameters"])

    @property
    def client(self) -> dict[str, Any]:
        """The application."""
        return self.asked.client

    def state(self, page: str = "universal-login") -> str:
        """Return the state by which pages name the login."""
        return transactions.state(self.transaction, page)

    def url(self, path: str, **more: str) -> str:
        """Return the URL of a page of this login."""
        return f"{path}?{urlencode({'state': self.state(), **more})}"

    def page(self, template: str, path: str, *, status: int = 200, **more: Any) -> HTMLResponse:
        """Return a page of this login, which is posted to its own URL."""
        common = {"client": self.client, "state": self.state(), "action": self.url(path)}
        return pages.render(self.authority.tenant, template, status=status, **{**common, **more})

    def go(self, path: str) -> Response:
        """Return the redirect to another page of this login."""
        return redirect(self.url(path))


@dataclass(frozen=True)
class Screen:
    """A page: how it is shown, and what happens to what is posted."""

    show: Callable[[Visit], Response]
    take: Callable[[Visit], Response]


def served(tenant: Tenant, screen: Screen) -> Callable[[Request], Awaitable[Response]]:
    """Return the page as an endpoint."""

    async def answer(request: Request) -> Response:
        authority = Authority(tenant, request)
        try:
            sent = await parameters.body(request) if request.method == "POST" else {}
        except OAuthError as refusal:
            return respond.error_page(authority, refusal.error, refusal.description)
        state = sent.get("state") or request.query_params.get("state")
        transaction = transactions.named(authority, state)
        if transaction is None:
            return _lost(authority, state)
        if request.method != "POST":
            transaction = transactions.update(authority, transaction, shown=True)
            return screen.show(Visit(authority, transaction))
        return screen.take(Visit(authority, transaction, sent))

    return answer


def _lost(authority: Authority, state: str | None) -> Response:
    """Return the default login route when the page was opened by itself, else the error page."""
    default = authority.setting("default_redirection_uri")
    if state is None and default:
        return redirect(default)
    text = "This login is over, or was begun in another browser. Go back to the application and log in again."
    return respond.error_page(authority, "invalid_request", text)
