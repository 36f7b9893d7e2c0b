"""The ways to be somebody at a tenant: a client secret, a private key, or a token that is already there.

Source: Auth0 docs, Management API access tokens; RFC 6749 section 4.4; RFC 7523 section 2.2 and 3.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from tenantry.model.errors import NotAllowed
from tenantry.model.secret import Secret

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME_S = 120
"""How long a client assertion is good for: Auth0 takes at most five minutes."""


@dataclass(frozen=True)
class ClientSecret:
    """An application that shows its secret to get a token."""

    client_id: str
    client_secret: Secret

    def form(self, issuer: str, now_s: float) -> dict[str, str]:  # noqa: ARG002 - the forms of all credentials are asked alike
        """Return the members of the token request that say who asks; they hold the secret."""
        return {"client_id": self.client_id, "client_secret": self.client_secret.reveal()}


@dataclass(frozen=True)
class PrivateKeyJwt:
    """An application that signs an assertion with its private key (PEM) to get a token."""

    client_id: str
    private_key: Secret
    alg: Literal["RS256", "RS384", "PS256"] = "RS256"
    kid: str | None = None

    def form(self, issuer: str, now_s: float) -> dict[str, str]:
        """Return the members of the token request that say who asks: a fresh assertion each time.

        Raises: NotAllowed when the key cannot sign.
        """
        return {
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(issuer, int(now_s)),
        }

    def _assertion(self, issuer: str, now_s: int) -> str:
        """Return the signed assertion."""
        from joserfc import jwt  # noqa: PLC0415  who signs nothing need not wait for the libraries that can
        from joserfc.errors import JoseError  # noqa: PLC0415  the same
        from joserfc.jwk import RSAKey  # noqa: PLC0415  the same

        header = {"alg": self.alg, "typ": "JWT"} | ({"kid": self.kid} if self.kid else {})
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "iat": now_s,
            "exp": now_s + ASSERTION_LIFETIME_S,
            "jti": str(uuid.uuid4()),
        }
        try:
            return jwt.encode(header, claims, RSAKey.import_key(self.private_key.reveal()), algorithms=[self.alg])
        except (JoseError, ValueError, TypeError):
            # The cause may quote the key, so it is not passed on.
            message = f"the private key {self.private_key.name} cannot sign with {self.alg}: give an RSA key in PEM form"
            raise NotAllowed(message, method="POST", path="/oauth/token", status=0) from None


@dataclass(frozen=True)
class ReadyToken:
    """A Management API token that somebody else obtained; it cannot be renewed."""

    token: Secret


Credentials = ClientSecret | PrivateKeyJwt | ReadyToken
