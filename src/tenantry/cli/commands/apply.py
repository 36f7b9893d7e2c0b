"""``tenantry apply``: makes the tenant what the files declare."""

from __future__ import annotations

from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.loading import Loading
from tenantry.cli.planning import planned, shown
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.write.apply import applied
from tenantry.cli.write.lock import alone
from tenantry.cli.write.saved_plan import on_saved_plan


@click.command(
    "apply",
    epilog=example(
        "tenantry apply tenants/dev.yaml",
        "tenantry plan tenants/dev.yaml --out dev.plan",
        "tenantry apply --plan dev.plan tenants/dev.yaml --yes",
    ),
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--plan", "plan_file", type=options.EXISTING_FILE, help="Apply exactly this saved plan, or refuse it as stale.")
@options.form("text", "json", "markdown")
@options.writing
@options.planning
@options.loading
def command(
    paths: tuple[Path, ...], plan_file: Path | None, form: str, writing: Writing, wanted: Wanted, loading: Loading
) -> int:
    """Make the tenant what the files declare.

    Plans, shows the plan, asks where there is somebody to ask, and writes only what changed, in the order the tenant accepts.
    Every touched resource is compared again right before it is written. A killed run is finished by running it again.
    """
    if plan_file:
        return on_saved_plan(plan_file, paths, loading, form, writing=writing, wanted=wanted)
    if not paths:
        raise click.UsageError("name the tenant files to apply, or a saved plan with --plan")

    async def job(tenant: Tenant, output: Output) -> Result:
        made, found = await planned(tenant, wanted)
        shown(tenant, made, output, "")
        return await applied(tenant, made, found, output, writing)

    return on_tenants(paths, loading, form, alone(job, writing.lock_timeout))
