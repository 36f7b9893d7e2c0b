"""The pages under /u, and the activation of a device: which page answers which path.

Source: public scripts that walk the pages of real tenants (paths, field names, status codes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tenantry.emulator.login import activation, confirmation, consent, identifier, organization, signup
from tenantry.emulator.login.screen import served

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from tenantry.emulator.tenant import Tenant

SCREENS: tuple[tuple[str, Any], ...] = (
    ("/u/login", identifier.LOGIN),
    ("/u/login/identifier", identifier.IDENTIFIER),
    ("/u/login/password", identifier.PASSWORD),
    ("/u/signup", signup.SIGNUP),
    ("/u/organization", organization.PROMPT),
    ("/u/organization-picker", organization.PICKER),
    ("/u/consent", consent.CONSENT),
    ("/u/confirmation", confirmation.CONFIRMATION),
)


def routes(tenant: Tenant) -> list[BaseRoute]:
    """Return the routes of every page."""
    pages: list[BaseRoute] = [Route(path, served(tenant, screen), methods=["GET", "POST"]) for path, screen in SCREENS]
    return [*pages, *activation.routes(tenant)]
