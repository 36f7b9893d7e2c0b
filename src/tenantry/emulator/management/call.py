"""One checked call of the Management API, as its handler sees it.

Source: assumed (our own seam).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import out_of_scope

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.clock import Clock
    from tenantry.emulator.facts.catalogue import Operation
    from tenantry.emulator.store import Store
    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """The operation, its decoded and validated inputs, and the tenant it acts on."""

    tenant: Tenant
    request: Request
    operation: Operation
    params: dict[str, str]
    query: dict[str, Any]
    body: Any
    scopes: frozenset[str]

    @property
    def store(self) -> Store:
        """The tenant's documents."""
        return self.tenant.store

    @property
    def clock(self) -> Clock:
        """The tenant's time."""
        return self.tenant.clock

    @property
    def key(self) -> str:
        """The first path parameter."""
        return next(iter(self.params.values()))

    def need(self, member: str, scope: str) -> None:
        """Accept the body unless it has a member that the token may not write.

        Raises: Refusal.
        """
        if self.body.get(member) is not None and scope not in self.scopes:
            raise out_of_scope((scope,))

    @property
    def last(self) -> str:
        """The last path parameter."""
        return list(self.params.values())[-1]


Handler = Callable[[Call], Any]
"""Returns the body of the operation's own success status, `None` for an empty one, or an `Answer`."""
