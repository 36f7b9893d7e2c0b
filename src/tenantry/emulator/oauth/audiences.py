"""Which API an application asks for where there is no callback to tell of a refusal.

Source: Auth0 docs, "API access policies for applications" (they hold for every flow that gives a user's token). The refusals
are worded like those of /authorize; their statuses are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth.errors import OAuthError, access_denied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]


def asked(authority: Authority, client: Document, sent: Mapping[str, str]) -> tuple[str | None, Document | None]:
    """Return the identifier of the API asked for and the API, None for both when /userinfo alone is.

    Raises: OAuthError when there is no such API, or when it does not let users of the application in.
    """
    audience = authority.audience(sent)
    api = authority.api(audience)
    if audience and api is None:
        raise access_denied(f"Service not found: {audience}")
    if api and not authority.lets_users_in(client, api):
        raise OAuthError(403, "unauthorized_client", not_let_in(client, audience))
    return audience, api


def not_let_in(client: Document, audience: str | None) -> str:
    """Return what an application is told that may not reach the API."""
    return f'Client "{client["client_id"]}" is not authorized to access resource server "{audience}".'
