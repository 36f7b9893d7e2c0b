"""What the tenant of a test holds: found by whatever it is called, and added to, through its Management API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

MOST_PAGES = 10


class Refused(AssertionError):
    """The tenant answered a request of `Tenant` with an error; the message has its words."""


class Holdings:
    """The objects of a tenant, as a client with a token for everything sees them."""

    def __init__(self, management: httpx.Client) -> None:
        self._management = management

    def application(self, name: str) -> dict[str, Any]:
        """Return the application of this name or client id."""
        return self._named("clients", name, ("client_id", "name"))

    def api(self, name: str) -> dict[str, Any]:
        """Return the API of this identifier, name or id."""
        return self._named("resource-servers", name, ("identifier", "name", "id"))

    def organization(self, name: str) -> dict[str, Any]:
        """Return the organization of this name or id."""
        return self._named("organizations", name, ("id", "name"))

    def add(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a new object as the tenant answers it."""
        return body(self._management.post(path, json=dict(document)))

    def let_in(self, database: str, client_id: str) -> None:
        """Let the users of a database log in to an application."""
        connection = self._named("connections", database, ("name",))
        enabled = [{"client_id": client_id, "status": True}]
        checked(self._management.patch(f"connections/{connection['id']}/clients", json=enabled))

    def _named(self, path: str, name: str, members: tuple[str, ...]) -> dict[str, Any]:
        """Return the first object of which one of the members is the name.

        Raises: Refused when there is none.
        """
        for number in range(MOST_PAGES):
            page = self._page(path, number)
            for one in page:
                if any(one.get(member) == name for member in members):
                    return one
            if not page:
                break
        raise Refused(f"there is none among the {path} with {' or '.join(members)} {name!r}")

    def _page(self, path: str, number: int) -> list[dict[str, Any]]:
        """Return one page of a list."""
        return list(checked(self._management.get(path, params={"per_page": 100, "page": number})).json())


def checked(response: httpx.Response) -> httpx.Response:
    """Return a response that is no error.

    Raises: Refused.
    """
    if response.is_error:
        raise Refused(f"{response.request.method} {response.request.url.path} answered {response.status_code}: {response.text}")
    return response


def body(response: httpx.Response) -> dict[str, Any]:
    """Return the object in a response that is no error.

    Raises: Refused.
    """
    found: dict[str, Any] = checked(response).json()
    return found
