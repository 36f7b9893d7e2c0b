"""What real tenants accept beyond the published description, or answer otherwise, in the same compact form.

Source: recorded traffic of terraform-provider-auth0, auth0-deploy-cli and go-auth0 (2022 to 2026); parameters and members that
only newer SDKs of Auth0 send are taken from there; issue 3372 of wso2/api-manager (grant types are a set).
"""

from __future__ import annotations

from typing import Any

_STRING = {"t": "string"}
_BOOLEAN = {"t": "boolean"}
_INTEGER = {"t": "integer"}
_PAGED = {"include_totals": _BOOLEAN, "page": {**_INTEGER, "n": 0}, "per_page": {**_INTEGER, "n": 0, "x": 100}}
_CHECKPOINT = {"from": _STRING, "take": {**_INTEGER, "n": 1, "x": 100}}
_CLIENT_ACCESS = {
    "t": "object",
    "a": 0,
    "r": ["client_id"],
    "p": {"client_id": {"t": "string", "nl": 1}, "use_for_member_access": _BOOLEAN},
}
_GROUPS = {"$": "ReplaceSynchronizedGroupsRequestContent"}
_WEBAUTHN = {
    "t": "object",
    "p": {"overrideRelyingParty": _BOOLEAN, "relyingPartyIdentifier": _STRING, "userVerification": _STRING},
}


def _clients(scope: str) -> dict[str, Any]:
    return {"scopes": [f"{scope}:organization_clients"]}


OPERATIONS: dict[str, dict[str, Any]] = {
    # answered with another status than published
    "DELETE /roles/{id}": {"status": 200},
    "DELETE /roles/{id}/permissions": {"status": 204},
    "PATCH /clients/{client_id}/credentials/{credential_id}": {"status": 200},
    "PATCH /hooks/{id}": {"status": 200},
    "PATCH /resource-servers/{id}": {"status": 200},
    "POST /actions/actions/{id}/deploy": {"status": 200},
    "POST /custom-domains/{id}/verify": {"status": 201},
    "POST /organizations/{id}/invitations": {"status": 201},
    # ids whose form is checked
    **{
        f"{method} /{kind}/{{id}}": {"p": {"id": {"t": "string", "f": form}}}
        for kind, form in (("event-streams", "event-stream-id"), ("network-acls", "network-acl-id"))
        for method in ("GET", "PATCH", "PUT", "DELETE")
        if (method, kind) != ("PUT", "event-streams")
    },
    "DELETE /network-acls/{id}": {"status": 200, "p": {"id": {"t": "string", "f": "network-acl-id"}}},
    # query parameters that are not published
    "GET /clients/{client_id}/credentials": {"q": _PAGED},
    "GET /logs": {"q": {"q": _STRING, **_CHECKPOINT}},
    "GET /rules-configs": {"q": _PAGED},
    "GET /users/{id}/authentication-methods/{authentication_method_id}": {"q": _PAGED},
    "GET /organizations": {"q": {"include_client_association_for": _STRING}},
    "GET /roles": {"q": {"type": _STRING, "owner_id": _STRING}},
    # lists whose counters differ
    "GET /actions/modules": {"list": {"key": "modules", "shapes": ["counted"], "extra": ["total"]}},
    "GET /actions/modules/{id}/versions": {"list": {"key": "versions", "shapes": ["counted"], "extra": ["total"]}},
    "GET /actions/modules/{id}/actions": {"list": {"key": "actions", "shapes": ["counted"], "extra": ["total"]}},
    # whole operations
    "POST /organizations/{id}/clients": {
        **_clients("create"),
        "status": 201,
        "body": {"t": "object", "a": 0, "r": ["clients"], "p": {"clients": {"t": "array", "xi": 10, "i": _CLIENT_ACCESS}}},
    },
    "GET /organizations/{id}/clients": {
        **_clients("read"),
        "q": _CHECKPOINT,
        "list": {"key": "clients", "shapes": ["checkpoint"]},
    },
    "DELETE /organizations/{id}/clients": {
        **_clients("delete"),
        "status": 204,
        "body": {"t": "object", "a": 0, "r": ["clients"], "p": {"clients": {"t": "array", "i": _STRING}}},
    },
    "GET /organizations/{id}/clients/{client_id}": _clients("read"),
    "PATCH /organizations/{id}/clients/{client_id}": {
        **_clients("update"),
        "body": {"t": "object", "a": 0, "p": {"use_for_member_access": _BOOLEAN}},
    },
    "GET /organizations/{id}/roles/{role_id}/members": {
        "scopes": ["read:organization_members"],
        "q": {**_CHECKPOINT, "fields": _STRING, "include_fields": _BOOLEAN},
        "list": {"key": "members", "shapes": ["checkpoint"]},
    },
    "POST /connections/{id}/directory-provisioning/synchronized-groups": {
        "scopes": ["update:directory_provisionings"],
        "status": 204,
        "body": _GROUPS,
    },
    "DELETE /connections/{id}/directory-provisioning/synchronized-groups": {
        "scopes": ["update:directory_provisionings"],
        "status": 204,
        "body": {"t": "object", "p": {"groups": {"t": "array", "i": {"t": "object", "p": {"id": _STRING}}}}},
    },
    "GET /guardian/factors/webauthn-roaming/settings": {"scopes": ["read:guardian_factors"]},
    "PUT /guardian/factors/webauthn-roaming/settings": {"scopes": ["update:guardian_factors"], "body": _WEBAUTHN},
    "GET /guardian/factors/webauthn-platform/settings": {"scopes": ["read:guardian_factors"]},
    "PUT /guardian/factors/webauthn-platform/settings": {"scopes": ["update:guardian_factors"], "body": _WEBAUTHN},
    "GET /prompts/mfa-push": {"scopes": ["read:prompts"]},
    "PATCH /prompts/mfa-push": {"scopes": ["update:prompts"], "body": {"t": "object"}},
}

_RESOURCE_SERVER = {
    "token_lifetime_for_web": {**_INTEGER, "n": 0, "x": 2592000},
    "verification_location": _STRING,
    "token_lifetime_for_anonymous_access_tokens": {"t": ["integer", "null"], "n": 86400, "x": 2592000},
    "access_token": {"t": ["object", "null"]},
    "require_consent_non_repudiation": _BOOLEAN,
}
_NULL = ["object", "null"]
_CLIENT = {
    "grant_types": {"t": "array", "u": True, "i": {"t": "string", "nl": 1}},
    "anonymous_sessions": {"t": _NULL, "p": {"active": _BOOLEAN}},
    "enforce_anon_session_transfer_network_binding": {"t": "string", "e": ["ip", "asn", "none"]},
    "b2b_integration_configuration": {"t": _NULL},
    "identity_assertion_authorization_grant": {"t": _NULL, "p": {"active": _BOOLEAN}},
    "oidc_support": {"t": _NULL},
}
_ORGANIZATION = {
    "third_party_client_access": {"t": "string", "e": ["block", "allow"]},
    "is_app_entitlement_active": _BOOLEAN,
}
_VAULT_GRANT = {
    "t": "object",
    "r": ["connection"],
    "p": {"connection": _STRING, "scopes": {"t": "array", "xi": 20, "i": _STRING}},
}


def _vault(credential: str) -> dict[str, Any]:
    """Return the members of privileged access to the token vault, with the limits that recorded refusals show."""
    return {
        "credentials": {"t": "array", "xi": 2, "i": {"$": credential}},
        "ip_allowlist": {"t": "array", "xi": 10, "i": {"$": "TokenVaultPrivilegedAccessIpAllowlistEntry"}},
        "grants": {"t": "array", "xi": 5, "i": _VAULT_GRANT},
    }


_CONNECTION = {"cross_app_access_resource_app": {"t": _NULL, "p": {"status": _STRING}}}

_AUTHORIZATION = {
    "t": "object",
    "r": ["method"],
    "p": {
        "method": {"t": "string", "e": ["basic", "bearer", "custom_header"]},
        **dict.fromkeys(("username", "password", "token", "header_key", "header_value"), _STRING),
    },
    "a": 0,
}

_TRIGGERS = [
    "post-login",
    "credentials-exchange",
    "pre-user-registration",
    "post-user-registration",
    "post-change-password",
    "send-phone-message",
    "custom-phone-provider",
    "custom-email-provider",
    "password-reset-post-challenge",
    "custom-token-exchange",
    "event-stream",
    "password-hash-migration",
    "login-post-identifier",
    "signup-post-identifier",
    "mcp-tool",
]

SCHEMAS: dict[str, dict[str, Any]] = {
    "ActionTriggerTypeEnum": {"e": _TRIGGERS},
    "CreateResourceServerRequestContent": {"p": _RESOURCE_SERVER},
    "UpdateResourceServerRequestContent": {"p": _RESOURCE_SERVER},
    "CreateClientRequestContent": {"p": _CLIENT},
    "UpdateClientRequestContent": {"p": _CLIENT},
    "ClientAddons": {"t": _NULL},
    "ClientOIDCBackchannelLogoutSettings": {"t": _NULL},
    "ClientSignedRequestObjectWithCredentialId": {"t": _NULL},
    "ClientTokenVaultPrivilegedAccessWithCredentialId": {"t": _NULL, "p": _vault("CredentialId")},
    "ClientTokenVaultPrivilegedAccessWithPublicKey": {"p": _vault("PublicKeyCredential")},
    "ClientGrantSubjectTypeEnum": {"e": ["client", "user", "anonymous_user"]},
    "ResourceServerSubjectTypeAuthorization": {
        "p": {"anonymous_user": {"$": "ResourceServerSubjectTypeAuthorizationClient"}},
    },
    "CreateOrganizationRequestContent": {"p": _ORGANIZATION},
    "UpdateOrganizationRequestContent": {"p": _ORGANIZATION},
    "CreateConnectionRequestContent": {"p": _CONNECTION},
    "UpdateConnectionRequestContent": {"p": _CONNECTION},
    "CreateRoleRequestContent": {
        "p": {"type": {"t": "string", "e": ["tenant", "organization"]}, "owner_id": {"t": "string", "f": "organization-id"}}
    },
    "UsernameAttributeIdentifier": {"p": {"default_method": _STRING}},
    "SynchronizedGroupPayload": {
        "p": {
            "name": _STRING,
            "email": {"t": "string", "f": "email"},
            "direct_members_count": {**_INTEGER, "n": 0},
        }
    },
    "EventStreamWebhookAuthorizationResponse": {"one": [_AUTHORIZATION]},
    "NetworkAclMatch": {"p": {"auth0_managed": {"t": "array", "ni": 1, "u": True, "i": _STRING}}},
    "UpdateEnabledClientConnectionsRequestContent": {"ni": 1, "xi": 50},
    "SuspiciousIPThrottlingStage": {"p": {"pre-custom-token-exchange": {"$": "SuspiciousIPThrottlingPreLoginStage"}}},
    "UpdateTenantSettingsRequestContent": {"p": {"universal_login": {"t": "object"}}},
    "TenantSettingsFlags": {"p": {"use_scope_descriptions_for_consent": _BOOLEAN}},
    "CreateBrandingThemeRequestContent": {"p": {"identifiers": {"t": "object"}}},
    "UpdateBrandingThemeRequestContent": {"p": {"identifiers": {"t": "object"}}},
}
