"""Faults on demand: answers that fail, get lost, come late or come broken, as the rules of `fault_rules` say.

The first rule that fires wins. The effect of a lost answer can come late: it is carried out when it is due.

Source: the emulator's own control interface.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from tenantry.emulator import fault_rules
from tenantry.emulator.exchange import CONTROL_PATH, Answer, Call

if TYPE_CHECKING:
    from tenantry.emulator.clock import Clock
    from tenantry.emulator.exchange import Next
    from tenantry.emulator.fault_rules import Rule


@dataclass(slots=True)
class _Late:
    """A request whose effect is still to come.

    Units: seconds of the tenant's clock.
    """

    due: float
    call: Call


class Faults:
    """The rules in force, their die, and the requests whose effect is still to come."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._late: deque[_Late] = deque()
        self.seed = 0
        self.rules: list[Rule] = []
        self._die = Random(0)  # noqa: S311 - a repeatable die, nothing secret

    def clear(self) -> None:
        """Forget every rule and every request that was to come late."""
        self.put({})
        self._late.clear()

    def put(self, document: Any) -> None:
        """Put these rules in force with their counters at zero.

        Raises: BadBody that names every mistake; the rules stay as they were.
        """
        self.seed, self.rules = fault_rules.read(document)
        self._die = Random(self.seed)  # noqa: S311 - as above

    def document(self) -> dict[str, Any]:
        """Return the rules as they were put, with their ids and how often they fired."""
        rules = [rule.document | {"id": rule.id, "matched": rule.matched, "fired": rule.fired} for rule in self.rules]
        return {"seed": self.seed, "rules": rules}

    async def pass_through(self, call: Call, following: Next) -> Answer:
        """Carry out what is due, then answer this call as the first rule that fires wants it."""
        if call.is_below(CONTROL_PATH):
            return await following(call)
        await self._carry_out_due(following)
        rule = next((rule for rule in self.rules if rule.fires(call, self._die)), None)
        if rule is None:
            return await following(call)
        if rule.commit_delay_ms:
            self._late.append(_Late(self._clock.now() + rule.commit_delay_ms / 1000, call))
            answer = Answer()
        else:
            answer = await following(call) if rule.needs_true_answer else Answer()
        await asyncio.sleep(rule.latency_ms / 1000)
        return rule.spoil(answer)

    async def _carry_out_due(self, following: Next) -> None:
        """Nobody can see a tenant but through a request, so a late effect may wait for the next one."""
        now = self._clock.now()
        due = sorted((late for late in self._late if late.due <= now), key=lambda late: late.due)
        self._late = deque(late for late in self._late if late.due > now)
        for late in due:
            await following(late.call)
