"""What users have consented to, per application and API.

Shape: `user_grants[id]` is `{id, clientID, user_id, audience, scope}`, as GET /api/v2/grants returns it.
Source: Auth0 docs, "User consent and third-party applications"; flag `skip_consent_for_verifiable_first_party_clients`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth.authority import is_first_party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]


def is_due(  # what is asked for is one thing, but the store keeps it as four
    authority: Authority, client: Document, api: Document | None, user_id: str, scope: Iterable[str]
) -> bool:
    """Return whether the user must be asked: never for what was consented to before."""
    if is_first_party(client) and (api is None or api.get("skip_consent_for_verifiable_first_party_clients")):
        return False
    if authority.misbehaves("skip_consent"):
        return False
    known = _known(authority, client["client_id"], user_id, _audience(authority, api))
    return known is None or not set(scope) <= set(known["scope"])


def give(authority: Authority, client: Document, api: Document | None, user_id: str, scope: Iterable[str]) -> None:
    """Remember the user's consent, beside what was consented to before."""
    audience = _audience(authority, api)
    known = _known(authority, client["client_id"], user_id, audience) or {
        "id": authority.tenant.ids.new("user_grants", f"{user_id}:{client['client_id']}:{audience}"),
        "clientID": client["client_id"],
        "user_id": user_id,
        "audience": audience,
        "scope": [],
    }
    merged = list(dict.fromkeys([*known["scope"], *scope]))
    authority.store.put("user_grants", known["id"], {**known, "scope": merged})


def _audience(authority: Authority, api: Document | None) -> str:
    return str(api["identifier"]) if api else authority.userinfo_audience


def _known(authority: Authority, client_id: str, user_id: str, audience: str) -> Document | None:
    for grant in authority.store.find("user_grants", "user_id", user_id):
        if grant["clientID"] == client_id and grant["audience"] == audience:
            return grant
    return None
