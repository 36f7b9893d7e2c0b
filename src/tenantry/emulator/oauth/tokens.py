"""What the Management API asks about the tokens it is shown.

Source: Auth0 docs, "Management API access tokens"; recorded traffic (the audience); a published log of WP-Auth0 (how another
one is refused).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import bearer
from tenantry.emulator.oauth.authority import Authority

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.tenant import Tenant

Claims = dict[str, Any]


def verify_management(tenant: Tenant, request: Request) -> Claims:
    """Return the claims of the request's bearer token, which is one for the Management API.

    Raises: Distrusted.
    """
    claims = bearer.verified(Authority(tenant, request), bearer.token(request) or "")
    wanted = tenant.management_audience(request)
    if wanted not in bearer.audiences(claims):
        raise bearer.Distrusted(f"Bad audience: {wanted}")
    return claims
