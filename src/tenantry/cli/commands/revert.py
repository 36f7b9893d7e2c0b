"""``tenantry revert``: takes back what an apply did, from its journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from tenantry import apply as applying
from tenantry import plan as planner
from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.loading import Loading
from tenantry.cli.paths import short
from tenantry.cli.planning import next_apply, shown
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.version import version
from tenantry.cli.write.apply import applied
from tenantry.cli.write.lock import alone
from tenantry.cli.write.revert import journals, planned_back


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
    source = journal or applying.newest(writing.journal_dir or journals())
    past = applying.recalled(source)

    async def job(tenant: Tenant, output: Output) -> Result:
        output.say(f"Taking back what {short(source)} tells of.")
        made, found = await planned_back(tenant, past, wanted)
        if out:
            planner.save(made, out, version())
            return shown(tenant, made, output, next_apply(["--plan", str(out)], made, wanted, loading))
        shown(tenant, made, output, "")
        return await applied(tenant, made, found, output, writing)

    named = file or past.file
    loading = replace(loading, only_one="a journal is of one tenant; name its file")
    paths = [named] if named and named.exists() else (lambda: [loading.of_domain(past.plan.tenant, named)])
    return on_tenants(paths, loading, form, alone(job, writing.lock_timeout))
