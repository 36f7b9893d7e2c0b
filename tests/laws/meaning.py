"""Which resource of a tenant a world speaks of: by its id, its name, or the name that it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.laws.snapshot import Held, Snapshot
from tests.laws.worlds import KEYS, World, treatment


def identified(world: World, before: Snapshot, after: Snapshot) -> dict[tuple[str, str], str]:
    """Return the tenant's id of what a world calls by section and handle."""
    return {
        (held.section, handle): held.id
        for held in after.values()
        for handle in world.get(held.section, {})
        if Around(world, after, before).means(held, handle)
    }


def declared(world: World, before: Snapshot, after: Snapshot) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return what is declared of each resource that a world speaks of, before a run and after it."""
    return {
        key: wanted
        for where in (before, after)
        for key, held in where.items()
        for handle, wanted in world.get(held.section, {}).items()
        if Around(world, where, before).means(held, handle)
    }


@dataclass(frozen=True)
class Around:
    """A world and the tenant as it is looked at, beside what a run found there."""

    world: World
    where: Snapshot
    before: Snapshot

    def means(self, held: Held, handle: str) -> bool:
        """Return whether a resource is the one that the world calls by a handle."""
        if held.section in {"triggers", "tenant_settings"}:
            return held.id == handle
        wanted = self.world[held.section][handle]
        id_ = treatment(wanted).id
        if id_ and ((held.section, id_) in self.before or treatment(wanted).absent):  # what went by its id took no name along
            is_new = (held.section, held.id) not in self.before
            return held.id == id_ or (is_new and self._answers(held, wanted))
        return not self._is_picked(held) and self._answers(held, wanted)

    def _answers(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a resource is what a declaration without an id speaks of."""
        return self._grants(held, wanted) if held.section == "client_grants" else self._is_called(held, wanted)

    def _is_picked(self, held: Held) -> bool:
        """Return whether the world names a resource by its id: no other declaration means it, whatever it is called."""
        return any(treatment(each).id == held.id for each in self.world[held.section].values()) and key_of(held) in self.before

    def _is_called(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a resource has the declared name, or the one before it where nothing has the declared one."""
        if held.section not in KEYS:
            return False
        name = wanted[KEYS[held.section]]
        if held.name == name:
            return True
        namesakes = [each for each in self.where.values() if each.section == held.section and each.name == name]
        return held.name == treatment(wanted).renamed_from and all(self._is_picked(each) for each in namesakes)

    def _grants(self, held: Held, wanted: Mapping[str, Any]) -> bool:
        """Return whether a grant is one of the application and the API that the world names; an API may have gone."""
        owner = self.where.get(("applications", str(held.data.get("client_id"))))
        apis = [each for each in self.where.values() if each.section == "apis" and each.name == held.data["audience"]]
        return (
            owner is not None
            and self.means(owner, wanted["client_id"])
            and (not apis or any(self.means(each, wanted["audience"]) for each in apis))
        )


def key_of(held: Held) -> tuple[str, str]:
    return held.section, held.id
