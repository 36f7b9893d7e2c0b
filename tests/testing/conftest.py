"""The fixtures under test, taken as a user's conftest takes them."""

from __future__ import annotations

from tenantry.testing.plugin import tenant, tenant_file, tenant_serve

__all__ = ["tenant", "tenant_file", "tenant_serve"]
