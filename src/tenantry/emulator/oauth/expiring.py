"""Keeping what is of use for a while only, and forgetting it later, so that a tenant can run for weeks.

Source: assumed (how Auth0 forgets is not public).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority

GRACE_S = 3600  # the expired is still told from the unknown for a while
AT_ONCE = 2  # forgetting two for each one kept leaves no backlog


def keep(authority: Authority, collection: str, key: str, document: dict[str, Any], lifetime_s: int) -> dict[str, Any]:
    """Store the document with `key` and `expires_at`, return it, and forget the oldest that expired long ago."""
    store, now = authority.store, authority.now
    for old in store.slice(collection, 0, AT_ONCE):
        if old["expires_at"] + GRACE_S <= now:
            store.delete(collection, old["key"])
    kept = {**document, "key": key, "expires_at": now + lifetime_s}
    store.put(collection, key, kept)
    return kept
