"""The scopes of the Management API itself.

Source: Auth0's published OpenAPI description (what operations ask for); recorded traffic of auth0-deploy-cli (scopes of
a live tenant that no published operation asks for; those of users for themselves are not among them).
"""

from __future__ import annotations

from functools import cache

from tenantry.emulator.facts.catalogue import catalogue

_CREATE, _READ, _UPDATE, _DELETE = "create", "read", "update", "delete"
_OTHERS: dict[str, tuple[str, ...]] = {
    "client_keys": (_CREATE, _DELETE),
    "connections_options": (_READ, _UPDATE),
    "device_credentials": (_CREATE, _UPDATE),
    "entitlements": (_READ,),
    "flows_vault": (_READ,),
    "groups": (_CREATE, _UPDATE),
    "insights": (_READ,),
    "limits": (_READ, _UPDATE),
    "network_acl_keys": (_CREATE, _READ, _UPDATE, _DELETE),
    "organization_clients": (_CREATE, _READ, _UPDATE, _DELETE),
    "organization_groups": (_CREATE, _DELETE),
    "passwords_checking_job": (_CREATE, _DELETE),
    "portals": (_CREATE, _READ, _UPDATE, _DELETE),
    "security_metrics": (_READ,),
    "shields": (_CREATE, _READ, _UPDATE, _DELETE),
    "tokens": ("blacklist",),
    "triggers": (_READ, _UPDATE),
    "user_custom_blocks": (_CREATE, _READ, _DELETE),
    "users_app_metadata": (_CREATE, _READ, _DELETE),
}


@cache
def management_scopes() -> tuple[str, ...]:
    """Return every scope an application can be granted, in alphabetical order."""
    asked = {scope for operation in catalogue().operations.values() for scope in operation.scopes}
    others = {f"{verb}:{what}" for what, verbs in _OTHERS.items() for verb in verbs}
    return tuple(sorted(scope for scope in asked | others if ":current_user" not in scope))


def described(scope: str) -> str:
    """Return the description under which the API lists a scope."""
    return scope.replace(":", " ").replace("_", " ").title()
