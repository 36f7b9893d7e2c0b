"""A tenant with an application, an API and a user, and a browser that walks its pages."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tenantry.emulator import login, oauth, passwords
from tenantry.emulator.oauth import keys
from tenantry.emulator.tenant import Tenant

BASE = "https://tenant.test"
ISSUER = f"{BASE}/"
CALLBACK = "https://app.test/callback"
API = "https://api.test"
EMAIL, PASSWORD = "ada@users.test", "correct horse"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class World:
    """A tenant, its application over HTTP, and short ways to do the usual things."""

    tenant: Tenant = field(default_factory=lambda: Tenant("tests", seeds=(keys.seed,)))
    base: str = BASE

    def __post_init__(self) -> None:
        self.tenant.seed()
        put = self.tenant.store.put
        put("settings", "tenant", {"friendly_name": "Test tenant", "default_directory": "Users", "flags": {}})
        put("settings", "branding", {"colors": {"primary": "#0a7d4f"}})
        put("settings", "prompts", {"identifier_first": False})
        put("connections", "con_users", {"id": "con_users", "name": "Users", "strategy": "auth0", "options": {}})
        put("connection_clients", "con_users", {"clients": []})
        self.app = Starlette(routes=[*oauth.routes(self.tenant), *login.routes(self.tenant)])
        self.add_user()

    def browser(self) -> Browser:
        return Browser(self.app, self.base)

    def add_user(self, email: str = EMAIL, **more: Any) -> str:
        user_id = f"auth0|{hashlib.sha256(email.encode()).hexdigest()[:24]}"
        user = {
            "user_id": user_id,
            "email": email,
            "email_verified": True,
            "identities": [{"connection": "Users", "provider": "auth0", "user_id": user_id[6:], "isSocial": False}],
            "updated_at": "2026-01-01T00:00:00.000Z",
            "_password_hash": passwords.hashed(PASSWORD),
            **more,
        }
        self.tenant.store.put("users", user_id, user)
        return user_id

    def add_client(self, client_id: str = "web", **more: Any) -> dict[str, Any]:
        client = {
            "client_id": client_id,
            "client_secret": f"secret-of-{client_id}-long-enough-for-hmac",
            "name": client_id.title(),
            "app_type": "regular_web",
            "is_first_party": True,
            "oidc_conformant": True,
            "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["authorization_code", "refresh_token", "client_credentials", "password"],
            "callbacks": [CALLBACK],
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000},
            **more,
        }
        self.tenant.store.put("clients", client_id, client)
        enabled = self.tenant.store.get("connection_clients", "con_users")
        assert enabled
        self.tenant.store.put("connection_clients", "con_users", {"clients": [*enabled["clients"], client_id]})
        return client

    def add_api(self, identifier: str = API, **more: Any) -> dict[str, Any]:
        api = {
            "id": hashlib.sha256(identifier.encode()).hexdigest()[:24],
            "identifier": identifier,
            "name": "Orders",
            "signing_alg": "RS256",
            "scopes": [{"value": "read:orders"}, {"value": "write:orders", "description": "Change your orders"}],
            "token_lifetime": 86400,
            "token_lifetime_for_web": 7200,
            "allow_offline_access": True,
            "skip_consent_for_verifiable_first_party_clients": True,
            **more,
        }
        self.tenant.store.put("resource_servers", api["id"], api)
        return api

    def add_grant(self, client_id: str = "web", audience: str = API, **more: Any) -> None:
        grant = {"id": f"cgr_{client_id}", "client_id": client_id, "audience": audience, "scope": ["read:orders"], **more}
        self.tenant.store.put("client_grants", f"{client_id} {audience} {more}", grant)

    def change(self, collection: str, key: str, **changes: Any) -> None:
        known = self.tenant.store.get(collection, key)
        assert known is not None
        self.tenant.store.put(collection, key, {**known, **changes})

    def pass_time(self, seconds: float) -> None:
        self.tenant.clock.offset_s += seconds

    def misbehave(self, *names: str) -> None:
        oauth.misbehaviours.activate(self.tenant, names)


@dataclass
class Browser:
    """A cookie jar that follows the pages of a login, but never to the application."""

    app: ASGIApp
    base: str
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=self.cookies) as client:
                answer = await client.request(method, path, **options)
                self.cookies = client.cookies
                return answer

        return asyncio.run(go())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.send("POST", path, **options)

    def authorize(self, client_id: str = "web", **more: str) -> httpx.Response:
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "state": "app-state", **more}
        return self.get("/authorize", params={name: value for name, value in asked.items() if value})

    def walk(self, answer: httpx.Response, *, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        """Follow redirects within the tenant and fill in what is asked, until the tenant is left or a page refuses."""
        for _ in range(12):
            if answer.is_redirect:
                target = answer.headers["location"]
                if urlsplit(target).netloc not in {"", urlsplit(self.base).netloc}:
                    return answer
                answer = self.get(target)
            elif answer.status_code == 200 and '<form method="post"' in answer.text and "onload" not in answer.text:
                if 'action="/' not in answer.text:
                    return answer
                answer = self.fill(answer, email=email, password=password)
            else:
                return answer
        raise AssertionError("the login goes round in circles")

    def fill(self, page: httpx.Response, **typed: str) -> httpx.Response:
        fields = {"username": typed.get("email", EMAIL), **typed, "action": typed.get("action", _button(page.text))}
        return self.post(_action(page.text), data={**hidden(page.text), **fields})

    def login(self, client_id: str = "web", **more: str) -> dict[str, str]:
        """Return what the callback gets."""
        return told(self.walk(self.authorize(client_id, **more)))

    def token(self, **sent: str) -> httpx.Response:
        return self.post("/oauth/token", data={name: value for name, value in sent.items() if value})

    def exchange(self, code: str, client_id: str = "web", **more: str) -> httpx.Response:
        known = {"client_secret": f"secret-of-{client_id}-long-enough-for-hmac", "redirect_uri": CALLBACK}
        return self.token(grant_type="authorization_code", client_id=client_id, code=code, **{**known, **more})

    def refresh(self, refresh_token: str, client_id: str = "web", **more: str) -> httpx.Response:
        known = {"client_secret": f"secret-of-{client_id}-long-enough-for-hmac", "refresh_token": refresh_token}
        return self.token(grant_type="refresh_token", client_id=client_id, **{**known, **more})

    def tokens(self, client_id: str = "web", **more: str) -> dict[str, Any]:
        """Return the body of an exchange after a login."""
        got = self.login(client_id, **more)
        answer = self.exchange(got["code"], client_id)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that verifies against the published keys."""
        published = (self.get("/.well-known/jwks.json")).json()
        return dict(jwt.decode(token, KeySet.import_key_set(published), algorithms=["RS256", "PS256", "RS512"]).claims)


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what a redirect to the application says, in its query or its fragment."""
    assert answer.is_redirect, (answer.status_code, answer.text)
    location = urlsplit(answer.headers["location"])
    return dict(parse_qsl(location.query or location.fragment))


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value.replace("&amp;", "&") for name, value in found}


def _action(page: str) -> str:
    found = re.search(r'<form method="post" action="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def _button(page: str) -> str:
    found = re.search(r'name="action" value="([^"]+)"', page)
    return found[1] if found else "default"
