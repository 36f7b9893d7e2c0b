"""What a reader must know although nothing is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.model.address import Address
from tenantry.model.place import Place


@dataclass(frozen=True)
class Note:
    """A warning: something is probably not meant, or cannot be verified."""

    sentence: str
    address: Address | None = None
    place: Place | None = None
    code: str = "warning"
