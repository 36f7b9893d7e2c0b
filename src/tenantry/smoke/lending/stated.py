"""Lends what the configuration itself states, where there is no way inside: the client ids, and nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from tenantry.model.address import Address
from tenantry.model.errors import TenantryError
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState
from tenantry.smoke.lending.borrow import Leftover, NewUser


class Stated:
    """A ``Borrow`` for another OpenID provider."""

    def __init__(self, state: DesiredState) -> None:
        self._state = state

    async def client_id_of(self, application: str) -> str | None:
        """Return the client id that ``lifecycle.id`` states."""
        resource = self._state.resources.get(Address("applications", application))
        return resource.lifecycle.id if resource else None

    async def client_secret_of(self, application: str) -> Secret | None:
        """Return None: what ``smoke.applications`` does not say is not known."""
        del application
        return None

    async def signing_secret_of(self, api: str) -> Secret | None:
        """Return None: nobody lends it."""
        del api
        return None

    async def organization_id_of(self, organization: str) -> str | None:
        """Return None: there are no organizations."""
        del organization
        return None

    async def create_user(self, user: NewUser) -> NoReturn:
        """Refuse.

        Raises: TenantryError
        """
        del user
        raise TenantryError("nobody can be made at another provider")

    async def delete_user(self, user_id: str) -> None:
        """Do nothing: nobody was made."""

    async def block_user(self, user_id: str) -> None:
        """Do nothing: nobody was made."""

    async def assign_roles(self, user_id: str, roles: Sequence[str]) -> None:
        """Do nothing: nobody was made."""

    async def add_member(self, organization: str, user_id: str) -> None:
        """Do nothing: nobody was made."""

    async def find_leftover_users(self) -> list[Leftover]:
        """Return nobody."""
        return []
