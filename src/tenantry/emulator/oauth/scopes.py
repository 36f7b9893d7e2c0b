"""Which of the requested scopes are granted.

Source: Auth0 docs, "OpenID Connect scopes", "API scopes", "Enable role-based access control for APIs",
"API access policies for applications"; scopes that nobody declares are dropped without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import rights
from tenantry.emulator.oauth.authority import is_strict, needs_grant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
OPENID = ("openid", "profile", "email", "address", "phone")
OFFLINE = "offline_access"


def split(scope: str | None) -> tuple[str, ...]:
    """Return the scopes of a parameter, in order and each once."""
    return tuple(dict.fromkeys((scope or "").split()))


def declared(api: Document | None) -> tuple[str, ...]:
    """Return the scopes that the API declares."""
    return tuple(scope["value"] for scope in (api or {}).get("scopes") or ())


def of_user(  # five facts decide, and none of them follows from another
    authority: Authority,
    requested: Iterable[str],
    *,
    client: Document,
    api: Document | None,
    user: Document,
    organization: str | None = None,
) -> tuple[str, ...]:
    """Return what a user's token may say, in the order requested."""
    if authority.misbehaves("grant_undeclared_scopes"):
        return tuple(requested)
    if authority.misbehaves("grant_unasked_scopes"):
        requested = dict.fromkeys((*requested, *declared(api)))
    allowed = set(_openid(client))
    if offline_allowed(client, api):
        allowed.add(OFFLINE)
    if api is not None:
        allowed |= _of_api(authority, client, api, user, organization)
    return tuple(scope for scope in requested if scope in allowed)


def offline_allowed(client: Document, api: Document | None) -> bool:
    """Return whether the application may have a refresh token for the API; without an API, for /userinfo, it may."""
    by_api = api is None or bool(api.get("allow_offline_access"))
    return by_api and "refresh_token" in (client.get("grant_types") or ())


def of_grant(grant: Document, api: Document) -> tuple[str, ...]:
    """Return the scopes that a client grant gives."""
    return declared(api) if grant.get("allow_all_scopes") else tuple(grant.get("scope") or ())


def _openid(client: Document) -> tuple[str, ...]:
    """Return the OpenID scopes; third-party applications in strict mode get none."""
    return () if is_strict(client) else OPENID


def _of_api(authority: Authority, client: Document, api: Document, user: Document, organization: str | None) -> set[str]:
    allowed = set(declared(api))
    if api.get("enforce_policies") and not authority.misbehaves("ignore_roles"):
        allowed &= set(rights.permissions(authority.store, user["user_id"], api["identifier"], organization))
    if needs_grant(client, api):
        grant = authority.client_grant(client, api["identifier"], "user")
        allowed &= set(of_grant(grant, api)) if grant else set()
    return allowed
