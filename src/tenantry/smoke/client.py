"""How an application proves who it is at the token endpoint.

Source: RFC 6749 section 2.3.1; RFC 7523 section 2.2; Auth0 docs, "Authenticate with private key JWT".
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME_S = 60


@dataclass(frozen=True)
class Credentials:
    """What an application has; ``method`` says how it uses it."""

    client_id: str
    method: str
    secret: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)

    def dress(self, form: dict[str, str], *, issuer: str, now: float) -> tuple[dict[str, str], dict[str, str]]:
        """Return the form and the headers of a request that proves who is asking."""
        if self.method == "client_secret_basic" and self.secret is not None:
            return form, {"Authorization": basic(self.client_id, self.secret)}
        if self.method == "client_secret_post" and self.secret is not None:
            return {**form, "client_id": self.client_id, "client_secret": self.secret}, {}
        if self.method == "private_key_jwt" and self.private_key is not None:
            assertion = signed_assertion(self.client_id, self.private_key, audience=issuer, now=now)
            proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
            return {**form, "client_id": self.client_id, **proof}, {}
        return {**form, "client_id": self.client_id}, {}


def basic(client_id: str, secret: str) -> str:
    """Return the value of the ``Authorization`` header that carries id and secret."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def signed_assertion(
    client_id: str, private_key: str, *, audience: str, now: float, lifetime_s: int = ASSERTION_LIFETIME_S
) -> str:
    """Return a signed statement of the application about itself, good for one use."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": uuid.uuid4().hex,
        "iat": int(now),
        "exp": int(now) + lifetime_s,
    }
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(private_key))
