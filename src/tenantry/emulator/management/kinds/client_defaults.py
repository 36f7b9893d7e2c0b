"""What the server fills into a new client.

Source: recorded traffic of terraform-provider-auth0 (85 creations; TestAccClientTokenQuota: who starts a back-channel
logout; TestAccClientB2BIntegrationConfiguration), auth0-deploy-cli and go-auth0 (TestClient_CreateLinkedToResourceServer);
`third_party_security_mode` assumed to default to permissive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.merge import overlaid

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Document

LEGACY_MEMBERS: dict[str, Any] = {
    "global": False,
    "is_token_endpoint_ip_header_trusted": False,
    "sso_disabled": False,
    "cross_origin_auth": False,
    "cross_origin_authentication": False,
    "custom_login_page_on": True,
    "callback_url_template": False,
}
_ENDLESS = {
    "rotation_type": "non-rotating",
    "expiration_type": "non-expiring",
    "leeway": 0,
    "infinite_token_lifetime": True,
    "infinite_idle_token_lifetime": True,
}
REFRESH_SHORT = {**_ENDLESS, "token_lifetime": 2592000, "idle_token_lifetime": 1296000}
REFRESH_LONG = {**_ENDLESS, "token_lifetime": 31557600, "idle_token_lifetime": 2592000}
SESSION_TRANSFER = {
    "can_create_session_transfer_token": False,
    "enforce_cascade_revocation": True,
    "allowed_authentication_methods": [],
    "enforce_device_binding": "ip",
    "allow_refresh_token": False,
    "enforce_online_refresh_tokens": True,
}
EXPRESS: dict[str, Any] = {
    "callbacks": ["https://system-admin.okta.com/admin/app/generic/oauth20redirect"],
    "organization_usage": "require",
    "organization_require_behavior": "pre_login_prompt",
}
B2B_INTEGRATION: dict[str, Any] = {
    "organization_usage": "require",
    "organization_require_behavior": "pre_login_prompt",
    "organization_discovery_methods": ["email", "organization_name"],
}
LOGOUT_INITIATORS = {"mode": "custom", "selected_initiators": ["rp-logout", "idp-logout"]}
_CONFORMANT = ("resource_server", "express_configuration")
LIFETIME_S, STRICT_LIFETIME_S = 36000, 3600
CONFIDENTIAL = ("client_secret_post", "client_secret_basic")


def filled_in(body: Document) -> Document:
    """Return the body of a creation with what the server adds; ids and secrets come from elsewhere."""
    third_party = body.get("is_first_party") is False
    strict = third_party and body.get("third_party_security_mode") == "strict"
    express = body.get("app_type") == "express_configuration"
    b2b = "b2b_integration_configuration" in body
    conformant = strict or b2b or body.get("app_type") in _CONFORMANT
    extra = EXPRESS if express else B2B_INTEGRATION if b2b else {}
    made = {**LEGACY_MEMBERS, "is_first_party": True, "oidc_conformant": conformant, **extra, **body}
    made["jwt_configuration"] = _jwt(body, strict=strict)
    made.setdefault("grant_types", _grant_types(body, strict=strict))
    made["refresh_token"] = {**_refresh_token(body, third_party=third_party), **body.get("refresh_token", {})}
    if third_party:
        made.setdefault("third_party_security_mode", "permissive")
    if "oidc_logout" in body:
        made["oidc_logout"] = {"backchannel_logout_initiators": LOGOUT_INITIATORS, **body["oidc_logout"]}
    return filled_in_session_transfer(made)


def filled_in_session_transfer(client: Document) -> Document:
    """Return the client with the basic members of its session transfer, if it has any of them."""
    if "session_transfer" not in client:
        return client
    return {**client, "session_transfer": overlaid(SESSION_TRANSFER, client["session_transfer"])}


def _jwt(body: Document, *, strict: bool) -> Document:
    sent = body.get("jwt_configuration")
    made = {"secret_encoded": False, **(sent or {})}
    if sent is None and body.get("app_type") != "express_configuration":
        made["lifetime_in_seconds"] = STRICT_LIFETIME_S if strict else LIFETIME_S
    if strict or body.get("app_type") in _CONFORMANT:
        made.setdefault("alg", "RS256")
    return made


def _grant_types(body: Document, *, strict: bool) -> list[str]:
    if body.get("app_type") == "resource_server":
        return []
    if body.get("app_type") == "express_configuration":
        return ["authorization_code", "client_credentials"]
    if strict or "b2b_integration_configuration" in body:
        return ["authorization_code"]
    public = body.get("token_endpoint_auth_method") == "none"
    return ["authorization_code", "implicit", "refresh_token", *([] if public else ["client_credentials"])]


def _refresh_token(body: Document, *, third_party: bool) -> Document:
    confidential = body.get("token_endpoint_auth_method") in CONFIDENTIAL
    made = dict(REFRESH_LONG if confidential else REFRESH_SHORT)
    if third_party:
        made["expiration_type"] = "expiring"
        made["infinite_idle_token_lifetime"] = False
        if not confidential:
            made["rotation_type"] = "rotating"
            made["infinite_token_lifetime"] = False
    if (body.get("refresh_token") or {}).get("expiration_type") == "expiring":
        made |= {"infinite_token_lifetime": False, "infinite_idle_token_lifetime": False}  # assumed: the published defaults
    return made
