"""Finding users by what they type, proving their password, and signing them up.

Source: Auth0 docs, "Database connections", "Login" and "Signup"; recorded traffic of go-auth0 (signup).
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from tenantry.emulator import passwords
from tenantry.emulator.oauth import logs
from tenantry.emulator.oauth.errors import OAuthError
from tenantry.emulator.people import connection_of, user_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
SHORTEST = {"none": 1, "low": 6, "fair": 8, "good": 8, "excellent": 10}


def find(authority: Authority, connection: Document, identifier: str) -> Document | None:
    """Return the user of the connection with that email address or username."""
    typed = identifier.strip()
    for member, value in product(("email", "username"), dict.fromkeys((typed.lower(), typed))):
        for user in authority.store.find("users", member, value):
            if connection_of(user) == connection["name"]:
                return user
    return None


def authenticate(
    authority: Authority, connections: Iterable[Document], identifier: str, password: str
) -> tuple[Document, Document] | None:
    """Return the user and the connection if the password is the user's in one of the connections."""
    if authority.misbehaves("refuse_right_password"):
        return None
    for connection in connections:
        user = find(authority, connection, identifier)
        if user and (passwords.matches(password, user.get("_password_hash")) or authority.misbehaves("accept_any_password")):
            return user, connection
    return None


def refuse_blocked(authority: Authority, user: Document) -> None:
    """Return if the user is not blocked.

    Raises: OAuthError.
    """
    if user.get("blocked") and not authority.misbehaves("ignore_blocked_users"):
        raise OAuthError(403, "unauthorized", "user is blocked")


def note_login(authority: Authority, user: Document) -> None:
    """Write the login down in the user's profile."""
    changed = {
        **user,
        "last_login": authority.tenant.clock.milliseconds(),
        "last_ip": authority.ip,
        "logins_count": int(user.get("logins_count") or 0) + 1,
    }
    authority.store.put("users", user["user_id"], changed)


def note_refusal(authority: Authority, connections: Iterable[Document], identifier: str, *, client_id: str) -> None:
    """Write down that nobody could log in with what was typed: there is no such user, or the password is wrong."""
    user = next((user for each in connections if (user := find(authority, each, identifier))), None)
    if user is None:
        logs.write(authority, logs.UNKNOWN_USER, "Wrong email or password.", client_id=client_id, user_name=identifier)
        return
    about = {"client_id": client_id, "user_id": user["user_id"], "connection": connection_of(user)}
    logs.write(authority, logs.WRONG_PASSWORD, "Wrong email or password.", **about)


def mistakes_of_sign_up(
    authority: Authority, connection: Document, email: str, password: str, username: str | None
) -> dict[str, str]:
    """Return what is wrong with the wish to sign up, by field; empty when nothing is."""
    options = connection.get("options") or {}
    mistakes = {}
    if not EMAIL.fullmatch(email):
        mistakes["email"] = "Email is not valid."
    if find(authority, connection, email) or (username and find(authority, connection, username)):
        mistakes["page"] = "Something went wrong, please try again later"
    if options.get("requires_username") and not username:
        mistakes["username"] = "Please enter a username."
    shortest = _shortest_password(options)
    if len(password) < shortest:
        mistakes["password"] = f"The password must have at least {shortest} characters."
    return mistakes


def sign_up(
    authority: Authority,
    connection: Document,
    email: str,
    password: str,
    *,
    username: str | None = None,
    told: Document | None = None,
) -> Document:
    """Return a new user of the connection; `told` is what else the user's document is to hold."""
    address = email.strip().lower()
    members = {
        "email": address,
        **({"username": username.strip().lower()} if username else {}),
        **(told or {}),
        "_password_hash": passwords.hashed(password),
    }
    local_id = authority.tenant.ids.new("users", f"{connection['name']}:{address}")
    user = user_of(connection, local_id, members, authority.tenant.clock.milliseconds())
    authority.store.put("users", user["user_id"], user)
    return user


def _shortest_password(options: Document) -> int:
    complexity = (options.get("password_options") or {}).get("complexity") or {}
    legacy = (options.get("password_complexity_options") or {}).get("min_length")
    named = SHORTEST.get(str(options.get("passwordPolicy") or "none"), 1)
    return int(complexity.get("min_length") or legacy or named)
