"""A server whose certificate is not trusted, as httpx tells of it."""

from __future__ import annotations

import ssl

import httpx


def untrusted(code: int, message: str) -> httpx.ConnectError:
    """Return what httpx raises when a certificate is not trusted."""
    cause = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    cause.verify_code, cause.verify_message = code, message
    failure = httpx.ConnectError("certificate verify failed")
    failure.__cause__ = cause
    return failure
