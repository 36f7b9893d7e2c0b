"""The origins that a tenant's applications have registered, found at the same cost however many there are.

An application registers origins as `allowed_origins` and `web_origins`, and by the origins of its callbacks. In the first
label of a host `*` or `{organization_name}` stands for letters, digits and hyphens.

Source: Auth0 docs, application settings (allowed origins, callbacks are implied) and subdomain URL placeholders. That
web origins count too, and that a placeholder further right never matches, is assumed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenantry.emulator.store import Store

DEFAULT_PORTS = {"http": 80, "https": 443}
_PLACEHOLDER = re.compile(r"\\\*|\\\{[a-z_]+\\\}")


@lru_cache(maxsize=65536)
def origin_of(url: str) -> str | None:
    """Return the origin of a URL as browsers write it, or None when it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}")


class Origins:
    """What the applications of a store have registered, read again when they have changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._revision = -1
        self._plain: set[str] = set()
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        """By what follows the first label."""

    def __contains__(self, origin: str) -> bool:
        """Tell whether an application registered this origin; `null`, which any page can have, is nobody's."""
        if origin_of(origin) != origin:
            return False
        if self._revision != self._store.revision("clients"):
            self._read()
        return origin in self._plain or any(
            pattern.fullmatch(origin) for pattern in self._patterns.get(_after_first_label(origin), ())
        )

    def _read(self) -> None:
        self._revision = self._store.revision("clients")
        self._plain, self._patterns = set(), {}
        for client in self._store.all("clients"):
            for registered in _registered(client):
                self._add(registered.rstrip("/").lower())

    def _add(self, registered: str) -> None:
        if "*" in registered or "{" in registered:
            self._patterns.setdefault(_after_first_label(registered), []).append(_pattern(registered))
        else:
            self._plain.add(registered)


def _registered(client: dict[str, Any]) -> Iterator[str]:
    yield from _texts(client.get("allowed_origins"))
    yield from _texts(client.get("web_origins"))
    for callback in _texts(client.get("callbacks")):
        origin = origin_of(callback)
        if origin:
            yield origin


def _texts(value: object) -> Iterable[str]:
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _after_first_label(origin: str) -> str:
    return origin.partition(".")[2]


@lru_cache(maxsize=65536)
def _pattern(registered: str) -> re.Pattern[str]:
    """Return the registered origin as a regular expression; a placeholder stands for letters, digits and hyphens."""
    return re.compile(_PLACEHOLDER.sub("[a-z0-9-]+", re.escape(registered)))
