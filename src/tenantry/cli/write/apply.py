"""The step of applying: carry out a plan, and show what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from tenantry import apply as applying
from tenantry.cli.asking import confirm
from tenantry.cli.exits import Exit
from tenantry.cli.intent import Writing
from tenantry.cli.paths import short
from tenantry.cli.planning import notes_of
from tenantry.cli.progress import Tell, progress
from tenantry.cli.results import Output, Result, failure
from tenantry.cli.tenants import Tenant, made_state_folder
from tenantry.cli.write.stop import stopping
from tenantry.kinds import KINDS
from tenantry.model.errors import Stale, TenantryError
from tenantry.model.state import LiveState
from tenantry.plan import Plan, Step
from tenantry.render.clean import count
from tenantry.render.outcome import outcome_body, outcome_markdown, outcome_problems, outcome_text


async def applied(tenant: Tenant, made: Plan, found: LiveState, output: Output, writing: Writing) -> Result:
    """Carry out a plan and return its result; guards are heeded, people are asked where there are any."""
    if made.guards:
        output.say(f"{count(len(made.guards), 'refusal')}; nothing was written.")
        body = _untried(tenant, made, "refused by a guard")
        return Result(tenant.name, Exit.REFUSED, warnings=notes_of(tenant, made), guards=made.guards, body=body)
    if not (made.is_empty or writing.yes or tenant.is_emulated):
        _confirm(tenant, made)
    stop = asyncio.Event()
    try:
        journal = _journal(tenant, made, writing)
        with journal, stopping(stop, output.say), progress(f"applying to {tenant.name}") as tell:
            outcome = await applying.apply(
                made, found, tenant.client, KINDS, journal=journal, progress=_counting(len(made.steps), tell), stop=stop
            )
    except TenantryError as error:  # an apply raises these before its first write only
        return refused(tenant, made, error)
    outcome = _paid(outcome, tenant)
    if not made.is_empty:
        output.show(outcome_text(outcome, tenant.name, short(journal.path) if journal.path else ""))
        _tell_backup(journal, output)
    return Result(
        tenant.name,
        exit_code_of(outcome),
        warnings=notes_of(tenant, made),
        errors=() if output.is_text else outcome_problems(outcome),
        body={} if output.is_text else outcome_body(made, outcome, journal.path, _backup(journal)),
        markdown=outcome_markdown(outcome, tenant.name),
    )


def _confirm(tenant: Tenant, made: Plan) -> None:
    """Go on only when a person says yes."""
    confirm(
        f"Apply {count(made.summary.changes, 'change')} to {tenant.name}?",
        declined=f"not confirmed; nothing was written to {tenant.name}",
        without_terminal=f"{tenant.name} is a real tenant, and there is no terminal to ask: add --yes to apply",
    )


def _counting(total: int, tell: Tell) -> applying.Progress:
    """Return what tells how many of the writes have ended, one way or another."""
    ended: set[int] = set()

    def told(step: Step, state: applying.State) -> None:
        if state is not applying.State.STARTED:
            ended.add(step.number)
            tell(f"{len(ended)} of {total} writes")

    return told


def refused(tenant: Tenant, made: Plan, error: TenantryError) -> Result:
    """Return the result of an apply that ended before its first write."""
    closing = "Nothing was written." + (" Plan again, and look at what changed." if isinstance(error, Stale) else "")
    return replace(failure(tenant.name, error, _untried(tenant, made, "refused before the first write")), closing=closing)


def _untried(tenant: Tenant, made: Plan, reason: str) -> dict[str, Any]:
    """Return what an apply's document holds when nothing was tried."""
    skipped = tuple(applying.Skipped(each.address, each.action, reason, each.place) for each in made.changes)
    return outcome_body(made, _paid(applying.Outcome(skipped=skipped), tenant))


def _paid(outcome: applying.Outcome, tenant: Tenant) -> applying.Outcome:
    """Return the outcome with all that was asked of the tenant, the reading for the plan included."""
    counts = tenant.client.counts
    return replace(outcome, reads=counts.reads, writes=counts.writes, rate_limited=counts.rate_limited)


def exit_code_of(outcome: applying.Outcome) -> int:
    """Return the exit code of an apply."""
    if outcome.is_interrupted:
        return Exit.INTERRUPTED
    if outcome.is_complete:
        return Exit.DONE
    return Exit.PARTIAL if outcome.is_partial else Exit.FAILED


def _journal(tenant: Tenant, made: Plan, writing: Writing) -> applying.Journal:
    """Return a new journal; an empty plan keeps none.

    Raises: TenantryError when there is no place for one.
    """
    if made.is_empty:
        return applying.quiet()
    file = tenant.file.path.resolve()
    try:
        folder = writing.journal_dir or made_state_folder(tenant.file) / "journal"
        return applying.Journal.open(folder, made.id, tenant_file=file if file.exists() else None)
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        raise TenantryError(f"no journal can be kept ({why}); name another folder with --journal-dir") from error


def _backup(journal: applying.Journal) -> Path | None:
    """Return where the backup of what went is, if anything did."""
    path = applying.backup_of(journal.path) if journal.path else None
    return path if path and path.exists() else None


def _tell_backup(journal: applying.Journal, output: Output) -> None:
    """Say where the backup of what went is, if anything did."""
    if backup := _backup(journal):
        output.say(f"What went is kept in {short(backup)}, without secrets; `tenantry revert` creates it again.")
