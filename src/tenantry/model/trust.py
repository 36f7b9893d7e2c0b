"""Why a server gave no answer, or is not trusted, in words.

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


def silence(server: str, failure: BaseException, *, is_reached: bool, is_late: bool) -> str:
    """Return why there was no answer from a server, and what may help.

    ``is_reached`` says whether there was a connection, ``is_late`` whether patience came to its end; only who talks knows.
    """
    if why := distrusted(failure):
        return f"the certificate of {server} is not trusted: {why}"
    if not is_reached:
        why = str(failure) or "it took too long"
        return f"{server} cannot be reached ({why}); check the address in the tenant file, the network and its proxy"
    return f"{server} took too long; try again later" if is_late else f"the connection to {server} broke off; try again"
