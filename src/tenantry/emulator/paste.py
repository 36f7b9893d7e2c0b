"""The lines that a person pastes into an application, printed once the server is ready.

Secrets that a tenant file pins are not printed; those that the emulator made up are of use nowhere else.
Source: the configuration pages of auth0-spa-js, nextjs-auth0, express-openid-connect and auth0-python.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]
APP_ORIGIN = "http://localhost:3000"
NAMED_USERS = 3


@dataclass(frozen=True, slots=True)
class Paste:
    """A served tenant as an application is told about it."""

    tenant: Tenant
    base_url: str
    look_url: str
    ca: Path | None

    def text(self) -> str:
        """Return where to look, what to use and what to paste."""
        return "\n".join(["", *self._facts(), "", *self._lines(), ""])

    @property
    def _domain(self) -> str:
        """What SDKs call the domain: they put https before a bare one."""
        return urlsplit(self.base_url).netloc if self.base_url.startswith("https:") else self.base_url

    def _facts(self) -> Iterator[str]:
        yield f"Look at it:  {self.look_url}/"
        yield f"Domain:      {self._domain}"
        if self.ca:
            yield f"Trust:       {self.ca}, for Node by NODE_EXTRA_CA_CERTS, for Python by SSL_CERT_FILE; browsers ask once"
        yield f"Users:       {self._users()}"

    def _users(self) -> str:
        known = self.tenant.store.slice("users", 0, NAMED_USERS)
        names = [str(user.get("email") or user.get("username") or user["user_id"]) for user in known]
        more = self.tenant.store.count("users") - len(names)
        return ", ".join([*names, *([f"{more} more"] if more else [])]) or "none yet; sign up on the login page"

    def _lines(self) -> Iterator[str]:
        spa, web = self._client("spa"), self._client("regular_web")
        yield f"Single-page application{_name(spa)}:"
        yield f'  createAuth0Client({{ domain: "{self._domain}", clientId: "{_id(spa)}",'
        yield "    authorizationParams: { redirect_uri: window.location.origin } })"
        secret, origin = self._secret(web), _origin(web)
        if self.base_url.startswith("https:"):  # nextjs-auth0 knows no other scheme
            yield f"Next.js{_name(web)}, in .env.local:"
            yield from self._auth0_lines(web)
            yield f"  AUTH0_SECRET={secrets.token_hex(32)}"
            yield f"  APP_BASE_URL={origin}"
        yield f"Express{_name(web)}, in .env:"
        yield f"  ISSUER_BASE_URL={self.base_url}"
        yield f"  BASE_URL={origin}"
        yield f"  CLIENT_ID={_id(web)}"
        yield f"  CLIENT_SECRET={secret}"
        yield f"  SECRET={secrets.token_hex(32)}"
        yield f"Python{_name(web)}, in .env:"
        yield from self._auth0_lines(web)

    def _auth0_lines(self, client: Document | None) -> Iterator[str]:
        yield f"  AUTH0_DOMAIN={self._domain}"
        yield f"  AUTH0_CLIENT_ID={_id(client)}"
        yield f"  AUTH0_CLIENT_SECRET={self._secret(client)}"

    def _client(self, app_type: str) -> Document | None:
        """Return the first application of the type."""
        found = self.tenant.store.find("clients", "app_type", app_type)
        return next((client for client in found if not client.get("global")), None)

    def _secret(self, client: Document | None) -> str:
        if client is None or not client.get("client_secret"):
            return "<client secret>"
        is_pinned = "client_secret" in self.tenant.pins.get(str(client.get("name")), {})
        return "<as pinned>" if is_pinned else str(client["client_secret"])


def _name(client: Document | None) -> str:
    return f" ({client.get('name')})" if client else " (none yet: make one)"


def _id(client: Document | None) -> str:
    return str(client["client_id"]) if client else "<client id>"


def _origin(client: Document | None) -> str:
    """Return the origin of the application's first callback that is a web address."""
    for callback in (client or {}).get("callbacks") or ():
        parts = urlsplit(str(callback))
        if parts.scheme in ("http", "https") and parts.netloc:
            return f"{parts.scheme}://{parts.netloc}"
    return APP_ORIGIN
