"""What PATCH does to a document.

Source: recorded traffic of terraform-provider-auth0, measured member by member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantry.emulator.management.call import Document


def merged(before: Document, body: Document, deep: Collection[str] = (), kept: Collection[str] = ()) -> Document:
    """Return the changed document.

    A sent member replaces the old one and `null` removes it. Members in `deep` (`a`, or `a.*` for the members
    of `a`) are merged with the old ones; members in `kept` hold their `null`.
    """
    made = dict(before)
    for name, value in body.items():
        old = before.get(name)
        if value is None and name not in kept:
            made.pop(name, None)
        elif name in deep and isinstance(value, dict) and isinstance(old, dict):
            made[name] = merged(old, value, _below(name, deep, value))
        else:
            made[name] = value
    return made


def overlaid(defaults: Document, body: Document) -> Document:
    """Return the defaults overlaid with the body, objects member by member."""
    made = dict(defaults)
    for name, value in body.items():
        old = made.get(name)
        made[name] = overlaid(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def without_nulls(body: Document) -> Document:
    """Return the body without the members that are `null`."""
    return {name: value for name, value in body.items() if value is not None}


def _below(name: str, deep: Collection[str], value: Document) -> Collection[str]:
    return set(value) if f"{name}.*" in deep else ()
