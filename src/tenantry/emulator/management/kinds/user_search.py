"""What a search for users looks at.

Source: Auth0 docs, "User Search Query Syntax" (normalized fields, `email.domain`, `organization_id`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.held import holders
from tenantry.emulator.management.lucene import Searched, matching

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document

_NORMALIZED = ("email", "name", "given_name", "family_name", "nickname", "email.domain")
_SEARCHED = Searched(bare=(*_NORMALIZED[:-1], "username", "user_id", "phone_number"), folded=_NORMALIZED)


def found(call: Call, users: list[Document], query: str) -> list[Document]:
    """Return the users that the query asks for.

    Raises: Refusal.
    """
    fits = matching(query, _SEARCHED)
    by_organization = "organization_id" in query
    return [user for user in users if fits(_seen(call, user, by_organization=by_organization))]


def _seen(call: Call, user: Document, *, by_organization: bool) -> Document:
    domain = {"email.domain": user["email"].rpartition("@")[2]} if user.get("email") else {}
    inside = {"organization_id": holders(call.store, "organization_members", user["user_id"])} if by_organization else {}
    return {**user, **domain, **inside}
