"""An authorization request, with what it names looked up.

Source: Auth0 docs, "Authorize application"; OpenID Connect Core section 3.1.2.1; OAuth 2.0 Multiple Response Types.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import callbacks, scopes
from tenantry.emulator.oauth.authority import is_first_party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
LONGEST_NUMBER = 12


@dataclass(frozen=True)
class AuthorizationRequest:
    """What the application asks for."""

    authority: Authority
    parameters: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """Return a parameter."""
        return self.parameters.get(name)

    @cached_property
    def response_types(self) -> frozenset[str]:
        """What is to be returned: some of `code`, `token`, `id_token`."""
        asked = frozenset((self.get("response_type") or "").split())
        guesses = not asked & {"code", "token", "id_token"} and self.authority.misbehaves("guess_response_type")
        return frozenset({"code"}) if guesses else asked

    @cached_property
    def response_mode(self) -> str:
        """How it is to be returned."""
        ignored = self.authority.misbehaves("ignore_response_mode")
        return (None if ignored else self.get("response_mode")) or self.default_mode

    @property
    def default_mode(self) -> str:
        """How it is returned unless the request says otherwise."""
        in_query = self.response_types == {"code"} or self.authority.misbehaves("tokens_in_query")
        return "query" if in_query else "fragment"

    @cached_property
    def client(self) -> Document:
        """The application, empty when it is unknown."""
        return self.authority.client(self.get("client_id")) or {}

    @cached_property
    def redirect_uri(self) -> str:
        """Where the answer goes: as sent, else the application's only callback."""
        registered = self.client.get("callbacks") or []
        return self.get("redirect_uri") or (registered[0] if len(registered) == 1 else "")

    @cached_property
    def has_registered_callback(self) -> bool:
        """Whether the answer may go there."""
        registered = self.client.get("callbacks") or []
        organization = (self.organization or {}).get("name")
        return callbacks.is_listed(self.redirect_uri, registered, organization=organization)

    @cached_property
    def audience(self) -> str | None:
        """The API asked for, by the request or by the tenant's default; None for /userinfo only."""
        return self.authority.audience(self.parameters)

    @cached_property
    def api(self) -> Document | None:
        """The API, None when /userinfo alone is asked for or the API does not exist."""
        return self.authority.api(self.audience)

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The scopes asked for."""
        return scopes.split(self.get("scope"))

    @cached_property
    def prompt(self) -> frozenset[str]:
        """The values of `prompt`."""
        return frozenset((self.get("prompt") or "").split())

    @cached_property
    def max_age(self) -> int | None:
        """The oldest login that will do, in seconds."""
        value = self.get("max_age") or ""
        return int(value) if value.isdecimal() and len(value) <= LONGEST_NUMBER else None

    @cached_property
    def organization(self) -> Document | None:
        """The organization the user is to log in to."""
        return self.authority.organization(self.get("organization"))

    @cached_property
    def is_legacy(self) -> bool:
        """Whether the request runs in the pipeline from before OpenID Connect conformance."""
        return self.client.get("oidc_conformant") is False and self.audience is None and is_first_party(self.client)

    def granted_by(self, user: Document) -> tuple[str, ...]:
        """Return the scopes that the user's tokens may name; in the legacy pipeline all that were asked for."""
        if self.is_legacy:
            return self.scope
        organization = (self.organization or {}).get("id")
        return scopes.of_user(
            self.authority, self.scope, client=self.client, api=self.api, user=user, organization=organization
        )
