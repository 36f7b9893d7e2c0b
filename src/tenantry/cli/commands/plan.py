"""``tenantry plan``: what would change, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from tenantry import plan as planner
from tenantry.cli import options
from tenantry.cli.exits import Exit
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted
from tenantry.cli.loading import Loading
from tenantry.cli.planning import next_apply, planned, shown
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.version import version


@click.command(
    "plan",
    epilog=example(
        "tenantry plan tenants/dev.yaml",
        "tenantry plan tenants/dev.yaml --out dev.plan",
        "tenantry plan tenants --format markdown --detailed-exitcode",
    ),
)
@options.paths
@click.option("--out", type=options.OUT_FILE, help="Save the plan for `apply --plan`; one tenant, readable by its owner only.")
@click.option("--detailed-exitcode", is_flag=True, help="End with code 2 when there are changes.")
@options.form("text", "json", "markdown")
@options.planning
@options.loading
def command(
    paths: tuple[Path, ...], out: Path | None, *, detailed_exitcode: bool, form: str, wanted: Wanted, loading: Loading
) -> int:
    """Show what would change, and why.

    Compares the files with the live tenant, field by field, dangerous changes first, and sends nothing but reads. What apply
    would refuse is shown with the flag that allows it, and does not make the plan fail.
    """
    words = [*(["--plan", str(out)] if out else []), *map(str, paths)]

    async def job(tenant: Tenant, output: Output) -> Result:
        made, _ = await planned(tenant, wanted)
        if out:
            planner.save(made, out, version())
        result = shown(tenant, made, output, next_apply(words, made, wanted, loading))
        return replace(result, exit_code=Exit.CHANGES if detailed_exitcode and not made.is_empty else Exit.DONE)

    if out:
        loading = replace(loading, only_one="--out saves the plan of one tenant; name one file")
    return on_tenants(paths, loading, form, job)
