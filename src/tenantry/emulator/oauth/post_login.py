"""What happens at each login and each refresh before tokens are made: the deployed post-login Actions run.

Source: Auth0 docs, "Actions / Login flow".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization


def run(authority: Authority, authorization: Authorization, *, protocol: str) -> Authorization:
    """Return the authorization with the claims that Actions set.

    Raises: OAuthError when an Action denies access or fails.
    """
    del authority, protocol
    return authorization
