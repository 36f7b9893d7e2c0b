"""``tenantry revert``: takes back what an apply did, from its journal."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import click

from tenantry import apply as applying
from tenantry import plan as planner
from tenantry.cli import options
from tenantry.cli.declarable import refused
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.planning import next_apply, read, shown
from tenantry.cli.results import Output, Result
from tenantry.cli.running import Loading, on_tenants
from tenantry.cli.tenants import STATE_FOLDER, Tenant
from tenantry.cli.version import version
from tenantry.cli.write.apply import applied
from tenantry.cli.write.lock import alone
from tenantry.kinds import KINDS
from tenantry.model.errors import UsageError
from tenantry.model.place import dotted
from tenantry.model.state import LiveState
from tenantry.model.values import Include
from tenantry.plan import Note, Plan


@click.command(
    "revert",
    epilog=example(
        "tenantry revert", "tenantry revert .tenantry/journal/20260131T120000.000000Z-1a2b3c4d5e6f.jsonl --out back.plan"
    ),
)
@click.argument("journal", metavar="[JOURNAL]", required=False, type=options.EXISTING_FILE)
@click.option("--file", "file", type=options.EXISTING_FILE, help="The tenant file.  [default: the one the journal names]")
@click.option("--out", type=options.OUT_FILE, help="Only plan, and save the plan for `apply --plan`.")
@options.form("text", "json", "markdown")
@options.writing
@options.planning
@options.loading
def command(
    journal: Path | None,
    file: Path | None,
    out: Path | None,
    form: str,
    writing: Writing,
    wanted: Wanted,
    loading: Loading,
) -> int:
    """Take back what an apply did.

    Plans the inverse from a journal (by default the newest that tells of a write): what was created is deleted, what was
    changed is restored, what was deleted is created again with a new id. Says what it cannot bring back, then goes the way of
    every apply, with the same guards. Reverting the journal of a revert does it again.
    """
    try:
        past = applying.recalled(journal or applying.newest(writing.journal_dir or _folder()))
    except UsageError as error:
        raise click.UsageError(str(error)) from error

    async def job(tenant: Tenant, output: Output) -> Result:
        made, found = await _planned(tenant, past, wanted)
        if out:
            planner.save(made, out, version())
            return shown(tenant, made, output, next_apply(["--plan", str(out)], made, wanted, loading))
        shown(tenant, made, output, "")
        return await applied(tenant, made, found, output, writing)

    named = file or past.file
    loading = replace(loading, only_one="a journal is of one tenant; name its file")
    paths = [named] if named and named.exists() else (lambda: [loading.of_domain(past.plan.tenant)])
    return on_tenants(paths, loading, form, alone(job, writing.lock_timeout))


def _folder() -> Path:
    """Return the nearest folder of journals, here or above."""
    here = Path.cwd()
    folders = (folder / STATE_FOLDER / "journal" for folder in (here, *here.parents))
    return next((folder for folder in folders if folder.is_dir()), here / STATE_FOLDER / "journal")


async def _planned(tenant: Tenant, past: applying.Past, wanted: Wanted) -> tuple[Plan, LiveState]:
    """Return the plan of the inverse, with notes of what does not come back, and what it was made from.

    Raises: UsageError when the journal is of another tenant.
    """
    if tenant.name != past.plan.tenant:
        raise UsageError(f"the journal is of {past.plan.tenant}, and {tenant.file.path} is of {tenant.name}")
    made = applying.inverse(past, KINDS, tenant.file.state.manage)
    found = await read(tenant, made.state)
    made = _declarable(applying.fitted(made, past, found, KINDS))
    planned = planner.plan(made.state, found, KINDS, wanted.options(tenant))
    return replace(planned, notes=(*made.notes, *planned.notes)), found


def _declarable(made: applying.Inverse) -> applying.Inverse:
    """Return the inverse without values that only the server can set."""
    notes = list(made.notes)
    resources = {}
    for address, resource in made.state.resources.items():
        fields = deepcopy(dict(resource.fields))
        checked = {name: value for name, value in fields.items() if name not in resource.unchecked and not _is_partial(value)}
        notes += [
            Note(f"{dotted(path)} is only the server's to set", address, code="revert")
            for path in refused(checked, KINDS[address.section])
        ]
        kept = {name: value for name, value in fields.items() if name in resource.unchecked or _is_partial(value)}
        resources[address] = replace(resource, fields={**checked, **kept})
    return applying.Inverse(replace(made.state, resources=resources), notes)


def _is_partial(value: object) -> bool:
    """Return whether a value only adds to what is there, which a journal says of handles alone."""
    return isinstance(value, Include)
