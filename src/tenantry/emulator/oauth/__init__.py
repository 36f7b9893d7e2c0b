"""The authorization server of a tenant: everything outside the Management API and the login pages.

Source: RFC 6749, OpenID Connect Core 1.0 and Auth0 docs, "Authentication API"; the modules name their sections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tenantry.emulator.oauth import (
    dbconnections,
    device,
    discovery,
    keys,
    logout,
    misbehaviours,
    par,
    revoke,
    token_endpoint,
    tokens,
    userinfo,
)
from tenantry.emulator.oauth.authorize import endpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from tenantry.emulator.tenant import Tenant

__all__ = ["keys", "misbehaviours", "routes", "tokens"]

ENDPOINTS: tuple[tuple[str, tuple[str, ...], Callable[[Tenant, Request], Awaitable[Response]]], ...] = (
    ("/.well-known/openid-configuration", ("GET",), discovery.metadata),
    ("/.well-known/oauth-authorization-server", ("GET",), discovery.metadata),
    ("/.well-known/jwks.json", ("GET",), discovery.jwks),
    ("/authorize", ("GET", "POST"), endpoint.authorize),
    ("/authorize/resume", ("GET",), endpoint.resume),
    ("/oauth/token", ("GET", "POST"), token_endpoint.token),
    ("/oauth/par", ("POST",), par.push),
    ("/oauth/revoke", ("POST",), revoke.revoke),
    ("/oauth/device/code", ("POST",), device.begin),
    ("/userinfo", ("GET", "POST"), userinfo.userinfo),
    ("/v2/logout", ("GET",), logout.auth0_logout),
    ("/oidc/logout", ("GET", "POST"), logout.oidc_logout),
    ("/oidc/logout/confirm", ("POST",), logout.confirmed),
    ("/dbconnections/signup", ("POST",), dbconnections.signup),
    ("/dbconnections/change_password", ("POST",), dbconnections.change_password),
)


def routes(tenant: Tenant) -> list[BaseRoute]:
    """Return the routes of the authorization server."""
    return [Route(path, _bound(answer, tenant), methods=list(methods)) for path, methods, answer in ENDPOINTS]


def _bound(answer: Callable[[Tenant, Request], Awaitable[Response]], tenant: Tenant) -> Callable[[Request], Any]:
    async def endpoint_of_tenant(request: Request) -> Response:
        return await answer(tenant, request)

    return endpoint_of_tenant
