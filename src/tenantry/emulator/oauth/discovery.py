"""The metadata by which clients find the endpoints, and the keys.

Source: OpenID Connect Discovery 1.0 section 3; RFC 8414; copies of the documents of real tenants. Endpoints that the
emulator does not have are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import keys
from tenantry.emulator.oauth.answers import Json
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
    "request_object_signing_alg_values_supported": list(ALGORITHMS),
}  # fmt: skip


async def metadata(tenant: Tenant, request: Request) -> Response:
    """Return the metadata document."""
    authority = Authority(tenant, request)
    endpoints = {name: authority.issuer + path for name, path in PATHS.items()}
    logout = authority.setting("oidc_logout") or {}
    if logout.get("rp_logout_end_session_endpoint_discovery", True):
        endpoints["end_session_endpoint"] = authority.issuer + "oidc/logout"
    document = {"issuer": authority.issuer, **endpoints, **SUPPORTED}
    return Json(_spoilt(authority, document), headers=_public())


async def jwks(tenant: Tenant, request: Request) -> Response:
    """Return the public keys, the current one first."""
    shown = _spoilt_keys(Authority(tenant, request), keys.public_keys(tenant))
    return Json({"keys": shown}, headers=_public())


def _spoilt(authority: Authority, document: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata, made wrong in the ways the tenant is told to be wrong."""
    if authority.misbehaves("discovery_issuer_without_slash"):
        document["issuer"] = authority.issuer.rstrip("/")
    if authority.misbehaves("advertise_none"):
        lists = ("id_token_signing_alg_values_supported", "token_endpoint_auth_signing_alg_values_supported")
        document |= {name: ["none"] for name in lists}
    if authority.misbehaves("advertise_too_little"):
        document |= {"code_challenge_methods_supported": ["plain"], "token_endpoint_auth_methods_supported": []}
    if authority.misbehaves("advertise_foreign_endpoint"):
        document["revocation_endpoint"] = "https://somebody-else.invalid/oauth/revoke"
    if authority.misbehaves("advertise_private_endpoint"):
        document["device_authorization_endpoint"] = "http://10.0.0.1/oauth/device/code"
    return document


def _spoilt_keys(authority: Authority, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the public keys, made wrong in the ways the tenant is told to be wrong."""
    if authority.misbehaves("jwks_without_current_key"):
        shown = [key for key in shown if key["kid"] != keys.current(authority.tenant)["kid"]]
    if authority.misbehaves("publish_private_keys"):
        shown = [{**key, "d": "AQAB"} for key in shown]
    if authority.misbehaves("publish_short_key"):
        shown = [*shown, keys.short_key()]
    if authority.misbehaves("publish_unnamed_key"):
        shown = [*shown, {name: value for name, value in shown[0].items() if name != "kid"}]
    if authority.misbehaves("publish_wrong_certificates"):
        shown = [{**key, "x5c": other["x5c"]} for key, other in zip(shown, [*shown[1:], shown[0]], strict=True)]
    return shown


def _public() -> dict[str, str]:
    return {"Cache-Control": "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"}
