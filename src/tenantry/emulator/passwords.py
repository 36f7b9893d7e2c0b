"""Keeping passwords: salted digests, made quickly, because the tenant is emulated and its users are test users.

Source: assumed (Auth0 keeps bcrypt; what matters here is that no password is stored and any change is seen).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

PREFIX = "scrypt$"
COST = {"n": 1024, "r": 8, "p": 1}


def hashed(password: str) -> str:
    """Return what is kept of the password, as `_password_hash`."""
    salt = secrets.token_bytes(16)
    return f"{PREFIX}{salt.hex()}${_digest(password, salt)}"


def matches(password: str, kept: str | None) -> bool:
    """Return whether the password is the one that was kept; nothing matches when none was."""
    if not kept or not kept.startswith(PREFIX):
        return False
    salt, _, digest = kept.removeprefix(PREFIX).partition("$")
    return hmac.compare_digest(_digest(password, bytes.fromhex(salt)), digest)


def _digest(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, **COST).hex()
