"""Whose tokens a server gives out that believes what nobody issued: those of the first user it has.

Source: the emulator's own; the misbehaviours `accept_unknown_*` and `approve_every_device` need somebody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth.authorization import Authorization

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority


def anybody(authority: Authority, client_id: str) -> Authorization:
    """Return an authorization of the tenant's first user, as if that user had given it."""
    users = authority.store.all("users")
    return Authorization(client_id=client_id, user_id=users[0]["user_id"] if users else "auth0|anybody", scope=("openid",))
