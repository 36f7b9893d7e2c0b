"""Somebody logs in to an application through the login pages: authorization code with PKCE, as an SDK does it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tenantry.smoke.client import Credentials
from tenantry.smoke.flows.pkce import challenge_of, new_verifier
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Browser, Callback
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Login
from tenantry.smoke.redact import Vault
from tenantry.smoke.reply import Reply
from tenantry.smoke.stops import Stopped
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire

METHODS = {"client_secret_post", "client_secret_basic", "none"}
"""How an application may prove who it is here."""


class LoginFailed(AssertionError):
    """The login did not end with tokens; the message says where it ended."""


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What an application gets for a login; `body` is the whole answer of the token endpoint."""

    access_token: str = field(repr=False)
    id_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str = ""
    expires_in: int = 0
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Tokens:
        """Return the tokens of an answer."""
        known = {
            name: body[name] for name in ("access_token", "id_token", "refresh_token", "scope", "expires_in") if name in body
        }
        return cls(**known, body=body)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who walks through the pages, and which callback is the end of the way."""

    person: Person
    redirect_uri: str
    organization: str | None = None
    consents: bool = True


@dataclass(frozen=True, kw_only=True)
class Wanted(Visit):
    """A login that is to be carried out for an application; `authorize` are the request's parameters."""

    client: Mapping[str, Any]
    authorize: Mapping[str, str]


async def log_in(base_url: str, transport: httpx.AsyncBaseTransport, wanted: Wanted) -> Tokens:
    """Return the tokens of a login.

    Raises: LoginFailed.
    """
    async with _wire(base_url, transport) as wire:
        verifier, state = new_verifier(), secrets.token_urlsafe(16)
        request = {
            "response_type": "code",
            "client_id": str(wanted.client["client_id"]),
            "redirect_uri": wanted.redirect_uri,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            **wanted.authorize,
        }
        callback = await _walked(wire, f"{wire.base_url}/authorize?{urlencode(request)}", wanted)
        form = {
            "grant_type": "authorization_code",
            "code": _code(callback, state),
            "redirect_uri": wanted.redirect_uri,
            "code_verifier": verifier,
        }
        return _tokens(await _exchange(wire, wanted.client, form))


async def visit(base_url: str, transport: httpx.AsyncBaseTransport, url: str, wanted: Visit) -> str:
    """Return where the browser is sent at the end of an authorization request, an application's callback with its answer.

    Raises: LoginFailed when the pages lead elsewhere.
    """
    async with _wire(base_url, transport) as wire:
        callback = await _walked(wire, url, wanted)
    separator = "#" if callback.mode == "fragment" else "&" if "?" in wanted.redirect_uri else "?"
    return wanted.redirect_uri + separator + urlencode(callback.values)


def _wire(base_url: str, transport: httpx.AsyncBaseTransport) -> Wire:
    return Wire(base_url, Vault(), Timing(), transport=transport, user_agent="tenantry-testing")


async def _walked(wire: Wire, url: str, wanted: Visit) -> Callback:
    visitor = Visitor(wanted.person, OneTimePasswords(), wanted.organization, wanted.consents)
    try:
        walk = await Login(Browser(wire), wanted.redirect_uri, visitor).through(url)
    except Stopped as stopped:
        raise LoginFailed(stopped.observed) from None
    if walk.callback is None:
        raise LoginFailed("the login ended nowhere")
    return walk.callback


def _code(callback: Callback, state: str) -> str:
    """Return the code that came to the callback in answer to this request."""
    if callback.code is None:
        raise LoginFailed(f"the callback got {callback.gist}")
    if callback.values.get("state") != state:
        raise LoginFailed("the callback got another state than was sent")
    return callback.code


async def _exchange(wire: Wire, client: Mapping[str, Any], form: dict[str, str]) -> Reply:
    """Return the answer to the exchange of a code by an application, authenticated as it is registered."""
    by_secret = str(client.get("token_endpoint_auth_method", "client_secret_post"))
    method = next(iter(client.get("client_authentication_methods") or ()), by_secret)
    if method not in METHODS:
        raise LoginFailed(f"the application authenticates by {method}, which `login` does not imitate")
    credentials = Credentials(str(client["client_id"]), method, client.get("client_secret"))
    dressed, headers = credentials.dress(form, issuer=wire.base_url, now=time.time())
    return await wire.post(wire.url("/oauth/token"), dressed, headers=headers)


def _tokens(reply: Reply) -> Tokens:
    if not reply.is_ok or not reply.body.get("access_token"):
        raise LoginFailed(f"the token endpoint answered {reply.told}")
    return Tokens.of(reply.body)
