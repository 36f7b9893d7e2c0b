"""Finding users by what they type, proving their password, and signing them up.

Source: Auth0 docs, "Database connections", "Login" and "Signup"; recorded traffic of go-auth0 (signup).
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from tenantry.emulator import password_policy, passwords
from tenantry.emulator.oauth import logs
from tenantry.emulator.oauth.errors import OAuthError
from tenantry.emulator.people import connection_of, user_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.password_policy import Refused

Document = dict[str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


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


def refused_password(connection: Document, email: str, password: str, username: str | None) -> Refused | None:
    """Return why the connection refuses the password of somebody who signs up, None where it takes it."""
    members = {"email": email.strip().lower(), **({"username": username} if username else {})}
    return password_policy.refusal(connection.get("options") or {}, user_of(connection, "", members, ""), password)


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
    refused = refused_password(connection, email, password, username)
    if refused:
        mistakes["password"] = "\n".join([f"{refused.message}.", *([refused.policy()] if refused.rules else [])])
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
        **password_policy.kept({}, password),
    }
    local_id = authority.tenant.ids.new("users", f"{connection['name']}:{address}")
    user = user_of(connection, local_id, members, authority.tenant.clock.milliseconds())
    authority.store.put("users", user["user_id"], user)
    return user
