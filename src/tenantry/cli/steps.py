"""The steps that commands are made of: plan, apply, prove. Each returns a result and shows it as it comes."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tenantry import apply as applying
from tenantry import live, plan
from tenantry.cli.asking import confirm
from tenantry.cli.commit import commit_of
from tenantry.cli.exits import Exit
from tenantry.cli.progress import progress
from tenantry.cli.results import Output, Result, failure
from tenantry.cli.running import Loading, warnings_of
from tenantry.cli.signals import stopping
from tenantry.cli.tenants import Tenant, made_state_folder
from tenantry.kinds import KINDS
from tenantry.model.errors import Stale, TenantryError
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan import Allowances, Guard, Options, Plan, Wishes
from tenantry.render.clean import count
from tenantry.render.documents import plan_body
from tenantry.render.outcome import outcome_body, outcome_markdown, outcome_problems, outcome_text
from tenantry.render.plan_markdown import plan_markdown
from tenantry.render.plan_text import plan_text


@dataclass(frozen=True)
class Wanted:
    """What the command line adds to the files: guards lifted, secrets sent again."""

    flags: frozenset[str] = frozenset()
    max_deletes: int | None = None
    send_secrets: bool = False

    @classmethod
    def of(cls, *, allow_replace: bool, allow_user_loss: bool, max_deletes: int | None, send_secrets: bool) -> Wanted:
        """Return what the options say."""
        given = {"--allow-replace": allow_replace, "--allow-user-loss": allow_user_loss}
        flags = frozenset(flag for flag, is_given in given.items() if is_given)
        return cls(flags, max_deletes, send_secrets)

    @property
    def typed(self) -> list[str]:
        """Return the options as they are typed."""
        deletes = [] if self.max_deletes is None else ["--max-deletes", str(self.max_deletes)]
        return [*sorted(self.flags), *deletes, *(["--send-secrets"] if self.send_secrets else [])]

    def lifting(self, guards: Sequence[Guard]) -> Wanted:
        """Return what would have to be wanted so that the refusals that have a flag are lifted."""
        flags = {guard.flag for guard in guards if guard.flag and not guard.deletes}
        deletes = [guard.deletes for guard in guards if guard.deletes]
        return replace(self, flags=self.flags | flags, max_deletes=max(deletes) if deletes else self.max_deletes)

    @property
    def allowances(self) -> Allowances:
        """Return which guards are lifted."""
        return Allowances(self.flags, self.max_deletes)

    def options(self, tenant: Tenant) -> Options:
        """Return the planner's options."""
        return Options(self.allowances, Wishes(self.send_secrets), tenant.file.inputs, str(tenant.file.path.resolve()))


@dataclass(frozen=True)
class Writing:
    """How an apply goes about it."""

    yes: bool = False
    journal_dir: Path | None = None
    lock_timeout: float = 0.0


async def read(tenant: Tenant, desired: DesiredState) -> LiveState:
    """Return the tenant as it is, as far as planning this needs it."""
    with progress(f"reading {tenant.name}"):
        return await live.read(tenant.client, KINDS, live.wanted(desired), plan.sections_to_read(desired, KINDS))


async def planned(tenant: Tenant, wanted: Wanted) -> tuple[Plan, LiveState]:
    """Return the plan for the tenant and what it was made from."""
    desired = tenant.file.state
    found = await read(tenant, desired)
    made = plan.plan(desired, found, KINDS, wanted.options(tenant))
    return made, found


def shown(tenant: Tenant, made: Plan, output: Output, next_step: str) -> Result:
    """Show a plan and return its result; refusals do not make a plan fail."""
    commit = commit_of(tenant.file.path)
    notes = tuple({(note.sentence, note.place): note for note in (*warnings_of(tenant.file), *made.notes)}.values())
    made = replace(made, notes=notes)
    output.show(plan_text(made, commit=commit, next_step=next_step))
    page = plan_markdown(made, commit=commit, next_step=next_step) if output.form == "markdown" else ""
    return Result(tenant.name, warnings=notes, guards=made.guards, body=plan_body(made), markdown=page)


def next_apply(words: Sequence[str], made: Plan, wanted: Wanted, loading: Loading) -> str:
    """Return the apply to type next, with the flags that lift what is refused; nothing when no flag does."""
    if any(not guard.flag for guard in made.guards):
        return ""
    return shlex.join(["tenantry", "apply", *words, *wanted.lifting(made.guards).typed, *loading.typed])


async def applied(tenant: Tenant, made: Plan, found: LiveState, output: Output, writing: Writing) -> Result:
    """Carry out a plan and return its result; guards are heeded, people are asked where there are any."""
    if made.guards:
        output.say(f"{count(len(made.guards), 'refusal')}; nothing was written.")
        return Result(tenant.name, Exit.REFUSED, guards=made.guards, body=_untried(tenant, made, "refused by a guard"))
    if not made.is_empty and not writing.yes and not tenant.is_emulated:
        confirm(
            f"Apply {count(made.summary.changes, 'change')} to {tenant.name}?",
            without_terminal=f"{tenant.name} is a real tenant, and there is no terminal to ask: add --yes to apply",
        )
    journal, stop = _journal(tenant, made, writing), asyncio.Event()
    try:
        with journal, stopping(stop), progress(f"applying to {tenant.name}"):
            outcome = await applying.apply(made, found, tenant.client, KINDS, journal=journal, stop=stop)
    except TenantryError as error:  # an apply raises these before its first write only
        return refused(tenant, made, error)
    outcome = _paid(outcome, tenant)
    if not made.is_empty:
        output.show(outcome_text(outcome, tenant.name, _short(journal.path)))
        _tell_backup(journal, output)
    return Result(
        tenant.name,
        exit_code_of(outcome),
        errors=() if output.is_text else outcome_problems(outcome),
        body=outcome_body(made, outcome, journal.path, _backup(journal)),
        markdown=outcome_markdown(outcome, tenant.name),
    )


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
    """Return a new journal; an empty plan keeps none."""
    if made.is_empty:
        return applying.quiet()
    folder = writing.journal_dir or made_state_folder(tenant.file) / "journal"
    file = tenant.file.path.resolve()
    return applying.Journal.open(folder, made.id, tenant_file=file if file.exists() else None)


def _backup(journal: applying.Journal) -> Path | None:
    """Return where the backup of what went is, if anything did."""
    path = applying.backup_of(journal.path) if journal.path else None
    return path if path and path.exists() else None


def _tell_backup(journal: applying.Journal, output: Output) -> None:
    """Say where the backup of what went is, if anything did."""
    if backup := _backup(journal):
        output.say(f"What went is kept in {_short(backup)}, without secrets; `tenantry revert` creates it again.")


def _short(path: Path | None) -> str:
    """Return a path as seen from here, if it is below."""
    if path is None:
        return ""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
