"""Every kind that the emulator imitates, in one table: operation → handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.kinds import (
    actions,
    attack_protection,
    branding,
    client_authentication,
    client_grants,
    clients,
    connections,
    custom_domains,
    emails,
    forms,
    guardian,
    keys,
    modules,
    network_acls,
    organization_members,
    organization_parts,
    organizations,
    profiles,
    prompts,
    provisioning,
    resource_servers,
    roles,
    rules,
    runtime,
    streams,
    tenant_settings,
    triggers,
    users,
)

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Handler

MODULES = (
    actions,
    attack_protection,
    branding,
    client_authentication,
    client_grants,
    clients,
    connections,
    custom_domains,
    emails,
    forms,
    guardian,
    keys,
    modules,
    network_acls,
    organization_members,
    organization_parts,
    organizations,
    profiles,
    prompts,
    provisioning,
    resource_servers,
    roles,
    rules,
    runtime,
    streams,
    tenant_settings,
    triggers,
    users,
)
HANDLERS: dict[str, Handler] = {name: handler for module in MODULES for name, handler in module.HANDLERS.items()}
