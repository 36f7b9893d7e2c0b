"""Refresh tokens: families, rotation, leeway, reuse detection, absolute and idle lifetimes.

Shape: `refresh_token_values[digest]` is `{family, generation, exchanged_at}`; `refresh_tokens[id]` is a family, `{id,
client_id, user_id, owner, code, authorization, generation, created_at, used_at, expires_at, revoked}`.
A family is what one login gave; each rotation is a generation of it. Two generations may be used within the leeway:
the newest and the one before.
Source: RFC 9700 section 4.14.2; Auth0 docs, "Refresh token rotation", "Configure refresh token expiration".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import opaque, scopes
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import OAuthError, invalid_grant

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
MOST_PER_USER_AND_CLIENT = 200
ABSOLUTE_S = 2592000
IDLE_S = 1296000
UNKNOWN = "Unknown or invalid refresh token."


class Reused(OAuthError):
    """A token came back that was exchanged before; its family is revoked."""


def issue(authority: Authority, client: Document, authorization: Authorization, *, code: str | None = None) -> str:
    """Return the first refresh token of a new family; `code` is the key of the code it came from."""
    settings = client.get("refresh_token") or {}
    owner = f"{authorization.user_id}|{authorization.client_id}"
    family = {
        "id": opaque.value(12),
        "client_id": authorization.client_id,
        "user_id": authorization.user_id,
        "owner": owner,
        "code": code,
        "authorization": authorization.document(),
        "generation": 0,
        "created_at": authority.now,
        "used_at": authority.now,
        "expires_at": _absolute_end(authority, settings),
        "revoked": False,
    }
    _make_room(authority, owner, settings)
    return _next(authority, family)


def issue_if_offline(authority: Authority, client: Document, authorization: Authorization) -> str | None:
    """Return the first refresh token of a new family if `offline_access` was granted, else None."""
    return issue(authority, client, authorization) if scopes.OFFLINE in authorization.scope else None


@dataclass(frozen=True)
class Presented:
    """A refresh token that may be exchanged."""

    key: str
    kept: Document
    family: Document

    @property
    def authorization(self) -> Authorization:
        """What the token stands for."""
        return Authorization.of(self.family["authorization"])


def presented(authority: Authority, client: Document, token: str) -> Presented:
    """Return what is known about a token that may be exchanged; nothing is exchanged yet.

    Raises: OAuthError when the token is unknown, revoked, too old, another application's or already exchanged.
    """
    key = opaque.digest(token)
    kept = authority.store.get("refresh_token_values", key)
    family = authority.store.get("refresh_tokens", kept["family"]) if kept else None
    if kept is None or family is None or not _may_use(authority, client, family):
        if family and authority.misbehaves("strangers_spend_refresh_tokens"):
            revoke(authority, family)
        raise invalid_grant(UNKNOWN)
    if is_rotating(client):
        _refuse_reuse(authority, client, kept, family)
    return Presented(key, kept, family)


def exchange(authority: Authority, client: Document, token: Presented) -> str | None:
    """Return the token to use next, None when the presented one stays in use."""
    family = {**token.family, "used_at": authority.now}
    if authority.misbehaves("rotation_prolongs"):
        family["expires_at"] = _absolute_end(authority, client.get("refresh_token") or {})
    if not is_rotating(client) or authority.misbehaves("never_rotate"):
        authority.store.put("refresh_tokens", family["id"], family)
        return None
    exchanged_at = token.kept["exchanged_at"]
    exchanged = {**token.kept, "exchanged_at": authority.now if exchanged_at is None else exchanged_at}
    authority.store.put("refresh_token_values", token.key, exchanged)
    return _next(authority, family, generation=token.kept["generation"] + 1)


def find(authority: Authority, token: str) -> Document | None:
    """Return the family that the token belongs to."""
    kept = authority.store.get("refresh_token_values", opaque.digest(token))
    return authority.store.get("refresh_tokens", kept["family"]) if kept else None


def revoke(authority: Authority, family: Document) -> None:
    """Make every token of the family useless."""
    authority.store.put("refresh_tokens", family["id"], {**family, "revoked": True})


def is_rotating(client: Document) -> bool:
    """Return whether each exchange gives a new refresh token."""
    return (client.get("refresh_token") or {}).get("rotation_type") == "rotating"


def _may_use(authority: Authority, client: Document, family: Document) -> bool:
    own = family["client_id"] == client["client_id"] or authority.misbehaves("accept_refresh_token_of_other_client")
    alive = not family["revoked"] or authority.misbehaves("accept_revoked_refresh_token")
    if authority.misbehaves("reuse_bars_user") and authority.store.get("barred", family["owner"]):
        return False
    return own and alive and not _is_over(authority, client.get("refresh_token") or {}, family)


def _is_over(authority: Authority, settings: Document, family: Document) -> bool:
    """Return whether the absolute lifetime, fixed at the start, or the idle one, as set today, has passed."""
    if authority.misbehaves("accept_expired_refresh_token"):
        return False
    ends = family["expires_at"]
    if ends is not None and authority.now >= ends:
        return True
    if settings.get("expiration_type") != "expiring" or settings.get("infinite_idle_token_lifetime"):
        return False
    return bool(authority.now - family["used_at"] >= int(settings.get("idle_token_lifetime") or IDLE_S))


def _absolute_end(authority: Authority, settings: Document) -> int | None:
    if settings.get("expiration_type") != "expiring" or settings.get("infinite_token_lifetime"):
        return None
    return authority.now + int(settings.get("token_lifetime") or ABSOLUTE_S)


def _refuse_reuse(authority: Authority, client: Document, kept: Document, family: Document) -> None:
    """Revoke the family when a token comes back that was exchanged before, leeway apart.

    Raises: OAuthError.
    """
    if kept["exchanged_at"] is None or authority.misbehaves("reuse_rotated_refresh_token"):
        return
    leeway = int((client.get("refresh_token") or {}).get("leeway") or 0)
    previous = kept["generation"] + 1 == family["generation"] or authority.misbehaves("leeway_for_every_generation")
    if previous and leeway and authority.now - kept["exchanged_at"] <= leeway:
        return
    if not authority.misbehaves("keep_family_after_reuse"):
        revoke(authority, family)
    if authority.misbehaves("reuse_bars_user"):
        authority.store.put("barred", family["owner"], {"at": authority.now})
    raise Reused(403, "invalid_grant", UNKNOWN)


def _next(authority: Authority, family: Document, generation: int = 0) -> str:
    token = f"v1.M{opaque.value(48)}"
    kept = {"family": family["id"], "generation": generation, "exchanged_at": None}
    authority.store.put("refresh_token_values", opaque.digest(token), kept)
    newest = max(generation, family["generation"])
    authority.store.put("refresh_tokens", family["id"], {**family, "generation": newest})
    return token


def _make_room(authority: Authority, owner: str, settings: Document) -> None:
    """Revoke the oldest family when the user has as many as Auth0 keeps; what is revoked or over does not count.

    Source: Auth0 docs, "Refresh tokens", limitations.
    """
    known = authority.store.find("refresh_tokens", "owner", owner)
    alive = [one for one in known if not one["revoked"] and not _is_over(authority, settings, one)]
    if len(alive) >= MOST_PER_USER_AND_CLIENT:
        revoke(authority, alive[0])
