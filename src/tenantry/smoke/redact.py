"""Keeps tokens, codes and secrets out of every text: what was once handled as secret is shown as a short digest."""

from __future__ import annotations

import hashlib
import re

JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){1,3}")

HIDDEN = "(hidden)"
SHORTEST = 6
"""Shorter values are not hidden: they would tear holes into ordinary words."""


def digest(value: str) -> str:
    """Return a short name for a value that must not be shown; equal values have equal names."""
    raw = value.encode(errors="surrogatepass")  # JSON can hold half of a surrogate pair
    return f"sha256:{hashlib.sha256(raw).hexdigest()[:12]}"


class Vault:
    """Remembers every secret value of one run and takes them out of texts."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._weak: set[str] = set()

    def add(self, *values: str | None) -> None:
        """Remember values that must never be shown."""
        self._values.update(value for value in values if value and len(value) >= SHORTEST)

    def hide(self, *values: str | None) -> None:
        """Remember values that people choose: a digest would let them be guessed, so not even that is shown."""
        self._weak.update(value for value in values if value and len(value) >= SHORTEST)

    def clean(self, text: str) -> str:
        """Return ``text`` with every remembered value, and everything that looks like a JWT, as its digest."""
        for value in sorted(self._weak, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        for value in sorted(self._values, key=len, reverse=True):
            if value in text:
                text = text.replace(value, digest(value))
        return JWT.sub(lambda found: digest(found.group()), text)
