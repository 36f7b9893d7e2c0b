"""Resources that a request names: each must exist, and what is missing is refused in one way.

Source: recorded traffic of terraform-provider-auth0 (TestAccClientGrant, TestAccConnectionClients, TestAccRole, TestAccUser);
assumed (members, invitations and parts of organizations are refused alike).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import missing

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document

ABSENT = {
    "clients": ("The client does not exist", "inexistent_client"),
    "client_grants": ("The client grant does not exist", "inexistent_client_grant"),
    "connections": ("The connection does not exist", "inexistent_connection"),
    "roles": ("The role does not exist.", "inexistent_role"),
    "users": ("The user does not exist.", "inexistent_user"),
}


def named(call: Call, collection: str, key: str) -> Document:
    """Return the document that the request names.

    Raises: Refusal.
    """
    document = call.store.get(collection, key)
    if document is None:
        raise missing(*ABSENT[collection])
    return document
