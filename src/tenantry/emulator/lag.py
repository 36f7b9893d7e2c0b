"""Reads that lag behind writes, as those of a replicated store do.

With `read_after_write_ms` set, a read of the Management API shows the tenant as it was that long ago; writes always act
on the present. The tenant's own clock counts, so a test may move it instead of waiting.

Source: assumed (that Auth0's reads may lag is reported by its users; how long is not published).
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenantry.emulator.exchange import MANAGEMENT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenantry.emulator.exchange import Call
    from tenantry.emulator.store import Before
    from tenantry.emulator.tenant import Tenant

_ACCESS = {"keys", "opaque_tokens"}
"""What tokens are checked with: a lag there would refuse callers, not show them the past."""


@dataclass(slots=True)
class Lag:
    """The latest changes of a tenant, for as long as reads do not show them."""

    tenant: Tenant
    _recent: deque[tuple[float, list[Before]]] = field(default_factory=deque)

    @contextmanager
    def transaction(self, call: Call) -> Iterator[None]:
        """Carry out a call in a transaction: a lagging read in the past, all else in the present."""
        store = self.tenant.store
        hidden = self._hidden()
        if hidden and call.method == "GET" and call.is_below(MANAGEMENT_PATH):
            with store.rewound(hidden):
                yield
            return
        with store.transaction() as changes:
            yield
        if changes and self.tenant.timing.read_after_write_ms:
            self._recent.append((self.tenant.clock.now(), changes))

    def _hidden(self) -> list[Before]:
        """Return the changes that reads do not show yet."""
        lag_ms = self.tenant.timing.read_after_write_ms
        if not lag_ms:
            self._recent.clear()
        shown_until = self.tenant.clock.now() - lag_ms / 1000
        while self._recent and self._recent[0][0] <= shown_until:
            self._recent.popleft()
        return [change for _, changes in self._recent for change in changes if change[0] not in _ACCESS]
