"""What a file declares, as tests write it: a section for each keyword, and in it handles with their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.model.address import Address
from tenantry.model.place import Path, Place
from tenantry.model.state import DesiredState, Lifecycle, Manage, Resource


def declare(manage: Manage | None = None, /, **sections: Mapping[str, Any]) -> DesiredState:
    """Return a desired state, each resource on a line of its own; its ``lifecycle`` is a Lifecycle under that name."""
    resources: dict[Address, Resource] = {}
    for section, entries in sections.items():
        for handle, said in entries.items():
            address = Address(section, handle)
            fields = {name: value for name, value in said.items() if name != "lifecycle"}
            places: dict[Path, Place] = {(): Place("tenant.yaml", len(resources) + 1, 3)}
            resources[address] = Resource(address, fields, said.get("lifecycle", Lifecycle()), places=places)
    return DesiredState("acme", resources, manage or Manage())
