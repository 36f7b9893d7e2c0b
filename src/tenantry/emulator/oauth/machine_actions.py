"""What happens before an application gets its own token: the deployed credentials-exchange Actions run.

Source: Auth0 docs, "Actions / Machine to machine flow" (event object and api object, version 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import actions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

TRIGGER, HANDLER = "credentials-exchange", "onExecuteCredentialsExchange"


def run(authority: Authority, authorization: Authorization) -> Authorization:
    """Return the authorization with the claims that Actions set.

    Raises: OAuthError when an Action denies access or fails.
    """

    def event(so_far: Authorization) -> dict[str, Any]:
        return {
            "client": actions.client_event(authority.client(so_far.client_id) or {}),
            "resource_server": {"identifier": so_far.audience},
            "request": actions.request_event(authority),
            "tenant": {"id": authority.tenant.name},
            "transaction": {"requested_scopes": list(so_far.scope)},
            "accessToken": {"scope": list(so_far.scope), "customClaims": so_far.access_claims},
        }

    return actions.run(authority, authorization, TRIGGER, HANDLER, event=event, effects=EFFECTS)


EFFECTS: dict[str, Callable[..., Authorization]] = {
    "accessToken.setCustomClaim": actions.set_access_claim,
    "accessToken.addScope": actions.add_scope,
    "accessToken.removeScope": actions.remove_scope,
    "access.deny": actions.deny,
}
