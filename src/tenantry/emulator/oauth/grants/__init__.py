"""The grants: one module each, which turns what the application sends into tokens.

Source: RFC 6749 section 4; Auth0 docs, "Application grant types".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth.grants import (
    authorization_code,
    client_credentials,
    device_code,
    password,
    password_realm,
    refresh_token,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller

GRANTS: dict[str, Callable[[Authority, Caller, dict[str, str]], dict[str, Any]]] = {
    module.GRANT_TYPE: module.exchange
    for module in (authorization_code, client_credentials, device_code, password, password_realm, refresh_token)
}
