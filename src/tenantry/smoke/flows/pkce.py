"""The proof that who exchanges a code is who asked for it.

Source: RFC 7636 sections 4.1 and 4.2.
"""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """Return a fresh verifier of 43 characters."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
