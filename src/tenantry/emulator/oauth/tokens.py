"""What the Management API asks about the tokens it is shown.

Source: Auth0 docs, "Management API access tokens"; recorded traffic (the audience).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import bearer
from tenantry.emulator.oauth.authority import Authority

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.tenant import Tenant

Claims = dict[str, Any]


def verify_management(tenant: Tenant, request: Request) -> Claims | None:
    """Return the claims of the request's bearer token if it is a token for the Management API, else None."""
    value = bearer.token(request)
    claims = bearer.verified(Authority(tenant, request), value) if value else None
    if claims is None or tenant.management_audience(request) not in bearer.audiences(claims):
        return None
    return claims
