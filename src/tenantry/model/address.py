"""Where a resource stands: its section and its handle."""

from __future__ import annotations

import re
from dataclasses import dataclass

HANDLE = re.compile(r"[A-Za-z0-9_-]+")
MANAGEMENT_API = "management-api"
"""The handle of the tenant's own Management API, which no file declares."""
USERINFO = "userinfo"
"""In place of an API's handle: the tenant's own userinfo endpoint, whose access tokens are opaque."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A resource's place in the configuration, written ``section.handle``; a singleton's handle is empty."""

    section: str
    handle: str

    def __str__(self) -> str:
        """Return ``applications.storefront``."""
        return f"{self.section}.{self.handle}" if self.handle else self.section

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that ``text`` writes; handles hold no dots, so the first dot separates."""
        section, _, handle = text.partition(".")
        return cls(section, handle)


@dataclass(frozen=True, slots=True)
class IdOf:
    """A placeholder in a call for the tenant's id of a resource; the applier fills it in."""

    address: Address
