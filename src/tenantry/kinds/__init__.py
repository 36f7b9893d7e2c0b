"""What the tool knows of each kind of resource: one module per kind, and the registry.

A new kind is a module that ends in a ``Kind``, a line in ``KINDS``, and a test. Annotations in this room are not postponed: the
Specs need them at once, and reading them back from text made every start a quarter slower here.
"""

from tenantry.kinds.actions import ACTIONS
from tenantry.kinds.apis import APIS
from tenantry.kinds.applications import APPLICATIONS
from tenantry.kinds.client_grants import CLIENT_GRANTS
from tenantry.kinds.connections import CONNECTIONS
from tenantry.kinds.organizations import ORGANIZATIONS
from tenantry.kinds.roles import ROLES
from tenantry.kinds.tenant_settings import TENANT_SETTINGS
from tenantry.kinds.triggers import TRIGGERS
from tenantry.model.kind import Kind

KINDS: dict[str, Kind] = {
    kind.section: kind
    for kind in (
        TENANT_SETTINGS,
        APIS,
        APPLICATIONS,
        CLIENT_GRANTS,
        CONNECTIONS,
        ROLES,
        ORGANIZATIONS,
        ACTIONS,
        TRIGGERS,
    )
}
"""Every kind by its section; the order is the one that files and exports are written in."""

ALIASES: dict[str, str] = {alias: kind.section for kind in KINDS.values() for alias in kind.aliases}
"""Other names of sections that a file may use."""

__all__ = ["ALIASES", "KINDS"]
