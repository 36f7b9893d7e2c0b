"""How an application proves who it is at the token endpoint.

Source: RFC 6749 section 2.3.1; RFC 7523 section 2.2; Auth0 docs, "Authenticate with private key JWT".
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate
from joserfc import jwt
from joserfc.jwk import RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME_S = 60
METHODS = frozenset({"none", "client_secret_post", "client_secret_basic", "private_key_jwt"})
"""The ways to prove who an application is that need no certificate on the connection."""


@dataclass(frozen=True)
class Credentials:
    """What an application has; ``method`` says how it uses it."""

    client_id: str
    method: str
    secret: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    alg: str = "RS256"
    """What the private key signs with."""

    def dress(self, form: dict[str, str], *, issuer: str, now: float) -> tuple[dict[str, str], dict[str, str]]:
        """Return the form and the headers of a request that proves who is asking."""
        if self.method == "client_secret_basic" and self.secret is not None:
            return form, {"Authorization": basic(self.client_id, self.secret)}
        if self.method == "client_secret_post" and self.secret is not None:
            return {**form, "client_id": self.client_id, "client_secret": self.secret}, {}
        if self.method == "private_key_jwt" and self.private_key is not None:
            assertion = self.assertion(audience=issuer, now=now)
            proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
            return {**form, "client_id": self.client_id, **proof}, {}
        return {**form, "client_id": self.client_id}, {}

    def assertion(self, *, audience: str, now: float, lifetime_s: int = ASSERTION_LIFETIME_S) -> str:
        """Return a signed statement of the application about itself, good for one use."""
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": audience,
            "jti": uuid.uuid4().hex,
            "iat": int(now),
            "exp": int(now) + lifetime_s,
        }
        return jwt.encode({"alg": self.alg}, claims, RSAKey.import_key(self.private_key or ""), algorithms=[self.alg])


def basic(client_id: str, secret: str) -> str:
    """Return the value of the ``Authorization`` header that carries id and secret."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def signing_alg(private_key: str, declared: Iterable[tuple[str | None, str | None]]) -> str:
    """Return what a private key signs with: the algorithm that is declared with its public half, else RS256.

    Source: Auth0's published Management API description (``alg`` of a credential).

    Raises: ValueError when it is no private RSA key in PEM form, or an encrypted one.
    """
    try:
        key = load_pem_private_key(private_key.encode(), None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("it is encrypted, or of a kind that nobody knows") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("it is no RSA key")  # noqa: TRY004 - what was written is wrong, whatever class it became
    own = key.public_key().public_numbers()
    return next((alg for pem, alg in declared if alg and _numbers(pem) == own), "RS256")


def _numbers(pem: str | None) -> RSAPublicNumbers | None:
    """Return the RSA key that a public key or a certificate holds, None when there is none."""
    text = (pem or "").encode()
    try:
        key = load_pem_x509_certificate(text).public_key() if b"CERTIFICATE" in text else load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.public_numbers() if isinstance(key, RSAPublicKey) else None
