"""Which step goes when: everything whose predecessors are done, at once; what follows a failure is not tried."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tenantry.apply.outcome import Failed, failure
from tenantry.apply.run import Run, State
from tenantry.apply.stepping import take
from tenantry.model.address import Address
from tenantry.model.errors import Interrupted
from tenantry.plan import Step

WORKERS = 24
"""More than requests at once, because some steps only wait for the server's staged work."""


@dataclass
class Ledger:
    """What became of the steps so far: failures by change, steps taken, steps not tried and why, changes that were sent."""

    failed: dict[Address, Failed] = field(default_factory=dict)
    untried: dict[int, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    sent: set[Address] = field(default_factory=set)


class Schedule:
    """Runs the steps of a plan, several at a time, each after those it must follow."""

    def __init__(self, run: Run, steps: Sequence[Step], ledger: Ledger) -> None:
        self.run = run
        self.ledger = ledger
        self.steps = {step.number: step for step in steps}
        self.waiting_for = {step.number: {n for n in step.after if n in self.steps} for step in steps}
        self.followers: dict[int, list[int]] = defaultdict(list)
        for number, others in self.waiting_for.items():
            for other in others:
                self.followers[other].append(number)
        self.ready = deque(step.number for step in steps if not self.waiting_for[step.number])
        self.running = 0
        self.change = asyncio.Condition()

    async def work(self) -> None:
        """Return when every step is done, failed or out of the question."""
        workers = min(WORKERS, len(self.steps))
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._worker())

    async def _worker(self) -> None:
        """Take steps until there are no more."""
        while (number := await self._next()) is not None:
            step = self.steps[number]
            await self._take(step)
            async with self.change:
                self.running -= 1
                self._settle(step)
                self.change.notify_all()

    async def _next(self) -> int | None:
        """Return the next step that may go, or None when there will be none."""
        async with self.change:
            await self.change.wait_for(lambda: self.ready or not self.running or self.run.stop.is_set())
            if self.run.stop.is_set() or not self.ready:
                return None
            self.running += 1
            return self.ready.popleft()

    async def _take(self, step: Step) -> None:
        """Carry out one step; what became of it goes into the ledger and the journal."""
        self.run.progress(step, State.STARTED)
        try:
            if await take(self.run, step):
                self.ledger.sent.add(step.address)
        except Exception as error:  # noqa: BLE001 - one change's trouble, of whatever kind, must not end the others
            if not isinstance(error, Interrupted) or step.number in self.run.begun:
                self._note_failure(step, error)
            return
        self.ledger.taken.add(step.number)
        id_ = self.run.ids.get(step.address)
        self.run.journal.write("sent", step=step.number, address=step.address, op=step.op, id=id_)
        self.run.progress(step, State.DONE)

    def _note_failure(self, step: Step, error: Exception) -> None:
        """Note what went wrong with a step."""
        record = failure(self.run.plan.by_address[step.address], error)
        self.ledger.failed.setdefault(step.address, record)
        self.run.journal.write(
            "failed",
            step=step.number,
            address=step.address,
            code=record.code,
            message=record.message,
            status=record.status,
            error_code=record.error_code,
        )
        self.run.progress(step, State.FAILED)

    def _settle(self, step: Step) -> None:
        """Let the followers of a step go, or rule them out; after one that was interrupted nothing is said of them."""
        for number in self.followers[step.number]:
            if step.number in self.ledger.taken:
                self.waiting_for[number].discard(step.number)
                if not self.waiting_for[number] and number not in self.ledger.untried:
                    self.ready.append(number)
            elif step.address in self.ledger.failed:
                self._rule_out(number, f"{step.address} failed")

    def _rule_out(self, number: int, reason: str) -> None:
        """Note that a step and all that follow it will not be tried."""
        pending = [number]
        while pending:
            each = pending.pop()
            if each not in self.ledger.untried:
                self.ledger.untried[each] = reason
                self.run.progress(self.steps[each], State.SKIPPED)
                pending += self.followers[each]
