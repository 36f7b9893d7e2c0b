"""One-time passwords as an authenticator app shows them.

Source: RFC 6238 with RFC 4226's truncation; SHA-1, 30 seconds, six digits.
"""

from __future__ import annotations

import base64
import hmac

STEP_S = 30


def one_time_password(secret: str, now: float) -> str:
    """Return the six digits of a base32 secret at this time."""
    text = secret.replace(" ", "").rstrip("=").upper()
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    mac = hmac.digest(key, int(now // STEP_S).to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
