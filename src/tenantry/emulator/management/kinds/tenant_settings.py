"""Tenant settings.

Source: recorded traffic of terraform-provider-auth0 and auth0-deploy-cli (state of a tenant, what PATCH merges);
issue 338 of alexkappa/terraform-provider-auth0 (a sandbox that there is not).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.kind import Settings

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

FRESH_SETTINGS: dict[str, Any] = {
    "enabled_locales": ["en"],
    "flags": {
        "allow_changing_enable_sso": False,
        "disable_impersonation": True,
        "enable_sso": True,
        "universal_login": True,
        "revoke_refresh_token_grant": False,
        "disable_clickjack_protection_headers": False,
        "enable_client_connections": False,
    },
    "session_lifetime": 168,
    "idle_session_lifetime": 72,
    "ephemeral_session_lifetime": 72,
    "idle_ephemeral_session_lifetime": 24,
    "oidc_logout": {"rp_logout_end_session_endpoint_discovery": True},
    "sandbox_version": "22",
    "resource_parameter_profile": "audience",
    "phone_consolidated_experience": False,
    "dynamic_client_registration_security_mode": "permissive",
}
_MINUTES = ("session_lifetime", "idle_session_lifetime", "ephemeral_session_lifetime", "idle_ephemeral_session_lifetime")
_SANDBOXES = ["22", "18", "12"]
_CLEARED_BY_EMPTY = ("default_redirection_uri",)


def _revise(call: Call, _before: Document, after: Document) -> Document:
    directory = call.body.get("default_directory")
    if directory and not call.store.find("connections", "name", directory):
        raise invalid(f"The connection {directory} does not exist.")
    if after.get("sandbox_version") not in _SANDBOXES:
        options = json.dumps(_SANDBOXES)
        raise invalid(f"The sandbox_version provided is invalid. Please use one of the available options: {options}")
    made = {name: value for name, value in after.items() if name not in _CLEARED_BY_EMPTY or value}
    for name in _MINUTES:
        minutes = made.pop(f"{name}_in_minutes", None)
        if minutes is not None:
            hours = minutes / 60
            made[name] = int(hours) if hours.is_integer() else hours
    return made


def _shown(call: Call, document: Document) -> Document:
    if call.request.method == "GET":
        return {**document, "sandbox_versions_available": _SANDBOXES}
    return document


SETTINGS = Settings(
    path="/tenants/settings",
    key="tenant",
    defaults=FRESH_SETTINGS,
    deep=("flags", "change_password", "guardian_mfa_page", "error_page", "universal_login", "universal_login.*"),
    revise=_revise,
    shown=_shown,
)
HANDLERS: dict[str, Handler] = SETTINGS.handlers()
