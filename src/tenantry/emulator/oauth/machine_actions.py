"""What happens before an application gets its own token: the deployed credentials-exchange Actions run.

Source: Auth0 docs, "Actions / Machine to machine flow".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization


def run(authority: Authority, authorization: Authorization) -> Authorization:
    """Return the authorization with the claims that Actions set.

    Raises: OAuthError when an Action denies access or fails.
    """
    del authority
    return authorization
