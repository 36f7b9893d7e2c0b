"""The password grant of Auth0's own, which names the directory.

Source: Auth0 docs, "Resource owner password flow", extension "password-realm".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import connections
from tenantry.emulator.oauth.errors import OAuthError
from tenantry.emulator.oauth.grants.password import tokens_of_user
from tenantry.emulator.oauth.parameters import required

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller
    from tenantry.emulator.oauth.token_response import Granted

GRANT_TYPE = "http://auth0.com/oauth/grant-type/password-realm"


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return the tokens of a user of the realm."""
    realm = required(sent, "realm")
    connection = connections.named(authority, realm)
    if connection is None:
        raise OAuthError(403, "invalid_request", f"Unknown realm: {realm}")
    return tokens_of_user(authority, caller, sent, connection)
