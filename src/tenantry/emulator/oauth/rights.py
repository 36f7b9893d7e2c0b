"""Which permissions users have, by their roles and directly.

Source: Auth0 docs, "Role-based access control"; collections as the Management API fills them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantry.emulator.store import Store


def permissions(store: Store, user_id: str, identifier: str, organization: str | None = None) -> list[str]:
    """Return the user's permissions for the API, each once, in alphabetical order."""
    return sorted(set(_for_api(_all(store, user_id, organization), identifier)))


def role_names(store: Store, user_id: str, organization: str | None = None) -> list[str]:
    """Return the names of the user's roles, and of those the user has in the organization."""
    roles = (store.get("roles", role_id) for role_id in _role_ids(store, user_id, organization))
    return [role["name"] for role in roles if role]


def _all(store: Store, user_id: str, organization: str | None) -> Iterator[dict[str, Any]]:
    yield from _held(store, "user_permissions", user_id)
    for role_id in _role_ids(store, user_id, organization):
        yield from _held(store, "role_permissions", role_id)


def _role_ids(store: Store, user_id: str, organization: str | None) -> list[str]:
    roles = _held(store, "user_roles", user_id, "roles")
    if organization:
        roles += _held(store, "member_roles", f"{organization}:{user_id}", "roles")
    return list(dict.fromkeys(roles))


def _held(store: Store, collection: str, owner: str, member: str = "permissions") -> list[Any]:
    return list((store.get(collection, owner) or {}).get(member) or ())


def _for_api(found: Iterable[dict[str, Any]], identifier: str) -> Iterator[str]:
    for permission in found:
        if permission["resource_server_identifier"] == identifier:
            yield permission["permission_name"]
