"""Lists that belong to a resource and that other rooms read too: one document per owner, one member.

`user_roles` {roles}, `user_permissions` and `role_permissions` {permissions}, `connection_clients` {clients},
`organization_members` {members}, `organization_connections` {connections}, `organization_client_grants` {grants},
`member_roles` {roles} (key `organization:user`), `trigger_bindings` {bindings},
`synchronized_groups` {groups}, `connection_keys` {keys}, `group_members` {members}, `group_roles` {roles},
`organization_group_roles` {roles} (key `organization:group`).
Source: assumed (our own seam).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenantry.emulator.store import Store

MEMBERS = {
    "user_roles": "roles",
    "user_permissions": "permissions",
    "role_permissions": "permissions",
    "connection_clients": "clients",
    "organization_members": "members",
    "organization_connections": "connections",
    "organization_client_grants": "grants",
    "member_roles": "roles",
    "trigger_bindings": "bindings",
    "synchronized_groups": "groups",
    "connection_keys": "keys",
    "group_members": "members",
    "group_roles": "roles",
    "organization_group_roles": "roles",
}


def held(store: Store, collection: str, owner: str) -> list[Any]:
    """Return a copy of what the owner holds."""
    return list((store.get(collection, owner) or {}).get(MEMBERS[collection]) or ())


def hold(store: Store, collection: str, owner: str, items: list[Any]) -> None:
    """Let the owner hold exactly these."""
    store.put(collection, owner, {MEMBERS[collection]: items})


def add(store: Store, collection: str, owner: str, item: Any) -> None:
    """Let the owner hold this too."""
    items = held(store, collection, owner)
    if item not in items:
        hold(store, collection, owner, [*items, item])


def remove(store: Store, collection: str, owner: str, item: Any) -> None:
    """Let the owner no longer hold this."""
    items = held(store, collection, owner)
    if item in items:
        hold(store, collection, owner, [each for each in items if each != item])


def holders(store: Store, collection: str, item: Any) -> list[str]:
    """Return the owners that hold this; looks at every owner."""
    return [owner for owner in store.keys(collection) if item in held(store, collection, owner)]
