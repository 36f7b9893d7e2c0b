"""Values that must never be shown."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from tenantry.model.values import leaves, mapped

_SECRETIVE = re.compile(r"secret|token|passw|private|credential|(?<!public)(?<!public_)key$", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(endpoint|ur[il]|methods?|algs?|supported|types?|formats?|lifetime|expires_?in|_iss|_sub)$", re.IGNORECASE
)


def sounds_secret(name: str) -> bool:
    """Return whether a member that no kind names may hold a secret: `admin_token`, but not `token_endpoint`."""
    return bool(_SECRETIVE.search(name)) and not _HARMLESS.search(name)


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is fetched only when it must be sent or compared, and that no output can show.

    ``name`` is what the configuration calls it (``DEV_CLIENT_SECRET``), or the field's path for a value that was
    written in plain. Two secrets are equal when their names are; their values are compared by ``matches`` alone.
    """

    name: str
    _fetch: Callable[[], str | None] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Return the mask, never the value."""
        return "***"

    def __repr__(self) -> str:
        """Return the name and the mask, never the value."""
        return f"Secret({self.name!r}, ***)"

    @classmethod
    def of(cls, name: str, value: str) -> Self:
        """Return a secret whose value is at hand."""
        return cls(name, lambda: value)

    @property
    def is_available(self) -> bool:
        """Return whether the value can be fetched here."""
        return self._fetch() is not None

    def reveal(self) -> str:
        """Return the value itself.

        Raises: LookupError when it is not available here.
        """
        value = self._fetch()
        if value is None:
            message = f"secret {self.name} is not set"
            raise LookupError(message)
        return value

    def matches(self, live: Any) -> bool | None:
        """Return whether ``live`` is this value, or None when the value is not available here."""
        value = self._fetch()
        if value is None:
            return None
        return isinstance(live, str) and hmac.compare_digest(value.encode(), live.encode())


@dataclass(frozen=True, slots=True)
class LiveSecret(Secret):
    """A secret that was read from the tenant; ``name`` is the path inside the resource ``owner`` (an address)."""

    owner: str = ""


@dataclass(frozen=True, slots=True)
class PlainSecret(Secret):
    """A secret that stands in plain in a file; ``name`` is the path inside its resource."""


@dataclass(frozen=True, slots=True)
class TextSecret(Secret):
    """A text with secrets inside, itself a secret; it is available when all of them are."""

    parts: tuple[str | Secret, ...] = ()

    @classmethod
    def made_of(cls, parts: tuple[str | Secret, ...]) -> TextSecret:
        """Return the secret that these parts make, one after the other."""

        def fetch() -> str | None:
            if not all(part.is_available for part in parts if isinstance(part, Secret)):
                return None
            return "".join(part.reveal() if isinstance(part, Secret) else part for part in parts)

        names = "+".join(part.name for part in parts if isinstance(part, Secret))
        return cls(f"{names} (inside a text)", fetch, parts=parts)


MASK = {"secret": True, "set": True}
"""What plans, journals, reports and logs show in a secret's stead."""


def masked(value: Any) -> Any:
    """Return ``value`` with every secret inside it replaced by the mask."""
    return mapped(value, lambda leaf: dict(MASK) if isinstance(leaf, Secret) else leaf)


def sources(secret: Secret) -> tuple[Secret, ...]:
    """Return the secrets that must be had to have this one: those inside a text, else itself."""
    return tuple(part for part in secret.parts if isinstance(part, Secret)) if isinstance(secret, TextSecret) else (secret,)


def secrets_in(value: Any) -> list[Secret]:
    """Return every secret inside ``value``."""
    return [leaf for leaf in leaves(value) if isinstance(leaf, Secret)]
