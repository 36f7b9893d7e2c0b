"""The part of the user search syntax that is understood: `field:"value"`, `_exists_:field` and bare words, joined by AND.

Source: Auth0 docs, "User search query syntax"; wildcards, ranges and OR are not imitated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.management.call import Document

_TERM = re.compile(r'(?:([A-Za-z_.]+):)?(?:"([^"]*)"|([^\s"]+))')
_SEARCHED = ("email", "name", "nickname", "username", "user_id", "phone_number")


def search(query: str) -> Callable[[Document], bool]:
    """Return a test of whether a user is among those the query asks for.

    Raises: Refusal.
    """
    if re.search(r"\bOR\b|\bNOT\b|[\[\]{}()]", re.sub(r'"[^"]*"', "", query)):
        raise invalid("The emulator understands only terms joined by AND in a user search.", "invalid_query_string")
    terms = [match for match in _TERM.finditer(query) if match.group(0) != "AND"]
    wanted = [(match.group(1), match.group(2) or match.group(3) or "") for match in terms]
    return lambda user: all(_holds(field, value, user) for field, value in wanted)


def _holds(field: str | None, value: str, user: Document) -> bool:
    if field is None:
        return any(value.lower() in str(user.get(name, "")).lower() for name in _SEARCHED)
    if field == "_exists_":
        return bool(_values(value.split("."), user))
    found = _values(field.split("."), user)
    if value == "*":
        return bool(found)
    if value.endswith("*"):
        return any(each.lower().startswith(value[:-1].lower()) for each in found)
    return any(each.lower() == value.lower() for each in found)


def _values(path: list[str], value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _values(path, item)]
    if not path:
        return [str(value).lower() if isinstance(value, bool) else str(value)]
    if isinstance(value, dict) and path[0] in value:
        return _values(path[1:], value[path[0]])
    return []
