"""A small rude tenant: it counts, fails on demand, and forgives nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

from tenantry.management import ClientSecret, Credentials, ManagementClient
from tenantry.model.secret import Secret

BASE = "https://acme-dev.eu.auth0.com"
CANARY = "canary-client-secret-4711"
Reply = httpx.Response | Exception
Handler = Callable[[httpx.Request], Reply]


def token(**claims: Any) -> str:
    """Return an unsigned JWT with these claims."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def answer(body: Any = None, status: int = 200, **headers: str) -> httpx.Response:
    """Return a JSON response as the tenant would send it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None:
        return httpx.Response(status, headers=named)
    return httpx.Response(status, headers={"content-type": "application/json; charset=utf-8"} | named, content=json.dumps(body))


def refusal(status: int, message: str, error_code: str | None = None, **headers: str) -> httpx.Response:
    """Return an error body of the Management API."""
    body = {"statusCode": status, "error": "Refused", "message": message}
    return answer(body | ({"errorCode": error_code} if error_code else {}), status, **headers)


@dataclass
class Tenant:
    """Answers the Management API through ``handler``; the token endpoint is its own."""

    handler: Handler
    seen: list[httpx.Request] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    token_replies: list[Reply] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now_s: float = 1_800_000_000.0
    lifetime_s: int = 86400

    def __call__(self, request: httpx.Request) -> httpx.Response:
        reply = self._token(request) if request.url.path == "/oauth/token" else self._api(request)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _token(self, request: httpx.Request) -> Reply:
        self.forms.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        if self.token_replies:
            return self.token_replies.pop(0)
        value = token(azp="cli", scope="read:clients", iss=f"{BASE}/", n=len(self.forms))
        return answer({"access_token": value, "expires_in": self.lifetime_s, "token_type": "Bearer", "scope": "read:clients"})

    def _api(self, request: httpx.Request) -> Reply:
        self.seen.append(request)
        return self.handler(request)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def client(self, credentials: Credentials | None = None, **options: Any) -> ManagementClient:
        """Return a client of this tenant that never really sleeps."""
        sleep: Callable[[float], Awaitable[None]] = self.sleep
        return ManagementClient(
            BASE,
            credentials or ClientSecret("cli", Secret.of("CLI_SECRET", CANARY)),
            transport=httpx.MockTransport(self),
            sleep=sleep,
            clock=lambda: self.now_s,
            luck=lambda: 0.5,
            **options,
        )


def script(*replies: Reply) -> Handler:
    """Return a handler that gives these replies one after the other; the last one again and again."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
