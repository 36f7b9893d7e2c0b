"""Carries out a plan: refuses before the first write what cannot end well, then goes, then looks whether it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tenantry.apply.backup import Gone, backup_of, taken, write
from tenantry.apply.blame import blamed, outdated
from tenantry.apply.first import require_scopes, require_secrets
from tenantry.apply.journal import Journal, quiet
from tenantry.apply.kept import kept
from tenantry.apply.outcome import Done, Failed, Outcome, Skipped
from tenantry.apply.run import Progress, Run, State
from tenantry.apply.schedule import Ledger, Schedule
from tenantry.apply.verify import verify
from tenantry.management import Counts, ManagementClient
from tenantry.model.address import Address
from tenantry.model.errors import Stale
from tenantry.model.kind import Kind
from tenantry.model.state import LiveState
from tenantry.plan import Change, Op, Plan, Ruling, Step, Verdict, check, references

INTERRUPTED = "interrupted"


def _silent(_step: Step, _state: State) -> None:
    """Tell nobody."""


async def apply(
    plan: Plan,
    live: LiveState,
    client: ManagementClient,
    kinds: Mapping[str, Kind],
    *,
    journal: Journal | None = None,
    progress: Progress = _silent,
    stop: asyncio.Event | None = None,
) -> Outcome:
    """Return what became of every change of the plan; ``live`` is the tenant as it was read just now.

    Guards are the caller's to heed. Setting ``stop`` ends the run cleanly: what is on its way is finished, nothing is begun,
    waited for or looked over.

    Raises: before the first write only: NotAllowed (scopes), ConfigErrors (secrets), Stale (the tenant changed), Interrupted.
    """
    if plan.is_empty:
        return Outcome()
    before, stop = replace(client.counts), stop or asyncio.Event()
    client.heed(stop)
    require_scopes(plan, await client.caller())
    require_secrets(plan)
    rulings = await _rulings(plan, live, client, kinds)
    run = Run.of(plan, live, client, kinds, journal=journal or quiet(), progress=progress, stop=stop)
    application = _Application(run, live, rulings, before)
    return await application.carry_out()


async def _rulings(plan: Plan, live: LiveState, client: ManagementClient, kinds: Mapping[str, Kind]) -> dict[Address, Ruling]:
    """Return the ruling on each change.

    Raises: Stale when the tenant is not what the plan was made from, with who changed it where the logs tell.
    """
    rulings = {ruling.address: ruling for ruling in check(plan, live, kinds)}
    stale = {
        ruling.id or plan.by_address[address].id or str(address): outdated(plan.by_address[address], ruling.reason)
        for address, ruling in rulings.items()
        if ruling.verdict is Verdict.STALE
    }
    if stale:
        raise Stale(await blamed(client, stale))
    return rulings


@dataclass
class _Application:
    """One application of a plan, from the first line of its journal to the last."""

    run: Run
    live: LiveState
    rulings: dict[Address, Ruling]
    before: Counts

    async def carry_out(self) -> Outcome:
        """Return the outcome; the journal is whole even if the run is torn down."""
        steps = self._open_steps()
        ledger = Ledger()
        gone = await self._backed_up()
        self._begin(len(steps), gone)
        try:
            await Schedule(self.run, steps, ledger).work()
            unverified = await verify(self.run, self._to_verify(ledger, steps))
        except BaseException:
            self.run.journal.write("finished", interrupted=True, taken=sorted(ledger.taken))
            raise
        outcome = self._outcome(ledger, steps, unverified)
        self._end(outcome)
        return outcome

    def _open_steps(self) -> list[Step]:
        """Return the steps that are still to be taken, learning the ids of what an earlier run created."""
        for ruling in self.rulings.values():
            if ruling.id is not None:
                self.run.ids[ruling.address] = ruling.id
        return [step for step in self.run.plan.steps if not self._is_taken(step)]

    def _is_taken(self, step: Step) -> bool:
        """Return whether an earlier run has taken this step."""
        ruling = self.rulings[step.address]
        if ruling.verdict is Verdict.DONE:
            return True
        if ruling.id is None or ruling.id == self.run.plan.by_address[step.address].id:
            return False
        # It was begun by an earlier run: the new resource is there under a new id, and only what comes after is open.
        return step.op in {Op.CREATE, Op.DELETE}

    async def _backed_up(self) -> list[Gone]:
        """Return what will go, after writing it to the backup beside the journal; without a journal there is none."""
        path = self.run.journal.path
        if path is None or not any(change.action.destroys for change in self.run.plan.changes):
            return []
        gone = await taken(self.run, self.live)
        write(gone, self.run.plan.tenant, backup_of(path))
        return gone

    def _begin(self, steps: int, gone: list[Gone]) -> None:
        """Write down what is about to happen, how everything was before, and what it shall be."""
        plan, journal = self.run.plan, self.run.journal
        journal.write(
            "started",
            plan=plan.id,
            tenant=plan.tenant,
            caller=plan.caller,
            changes=len(plan.changes),
            steps=steps,
            refers=self._refers(gone),
        )
        for change in plan.changes:
            journal.write(
                "before",
                address=change.address,
                action=change.action,
                id=change.id,
                name=change.name,
                image=kept(change.pre),
                after=kept(change.post),
                secrets=[field.path for field in change.fields if field.is_secret],
            )

    def _refers(self, gone: list[Gone]) -> dict[str, str]:
        """Return the ids of what the images refer to, so that they can be read without the files."""
        images = [(change.address, image) for change in self.run.plan.changes for image in (change.pre, change.post) if image]
        images += [(each.address, each.image) for each in gone]
        named = {a for address, image in images for a in references(dict(image), self.run.kind(address).shape).resources}
        return {str(address): id_ for address, id_ in self.run.plan.ids.items() if address in named}

    def _end(self, outcome: Outcome) -> None:
        """Write down what became of it."""
        for done in outcome.done:
            self.run.journal.write("done", address=done.address, action=done.action, id=done.id, already=done.already)
        for event, records in (("begun", outcome.begun), ("skipped", outcome.skipped)):
            for record in records:
                self.run.journal.write(event, address=record.address, action=record.action, reason=record.reason)
        self.run.journal.write(
            "finished",
            done=len(outcome.done),
            failed=[failed.address for failed in outcome.failed],
            begun=len(outcome.begun),
            skipped=len(outcome.skipped),
            interrupted=outcome.is_interrupted,
        )

    def _to_verify(self, ledger: Ledger, steps: Sequence[Step]) -> list[Change]:
        """Return the changes that were carried out to their end."""
        open_ = {step.address for step in steps}
        lacking = _lacking(ledger, steps)
        return [c for c in self.run.plan.changes if c.address in open_ and c.address not in lacking]

    def _outcome(self, ledger: Ledger, steps: Sequence[Step], unverified: list[Failed]) -> Outcome:
        """Return what became of every change."""
        lacking = _lacking(ledger, steps)
        failed = ledger.failed | {record.address: record for record in unverified}
        changes = self.run.plan.changes
        begun = {step.address for step in steps if step.number in ledger.taken}
        left = [
            Skipped(c.address, c.action, lacking[c.address], c.place)
            for c in changes
            if c.address in lacking and c.address not in failed
        ]
        now, counts = self.run.client.counts, self.before
        return Outcome(
            done=tuple(self._done(c, ledger) for c in changes if c.address not in lacking and c.address not in failed),
            failed=tuple(failed[c.address] for c in changes if c.address in failed),
            begun=tuple(each for each in left if each.address in begun),
            skipped=tuple(each for each in left if each.address not in begun),
            reads=now.reads - counts.reads,
            writes=now.writes - counts.writes,
            rate_limited=now.rate_limited - counts.rate_limited,
            landed=now.landed - counts.landed,
            is_interrupted=self.run.stop.is_set(),
        )

    def _done(self, change: Change, ledger: Ledger) -> Done:
        """Return the record of a change that holds."""
        already = change.address not in ledger.sent
        return Done(change.address, change.action, self.run.ids.get(change.address), already, change.place)


def _lacking(ledger: Ledger, steps: Sequence[Step]) -> dict[Address, str]:
    """Return the changes of which a step was not taken, and why; one that failed counts here too."""
    reasons: dict[Address, str] = {}
    for step in steps:
        if step.number not in ledger.taken:
            reasons.setdefault(step.address, ledger.untried.get(step.number, INTERRUPTED))
    return reasons
