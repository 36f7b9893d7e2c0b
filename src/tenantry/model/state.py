"""The two sides that are compared: what the files declare, and what the tenant holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from tenantry.model.address import Address
from tenantry.model.place import Path, Place, place_at


@dataclass(frozen=True)
class Lifecycle:
    """How a declared resource is to be treated over time; see the ``lifecycle:`` block."""

    ignore_changes: tuple[str, ...] = ()
    renamed_from: str | None = None
    id: str | None = None
    managed: bool = True
    absent: bool = False


@dataclass(frozen=True)
class Resource:
    """One declared resource.

    ``fields`` holds what was said and no more: a field that is absent is not managed, ``None`` means clear. References are
    handles, secrets are ``Secret``, partial collections are ``Include`` and ``Exclude``. ``unchecked`` names fields that stood
    under ``unchecked:``; they are merged into ``fields`` and compared as they are.
    """

    address: Address
    fields: Mapping[str, Any]
    lifecycle: Lifecycle = Lifecycle()
    unchecked: frozenset[str] = frozenset()
    places: Mapping[Path, Place] = field(default_factory=dict, compare=False)

    def place(self, path: Path = ()) -> Place | None:
        """Return where the value at ``path`` was written, or the nearest thing around it."""
        return place_at(self.places, path)


@dataclass(frozen=True)
class Manage:
    """What a run may do to the tenant; see the ``manage:`` block.

    ``emptied``: sections that the tenant file itself declares as literally empty, so that pruning all of them is meant.
    ``rate`` is the usable share of the rate limit, between 0 and 1.
    """

    prune: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    max_deletes: int | None = None
    protect: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rate: float = 0.8
    disposable: bool = False


class Purpose(StrEnum):
    """Why a state is desired: a file declares it, what a file declares is to go, or a run is to be taken back."""

    DECLARED = "declared"
    DESTROY = "destroy"
    REVERT = "revert"


@dataclass(frozen=True)
class DesiredState:
    """Everything that a tenant shall hold; ``tenant`` is the name that plans and reports show."""

    tenant: str
    resources: Mapping[Address, Resource]
    manage: Manage = Manage()
    purpose: Purpose = Purpose.DECLARED

    @property
    def sections(self) -> frozenset[str]:
        """Return the sections that hold a declared resource or are pruned."""
        return frozenset(address.section for address in self.resources) | self.manage.prune


@dataclass(frozen=True)
class LiveResource:
    """One resource as the tenant answered it, with its parts as listed; ids have not been translated."""

    section: str
    id: str
    data: Mapping[str, Any]
    parts: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Who the tool is in this tenant: the token's ``azp``, its scopes, and the tenant's canonical issuer and API identifier."""

    client_id: str = ""
    scopes: frozenset[str] = frozenset()
    api_identifier: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class LiveState:
    """Everything that was read of the tenant. ``truncated`` names sections whose list ended at the server's ceiling."""

    resources: Mapping[str, tuple[LiveResource, ...]]
    caller: Caller = Caller()
    truncated: frozenset[str] = frozenset()
    requests: int = 0

    @cached_property
    def by_id(self) -> dict[tuple[str, str], LiveResource]:
        """Return all resources by section and id."""
        return {(section, each.id): each for section, found in self.resources.items() for each in found}

    def of(self, section: str) -> tuple[LiveResource, ...]:
        """Return the live resources of a section, none if it was not read."""
        return self.resources.get(section, ())
