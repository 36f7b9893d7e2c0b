"""Random values that are handed out, and the form in which they are kept: only their digest.

Source: RFC 6749 section 10.10 (not guessable); how Auth0 keeps them is assumed.
"""

from __future__ import annotations

import hashlib
import secrets


def value(size: int = 32) -> str:
    """Return a fresh URL-safe value.

    Units: bytes of entropy.
    """
    return secrets.token_urlsafe(size)


def digest(handed_out: str) -> str:
    """Return the key under which what belongs to the value is kept."""
    return hashlib.sha256(handed_out.encode()).hexdigest()
