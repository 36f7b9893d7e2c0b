"""The steps of planning: read the tenant, make the plan, show it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenantry import live, plan
from tenantry.cli.commit import commit_of
from tenantry.cli.intent import Wanted
from tenantry.cli.loading import Loading
from tenantry.cli.progress import progress
from tenantry.cli.results import Output, Result
from tenantry.cli.tenants import Tenant
from tenantry.desired import TenantFile
from tenantry.kinds import KINDS
from tenantry.model.note import Note
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan import Plan
from tenantry.render.documents import plan_body
from tenantry.render.plan_markdown import plan_markdown
from tenantry.render.plan_text import plan_text


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
    commit, notes = _commit(tenant.file), notes_of(tenant, made)
    made = replace(made, notes=notes)
    output.show(plan_text(made, commit=commit, next_step=next_step))
    page = plan_markdown(made, commit=commit, next_step=next_step) if output.form == "markdown" else ""
    return Result(
        tenant.name, warnings=notes, guards=made.guards, body={} if output.is_text else plan_body(made), markdown=page
    )


def _commit(file: TenantFile) -> str:
    """Return the commit of the files that a tenant is declared in."""
    folders = (Path.cwd(), file.workspace)  # files are named from where the command runs, what they bring in from the workspace
    found = (next((folder / name for folder in folders if (folder / name).is_file()), Path(name)) for name in file.inputs)
    return commit_of(found, file.path.parent)


def notes_of(tenant: Tenant, made: Plan) -> tuple[Note, ...]:
    """Return what is to be said of the files and of the plan, each once."""
    return tuple({(note.sentence, note.place): note for note in (*tenant.file.warnings, *made.notes)}.values())


def next_apply(words: Sequence[str], made: Plan, wanted: Wanted, loading: Loading) -> str:
    """Return the apply to type next, with the flags that lift what is refused; nothing when no flag does."""
    if any(not guard.flag for guard in made.guards):
        return ""
    return shlex.join(["tenantry", "apply", *words, *wanted.lifting(made.guards).typed, *loading.typed])
