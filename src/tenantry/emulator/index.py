"""An index of a collection's documents by the value of one member.

Source: assumed (how Auth0 stores a tenant is not public).
"""

from __future__ import annotations

import json
from typing import Any


class Index:
    """The keys of the documents that have a value in one member, in the order in which they got it."""

    def __init__(self, field: str, documents: dict[str, dict[str, Any]]) -> None:
        self._field = field
        self._keys: dict[object, dict[str, None]] = {}
        for key, document in documents.items():
            self.move(key, None, document)

    def keys_of(self, value: object) -> list[str]:
        """Return the keys of the documents that have the value."""
        return list(self._keys.get(_hashable(value), {}))

    def move(self, key: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        """Follow a document from what it was to what it is; None where there was or is none."""
        old = None if before is None else _hashable(before.get(self._field))
        new = None if after is None else _hashable(after.get(self._field))
        if before is not None and (after is None or old != new):
            keys = self._keys.get(old, {})
            keys.pop(key, None)
            if not keys:
                self._keys.pop(old, None)
        if after is not None:
            self._keys.setdefault(new, {})[key] = None


def _hashable(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return (type(value).__name__, value) if isinstance(value, bool) else value
