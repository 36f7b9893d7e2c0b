"""Which bucket of the server a request draws on: the tenant's own, or one of an endpoint's.

Source: Auth0 docs, rate limit policy (some endpoints have limits of their own, below the tenant's); that an answer of theirs
then tells the smaller bucket is assumed.
"""

from __future__ import annotations

from collections.abc import Callable

from tenantry.management.pacing import Budget

Route = tuple[bool, str]
"""Whether a request reads, and of what."""


class Budgets:
    """A budget per bucket, told apart by the size it advertises: the largest is the tenant's, any smaller one its route's.

    Should one smaller bucket serve several routes after all, their budgets share it as several runs would.
    """

    def __init__(self, share: float, luck: Callable[[], float]) -> None:
        self._share, self._luck = share, luck
        self._tenants = Budget(share, luck)
        self._routes: dict[Route, Budget] = {}

    def of(self, route: Route) -> Budget:
        """Return the budget that requests of this route draw on, as far as is known."""
        return self._routes.get(route, self._tenants)

    def told(self, route: Route, limit: int | None) -> Budget:
        """Return the budget that an answer to a request of this route belongs to, for it tells this size."""
        known, largest = self.of(route), self._tenants.limit
        if limit is None or largest is None or known.limit == limit:
            return known
        self._routes.pop(route, None)
        if limit < largest:
            self._routes[route] = Budget(self._share, self._luck)
        elif limit > largest:  # what was taken for the tenant's is an endpoint's
            self._tenants = Budget(self._share, self._luck)
        return self.of(route)
