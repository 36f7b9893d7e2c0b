"""Why a server's certificate is not trusted, in words.

Source: OpenSSL, the codes of ``X509_STORE_CTX_get_error``.
"""

from __future__ import annotations

import ssl

UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's codes of a certificate that leads to no authority that is known here."""


def distrusted(failure: BaseException) -> str:
    """Return why the server's certificate is not trusted and what to do, empty if that is not what failed.

    Trying again heals none of it.
    """
    if not isinstance(failure, ssl.SSLCertVerificationError):
        cause = failure.__cause__ or failure.__context__
        return distrusted(cause) if cause else ""
    if failure.verify_code in UNKNOWN_AUTHORITY:
        return f"{failure.verify_message}; name the authority that signed it, your own or your proxy's, in SSL_CERT_FILE"
    return f"{failure.verify_message}; check the address in the tenant file, and the server's certificate"
