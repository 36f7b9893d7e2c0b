"""The Management API token: obtained once, kept in memory only, renewed when it ends or is refused.

Source: Auth0 docs, Management API access tokens (audience ``https://DOMAIN/api/v2/``, 24 hours); RFC 6749 section 4.4.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tenantry.management import answers
from tenantry.management.credentials import Credentials, ReadyToken
from tenantry.model.errors import ApiError, NotAllowed
from tenantry.model.state import Caller

PATH = "/oauth/token"
PROOFS = ("client_secret", "client_assertion")
"""Members of the form that prove who we are."""
OF_ACTIONS = frozenset({"server_error", "invalid_request", "invalid_scope"})
"""Error codes with which an Action refuses. Source: Auth0 docs, api.access.deny of machine-to-machine Actions."""
BY_AN_ACTION = (
    "An Action on the trigger credentials-exchange can refuse every application like this, the tool included: take it off the"
    " trigger in the dashboard (Actions, Triggers), where you log in as a person, then mend it and apply again"
)
MARGIN_S = 60.0
"""A token is renewed this long before it ends, so that none ends on its way."""

Post = Callable[[str, dict[str, str]], Awaitable[httpx.Response]]
"""Posts a form to a path of the tenant; it retries what may be retried."""


@dataclass(frozen=True)
class Token:
    """An access token, what the server said of it, and when it ends."""

    value: str = field(repr=False)
    ends_at_s: float
    claims: dict[str, Any] = field(repr=False)
    scope: str = ""


class Tokens:
    """Gives the current token, obtaining a new one when it must; many may ask at once, one request is made."""

    def __init__(self, credentials: Credentials, base_url: str, audience: str, post: Post, now: Callable[[], float]) -> None:
        self._credentials = credentials
        self._issuer = base_url + "/"
        self._audience = audience
        self._post = post
        self._now = now
        self._lock = asyncio.Lock()
        self._token: Token | None = None

    async def current(self) -> Token:
        """Return a token that is good for a while yet.

        Raises: NotAllowed when the tenant gives none.
        """
        async with self._lock:
            if self._token is None or self._ends_soon(self._token):
                self._token = await self._obtain()
            return self._token

    async def after_refusal_of(self, refused: Token) -> Token | None:
        """Return another token than the refused one, or None when there is no other to be had."""
        async with self._lock:
            if self._token is refused:
                if isinstance(self._credentials, ReadyToken):
                    return None
                self._token = await self._obtain()
            return self._token

    async def caller(self) -> Caller:
        """Return who the token says that we are."""
        token = await self.current()
        claims = token.claims
        return Caller(
            client_id=str(claims.get("azp") or claims.get("client_id") or ""),
            scopes=frozenset((token.scope or str(claims.get("scope") or "")).split()),
            api_identifier=self._audience,
            issuer=str(claims.get("iss") or self._issuer),
        )

    def _ends_soon(self, token: Token) -> bool:
        """Return whether it is time for a new one; a ready token is used until the server refuses it."""
        return not isinstance(self._credentials, ReadyToken) and self._now() >= token.ends_at_s - MARGIN_S

    async def _obtain(self) -> Token:
        """Return a new token."""
        if isinstance(self._credentials, ReadyToken):
            return self._ready(self._credentials)
        form = {"grant_type": "client_credentials", "audience": self._audience}
        form |= self._credentials.form(self._issuer, self._now())
        return self._accepted(await self._post(PATH, form), [form[name] for name in PROOFS if name in form])

    def _ready(self, credentials: ReadyToken) -> Token:
        """Return the token that was given."""
        value = credentials.token.reveal().strip()
        claims = _claims(value)
        if not claims:
            raise NotAllowed(f"{credentials.token.name} is not a Management API token: it is not a JWT", method="", path="")
        return Token(value, float("inf"), claims)

    def _accepted(self, response: httpx.Response, proofs: list[str]) -> Token:
        """Return the token in the answer; no error quotes the proofs of who we are."""
        if not response.is_success:
            raise self._explained(response, proofs)
        try:
            body = answers.read(response).body
            value, lifetime_s = _header_safe(body["access_token"]), float(body.get("expires_in") or 0)
        except (answers.Unreadable, KeyError, TypeError, AttributeError, ValueError):
            raise _refused("the token endpoint answered without a token", response.status_code) from None
        return Token(value, self._now() + lifetime_s, _claims(value), str(body.get("scope") or ""))

    def _explained(self, response: httpx.Response, proofs: list[str]) -> ApiError:
        """Return what a refusal of the token endpoint means and what to do about it."""
        error = answers.error(response, proofs)
        if response.status_code not in (400, 401, 403):
            return error
        client_id = getattr(self._credentials, "client_id", "")
        advice = (
            BY_AN_ACTION
            if answers.oauth_error(response) in OF_ACTIONS
            else f"Check client id and secret (or key), and that the application is authorised for {self._audience}"
        )
        said = f"no Management API token for client {client_id}: {error.message}"
        return _refused(f"{said}{'' if said.endswith('.') else '.'} {advice}", response.status_code)


def _refused(message: str, status: int) -> NotAllowed:
    """Return the error of a token that cannot be had."""
    return NotAllowed(message, method="POST", path=PATH, status=status)


def _header_safe(value: Any) -> str:
    """Return a token that a header can carry.

    Raises: ValueError when it is none.
    """
    if not (isinstance(value, str) and value and value.isascii() and value.isprintable()):
        raise ValueError
    return value


def _claims(token: str) -> dict[str, Any]:
    """Return what a JWT says, unverified (the server verifies it); empty when it is none."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
