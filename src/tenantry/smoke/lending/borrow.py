"""What a run must borrow from inside the tenant: ids, secrets, and users that live as long as the run.

The caller supplies it; everything else the run sees as any application would, from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenantry.model.secret import Secret

MARK = "tenantry_smoke"
"""The member of ``app_metadata`` that tells the users of a run from everybody else's."""


@dataclass(frozen=True)
class NewUser:
    """A user to be created; ``connection`` is the connection's name in the tenant."""

    connection: str
    email: str
    password: Secret
    username: str | None = None
    user_metadata: dict[str, Any] = field(default_factory=dict)
    app_metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Leftover:
    """A user that some run made and did not remove; ``mark`` is what it wrote about itself."""

    user_id: str
    mark: dict[str, Any]


class Borrow(Protocol):
    """The way inside. Every method may raise ``ApiError``; handles are those of the configuration."""

    async def client_id_of(self, application: str) -> str | None:
        """Return the id of a declared application, None when the tenant does not hold it."""

    async def client_secret_of(self, application: str) -> Secret | None:
        """Return the secret of a declared application, None when it may not be read."""

    async def signing_secret_of(self, api: str) -> Secret | None:
        """Return the secret that signs an API's HS256 tokens, None when it may not be read."""

    async def organization_id_of(self, organization: str) -> str | None:
        """Return the id of a declared organization, None when the tenant does not hold it."""

    async def create_user(self, user: NewUser) -> str:
        """Create a user and return its id."""

    async def delete_user(self, user_id: str) -> None:
        """Remove a user; one that is gone already is fine."""

    async def block_user(self, user_id: str) -> None:
        """Block a user that the run made."""

    async def assign_roles(self, user_id: str, roles: Sequence[str]) -> None:
        """Give the user declared roles."""

    async def add_member(self, organization: str, user_id: str) -> None:
        """Make the user a member of a declared organization."""

    async def find_leftover_users(self) -> list[Leftover]:
        """Return the users that carry the mark of a run."""
