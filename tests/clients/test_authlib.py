"""A regular web application with Authlib and Starlette: the session is the application's, the login the tenant's."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tenantry.testing import Tenant

with warnings.catch_warnings(record=True):  # Authlib tells about its own plans for httpx when it is imported
    starlette_client = pytest.importorskip(
        "authlib.integrations.starlette_client", reason="needs the packages that tests/clients/install installs"
    )
sessions = pytest.importorskip("starlette.middleware.sessions", reason="needs itsdangerous")

SITE = "https://shop.example"


def web_application(tenant: Tenant, client: dict[str, Any]) -> Starlette:
    """Return the application as Authlib's introduction has it."""
    oauth = starlette_client.OAuth()
    oauth.register(
        "auth0",
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        server_metadata_url=f"{tenant.url}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "verify": ssl.create_default_context(cafile=tenant.ca),
        },
    )

    async def login(request: Request) -> Response:
        answer: Response = await oauth.auth0.authorize_redirect(request, f"{SITE}/callback")
        return answer

    async def callback(request: Request) -> Response:
        try:
            token = await oauth.auth0.authorize_access_token(request)
        except starlette_client.OAuthError as error:
            return JSONResponse({"error": error.error, "description": error.description}, 401)
        request.session["user"] = token["userinfo"]
        return JSONResponse(token["userinfo"])

    async def home(request: Request) -> Response:
        return JSONResponse(request.session.get("user"))

    routes = [Route("/login", login), Route("/callback", callback), Route("/", home)]
    return Starlette(
        routes=routes, middleware=[Middleware(sessions.SessionMiddleware, secret_key="of a test", https_only=True)]
    )


@pytest.fixture
def client(tenant: Tenant) -> dict[str, Any]:
    tenant.user("ada@example.com", name="Ada")
    return tenant.application(
        "Shop", app_type="regular_web", token_endpoint_auth_method="client_secret_basic", callbacks=[f"{SITE}/callback"]
    )


async def visited(tenant: Tenant, client: dict[str, Any], **how: Any) -> tuple[httpx.Response, Any]:
    """Return what the application's callback answers after a login, and who it knows then."""
    transport = httpx.ASGITransport(app=web_application(tenant, client))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as browser:
        link = (await browser.get("/login")).headers["location"]
        back = await asyncio.to_thread(tenant.visit, link, user="ada@example.com", **how)
        answer = await browser.get(back)
        return answer, (await browser.get("/")).json()


def test_a_regular_web_application_knows_who_logged_in(tenant: Tenant, client: dict[str, Any]) -> None:
    answer, user = asyncio.run(visited(tenant, client))
    assert answer.status_code == 200, answer.text
    assert (user["name"], user["email"], user["iss"]) == ("Ada", "ada@example.com", tenant.issuer)
    assert user["aud"] == client["client_id"]


def test_it_is_told_when_the_user_may_not_come_in(tenant: Tenant, client: dict[str, Any]) -> None:
    found = tenant.management.get("users").json()[0]["user_id"]
    tenant.management.patch(f"users/{found}", json={"blocked": True}).raise_for_status()
    answer, user = asyncio.run(visited(tenant, client))
    assert (answer.status_code, user) == (401, None)
    assert answer.json()["description"] == "user is blocked"


def test_it_believes_no_token_with_a_broken_signature(tenant: Tenant, client: dict[str, Any]) -> None:
    tenant.misbehave("broken_signature")
    with pytest.raises(Exception, match="bad_signature"):
        asyncio.run(visited(tenant, client))
