"""What a user is as the store keeps it, whoever makes one: the Management API, a sign-up, a token exchange.

A user holds `_password_hash` where it has a password; its first identity names its connection.
Source: recorded traffic of terraform-provider-auth0 (TestAccUser*); the picture after public profiles.
"""

from __future__ import annotations

import hashlib
from typing import Any

Document = dict[str, Any]


def user_of(connection: Document, local_id: str, members: Document, now: str) -> Document:
    """Return a new user of the connection with what Auth0 fills in; `local_id` is unique among those of the strategy."""
    email = members.get("email") or ""
    called = str(email or members.get("username") or members.get("phone_number") or local_id)
    strategy = connection["strategy"]
    return {
        "created_at": now,
        **({"email_verified": False} if email else {}),
        "identities": [{"connection": connection["name"], "user_id": local_id, "provider": strategy, "isSocial": False}],
        "name": called,
        "nickname": called.partition("@")[0],
        "picture": picture(email),
        "updated_at": now,
        **members,
        "user_id": f"{strategy}|{local_id}",
    }


def connection_of(user: Document) -> str:
    """Return the name of the connection the user belongs to."""
    identities = user.get("identities") or [{}]
    return str(identities[0].get("connection") or "")


def picture(email: str) -> str:
    """Return the address of the picture that goes with an email address."""
    digest = hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()
    initials = (email[:2] or "au").lower()
    return f"https://s.gravatar.com/avatar/{digest}?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2F{initials}.png"
