"""Universal Login: the pages a person or a script walks through.

Source: Auth0 docs, "Universal Login"; public scripts that walk the pages of real tenants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from tenantry.emulator.tenant import Tenant

__all__ = ["routes"]


def routes(tenant: Tenant) -> list[BaseRoute]:
    """Return the routes under /u and the device activation."""
    from tenantry.emulator.login import screens  # noqa: PLC0415 - screens need oauth, which needs the pages of this room

    return screens.routes(tenant)
