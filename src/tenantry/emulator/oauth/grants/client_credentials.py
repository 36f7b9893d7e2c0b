"""An application's own token.

Source: RFC 6749 section 4.4; Auth0 docs, "Client credentials flow", "Application access to APIs: client grants",
"Machine-to-machine access for organizations"; wording from public reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import machine_actions, scopes
from tenantry.emulator.oauth.authority import policy
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import access_denied, invalid_request, unauthorized
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller

Document = dict[str, Any]
GRANT_TYPE = "client_credentials"


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return an access token for the application itself, with neither ID nor refresh token."""
    public = authority.misbehaves("tokens_for_public_clients")
    if not caller.is_proved and not public:
        raise unauthorized()
    audience = authority.audience(sent)
    if not audience:
        raise access_denied("Non-global clients are not allowed access to APIv1")
    api = authority.api(audience)
    if api is None and authority.misbehaves("accept_unknown_audience"):
        return Granted(Authorization(client_id=caller.client_id))
    if api is None:
        raise access_denied(f"Service not enabled within domain: {audience}")
    grant = _grant(authority, caller, api, audience)
    authorization = Authorization(
        client_id=caller.client_id,
        audience=audience,
        scope=_scope(authority, scopes.split(sent.get("scope")), grant, api),
        gty="client-credentials",
        organization=_organization(authority, caller, grant, sent),
    )
    return Granted(machine_actions.run(authority, authorization))


def _grant(authority: Authority, caller: Caller, api: Document, audience: str) -> Document:
    grant = authority.client_grant(caller.client, api["identifier"], "client")
    if authority.misbehaves("ignore_client_grants") or authority.misbehaves("tokens_for_public_clients"):
        return grant or {"scope": list(scopes.declared(api))}
    if grant is None or policy(api, "client") == "deny_all":
        raise access_denied(
            f'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this API. '
            "See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
        )
    return grant


def _scope(authority: Authority, asked: tuple[str, ...], grant: Document, api: Document) -> tuple[str, ...]:
    granted = scopes.of_grant(grant, api)
    missing = [one for one in asked if one not in granted]
    if missing and not authority.misbehaves("grant_undeclared_scopes"):
        raise access_denied(f"Client has not been granted scopes: {', '.join(missing)}")
    return granted if authority.misbehaves("ignore_asked_scope") else asked or granted


def _organization(authority: Authority, caller: Caller, grant: Document, sent: dict[str, str]) -> str | None:
    usage = grant.get("organization_usage") or "deny"
    asked = sent.get("organization") or _default_organization(caller.client)
    if not asked:
        if usage == "require":
            raise invalid_request("parameter organization is required for this client")
        return None
    organization = authority.organization(asked)
    if usage == "deny" or organization is None:
        raise access_denied(f"Client is not authorized to access organization {asked}")
    if not grant.get("allow_any_organization") and grant.get("id") not in _grants_of(authority, organization["id"]):
        raise access_denied(f"Client is not authorized to access organization {asked}")
    return str(organization["id"])


def _default_organization(client: Document) -> str | None:
    default = client.get("default_organization") or {}
    return default.get("organization_id") if "client_credentials" in (default.get("flows") or ()) else None


def _grants_of(authority: Authority, organization_id: str) -> list[str]:
    return list((authority.store.get("organization_client_grants", organization_id) or {}).get("grants") or ())
