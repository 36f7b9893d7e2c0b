"""The metadata by which clients find the endpoints, and the keys.

Source: OpenID Connect Discovery 1.0 section 3; RFC 8414; copies of the documents of real tenants. Endpoints that the
emulator does not have are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from tenantry.emulator.oauth import client_assertions, keys
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.client_assertions import ALGORITHMS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

PATHS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "oauth/token",
    "device_authorization_endpoint": "oauth/device/code",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": ".well-known/jwks.json",
    "revocation_endpoint": "oauth/revoke",
    "pushed_authorization_request_endpoint": "oauth/par",
}
SUPPORTED: dict[str, Any] = {
    "scopes_supported": [
        "openid", "profile", "offline_access", "name", "given_name", "family_name", "nickname", "email", "email_verified",
        "picture", "created_at", "identities", "phone", "address",
    ],
    "response_types_supported": [
        "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token",
    ],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["HS256", "RS256", "PS256"],
    "code_challenge_methods_supported": ["S256", "plain"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
    "claims_supported": [
        "aud", "auth_time", "created_at", "email", "email_verified", "exp", "family_name", "given_name", "iat", "identities",
        "iss", "name", "nickname", "phone_number", "picture", "sub",
    ],
    "request_uri_parameter_supported": False,
    "request_parameter_supported": True,
    "request_object_signing_alg_values_supported": list(client_assertions.ALGORITHMS),
}  # fmt: skip


async def metadata(tenant: Tenant, request: Request) -> Response:
    """Return the metadata document."""
    authority = Authority(tenant, request)
    issuer = authority.issuer
    if authority.misbehaves("discovery_issuer_without_slash"):
        issuer = issuer.rstrip("/")
    endpoints = {name: authority.issuer + path for name, path in PATHS.items()}
    logout = authority.setting("oidc_logout") or {}
    if logout.get("rp_logout_end_session_endpoint_discovery", True):
        endpoints["end_session_endpoint"] = authority.issuer + "oidc/logout"
    algorithms = {"id_token_signing_alg_values_supported": ["none"]} if authority.misbehaves("advertise_none") else {}
    return JSONResponse({"issuer": issuer, **endpoints, **SUPPORTED, **algorithms}, headers=_public())


async def jwks(tenant: Tenant, request: Request) -> Response:
    """Return the public keys, the current one first."""
    shown = keys.public_keys(tenant)
    if Authority(tenant, request).misbehaves("jwks_without_current_key"):
        shown = [key for key in shown if key["kid"] != keys.current(tenant)["kid"]]
    return JSONResponse({"keys": shown}, headers=_public())


def _public() -> dict[str, str]:
    return {"Cache-Control": "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"}
