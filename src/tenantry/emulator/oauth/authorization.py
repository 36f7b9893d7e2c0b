"""What a user or an application was given: kept with codes, refresh tokens and opaque tokens, turned into tokens.

Source: RFC 6749 section 1.3 (authorization grant); OpenID Connect Core section 2 (what ends up in an ID token).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Authorization:
    """Who may reach what, how that came about, and what Actions added."""

    client_id: str
    user_id: str | None = None
    audience: str | None = None  # None: /userinfo only
    scope: tuple[str, ...] = ()
    gty: str | None = None  # the grant type as tokens tell it; None for the code flow
    refreshed: bool = False  # by a refresh token that the grant gave
    nonce: str | None = None
    sid: str | None = None
    auth_time: int | None = None
    tells_auth_time: bool = False
    organization: str | None = None
    connection: str | None = None
    legacy: bool = False  # the pipeline from before OpenID Connect conformance
    device: str | None = None
    id_claims: dict[str, Any] = field(default_factory=dict)
    access_claims: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the authorization as JSON values."""
        return {**asdict(self), "scope": list(self.scope)}

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """Return the authorization that `document()` wrote."""
        return cls(**{**document, "scope": tuple(document["scope"])})

    def but(self, **changes: Any) -> Self:
        """Return the authorization with some members changed."""
        return replace(self, **changes)
