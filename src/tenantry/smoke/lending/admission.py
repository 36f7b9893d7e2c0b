"""Creating users where a tenant asks that whoever creates them is enabled for the connection.

A tenant refuses a user of a database or passwordless connection unless the application that calls is among the connection's
enabled ones. What is declared names those that people log in to, so the tool's own is enabled for one moment and no longer.

Source: issues 90 and 854 of terraform-provider-auth0; Auth0 Management API v2, ``PATCH /connections/{id}/clients``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from tenantry.model.call import Call
from tenantry.model.errors import ApiError, TenantryError
from tenantry.model.state import Caller

REFUSALS = ("must be enabled for this client", "connection is disabled")


class Answer(Protocol):
    """What the client gives back."""

    @property
    def body(self) -> Any:
        """Return the parsed body."""


class Client(Protocol):
    """Whatever can send a call to the Management API, and raises ``ApiError`` when it is refused."""

    async def caller(self) -> Caller:
        """Return who calls."""

    async def send(self, call: Call) -> Answer:
        """Return the answer."""


def is_refusal(error: ApiError) -> bool:
    """Return whether a tenant refused a user because the caller is not enabled for the connection."""
    return any(words in error.message for words in REFUSALS)


@asynccontextmanager
async def admitted(client: Client, connection: str, refusal: ApiError) -> AsyncIterator[None]:
    """Have the caller enabled for a connection, named as in the tenant, for as long as the context lasts.

    Raises: TenantryError when it cannot be enabled, or stays so.
    """
    own = (await client.caller()).client_id
    hint = f"{refusal}; add {own}, who asks, to the enabled applications of connection {connection}"
    try:
        found = (await client.send(Call("GET", ("connections",), query=(("name", connection), ("fields", "id"))))).body
        path = ("connections", str(found[0]["id"]), "clients")
        await client.send(Call("PATCH", path, [{"client_id": own, "status": True}]))
    except (ApiError, LookupError) as error:
        raise TenantryError(f"{hint}: a run may not do it itself ({error})") from error
    try:
        yield
    finally:
        try:
            await client.send(Call("PATCH", path, [{"client_id": own, "status": False}]))
        except ApiError as error:
            message = f"{own}, which was enabled for connection {connection} to make a user, still is; take it out ({error})"
            raise TenantryError(message) from error
