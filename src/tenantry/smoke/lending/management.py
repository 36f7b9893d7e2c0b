"""Lends from inside through the Management API, over any client that can send a ``Call``.

Source: Auth0 Management API v2: clients, resource-servers, users, user roles, organization members.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ApiError
from tenantry.model.secret import Secret
from tenantry.smoke.lending.admission import Client, admitted, is_refusal
from tenantry.smoke.lending.borrow import MARK, Leftover, NewUser

NOT_ALLOWED, NOT_FOUND = 403, 404
PAGE = "100"
LAST_PAGE = 9
"""The server's search ends at 1,000 users."""


class Lending:
    """Lends what a smoke run needs; ``ids`` are the tenant's ids of the declared resources."""

    def __init__(self, client: Client, ids: Mapping[Address, str]) -> None:
        self._client = client
        self._ids = ids
        self._read: dict[tuple[str, str], dict[str, Any]] = {}
        self._admission = asyncio.Lock()

    async def client_id_of(self, application: str) -> str | None:
        """Return the id of a declared application."""
        return self._ids.get(Address("applications", application))

    async def client_secret_of(self, application: str) -> Secret | None:
        """Return the secret of a declared application, None when this caller may not read it."""
        client_id = await self.client_id_of(application)
        return await self._secret("clients", client_id, "client_secret", f"applications.{application}.client_secret")

    async def signing_secret_of(self, api: str) -> Secret | None:
        """Return the secret that signs an API's tokens, None when this caller may not read it."""
        api_id = self._ids.get(Address("apis", api))
        return await self._secret("resource-servers", api_id, "signing_secret", f"apis.{api}.signing_secret")

    async def organization_id_of(self, organization: str) -> str | None:
        """Return the id of a declared organization."""
        return self._ids.get(Address("organizations", organization))

    async def create_user(self, user: NewUser) -> str:
        """Create a user with a verified address, so that nobody is sent a mail, and return its id.

        Where only an enabled application may do so, the caller is one for that moment.
        """
        body: dict[str, Any] = {
            "connection": user.connection,
            "email": user.email,
            "password": user.password.reveal(),
            "email_verified": True,
            "verify_email": False,
            "app_metadata": user.app_metadata,
        }
        body |= {"username": user.username} if user.username else {}
        body |= {"user_metadata": user.user_metadata} if user.user_metadata else {}
        call = Call("POST", ("users",), body)
        try:
            answer = await self._client.send(call)
        except ApiError as refusal:
            if not is_refusal(refusal):
                raise
            # One after the other: whoever leaves must not take the permission from the next.
            async with self._admission, admitted(self._client, user.connection, refusal):
                answer = await self._client.send(call)
        return str(answer.body["user_id"])

    async def delete_user(self, user_id: str) -> None:
        """Remove a user."""
        try:
            await self._client.send(Call("DELETE", ("users", user_id)))
        except ApiError as error:
            if error.status != NOT_FOUND:
                raise

    async def block_user(self, user_id: str) -> None:
        """Block a user that the run made."""
        await self._client.send(Call("PATCH", ("users", user_id), {"blocked": True}))

    async def assign_roles(self, user_id: str, roles: Sequence[str]) -> None:
        """Give the user declared roles."""
        ids = [self._id("roles", role) for role in roles]
        await self._client.send(Call("POST", ("users", user_id, "roles"), {"roles": ids}))

    async def add_member(self, organization: str, user_id: str) -> None:
        """Make the user a member of a declared organization."""
        path = ("organizations", self._id("organizations", organization), "members")
        await self._client.send(Call("POST", path, {"members": [user_id]}))

    async def find_leftover_users(self) -> list[Leftover]:
        """Return the users that carry the mark of a run."""
        found: list[Leftover] = []
        for page in range(LAST_PAGE + 1):
            users = await self._search(page)
            marked = ((user, (user.get("app_metadata") or {}).get(MARK)) for user in users)
            found += [Leftover(str(user["user_id"]), mark) for user, mark in marked if isinstance(mark, dict)]
            if len(users) < int(PAGE):
                break
        return found

    async def _search(self, page: int) -> list[dict[str, Any]]:
        """Return one page of the search for marked users."""
        query = (
            ("q", f"_exists_:app_metadata.{MARK}.run"),
            ("search_engine", "v3"),
            ("per_page", PAGE),
            ("page", str(page)),
        )
        answer = await self._client.send(Call("GET", ("users",), query=query))
        return answer.body if isinstance(answer.body, list) else []

    async def _secret(self, path: str, id_: str | None, member: str, name: str) -> Secret | None:
        """Return a secret member of a resource, None when the answer leaves it out or is refused."""
        if id_ is None:
            return None
        if (path, id_) not in self._read:
            try:
                self._read[path, id_] = (await self._client.send(Call("GET", (path, id_)))).body
            except ApiError as error:
                if error.status not in {NOT_ALLOWED, NOT_FOUND}:
                    raise
                self._read[path, id_] = {}
        value = self._read[path, id_].get(member)
        return Secret.of(name, value) if isinstance(value, str) and value else None

    def _id(self, section: str, handle: str) -> str:
        """Return the id of a declared resource.

        Raises: ApiError when the tenant does not hold it.
        """
        id_ = self._ids.get(Address(section, handle))
        if id_ is None:
            message = f"{section}.{handle} is not in the tenant"
            raise ApiError(message, method="GET", path=f"/{section}", status=NOT_FOUND)
        return id_
