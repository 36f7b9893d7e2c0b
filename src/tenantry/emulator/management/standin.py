"""Stands in for the OAuth room's verification of management tokens until it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.seeding import management_scopes

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.tenant import Tenant


def verify_management(_tenant: Tenant, request: Request) -> dict[str, Any] | None:
    """Accept the word `stand-in`."""
    if request.headers["authorization"] != "Bearer stand-in":
        return None
    return {"scope": " ".join(management_scopes())}
