"""The grants: one module each, which turns what the application sends into tokens.

Source: RFC 6749 section 4; Auth0 docs, "Application grant types".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth.grants import (
    authorization_code,
    client_credentials,
    device_code,
    password,
    password_realm,
    refresh_token,
    token_exchange,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller
    from tenantry.emulator.oauth.token_response import Granted

GRANTS: dict[str, Callable[[Authority, Caller, dict[str, str]], Granted]] = {
    module.GRANT_TYPE: module.exchange
    for module in (
        authorization_code,
        client_credentials,
        device_code,
        password,
        password_realm,
        refresh_token,
        token_exchange,
    )
}


def is_allowed(client: dict[str, Any], grant_type: str) -> bool:
    """Return whether the application may use the grant; token exchange has a switch of its own."""
    if grant_type == token_exchange.GRANT_TYPE:
        return token_exchange.is_allowed(client)
    return grant_type in (client.get("grant_types") or ())
