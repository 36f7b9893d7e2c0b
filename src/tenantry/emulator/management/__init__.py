"""The Management API v2 of the emulated tenant.

`routes(tenant)` serves `/api/v2/*`; `seed(tenant)` fills a fresh tenant. The template of the operation that a request
reached, `"PATCH /clients/{id}"`, is left on `request.state.operation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Mount

from tenantry.emulator.management.front import PREFIX, ManagementApi
from tenantry.emulator.management.kinds import exports, tickets
from tenantry.emulator.management.seeding import seed
from tenantry.emulator.oauth.tokens import verify_management

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from tenantry.emulator.tenant import Tenant

__all__ = ["routes", "seed"]


def routes(tenant: Tenant) -> list[BaseRoute]:
    """Return the routes below /api/v2/, those of exported files and of verification links."""
    return [Mount(PREFIX, app=ManagementApi(tenant, verify_management)), exports.route(tenant), tickets.route(tenant)]
