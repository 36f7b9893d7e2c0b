"""``tenantry up``: validate, plan, apply, prove."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from tenantry import smoke
from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.loading import Loading
from tenantry.cli.planning import planned, shown
from tenantry.cli.prove.login import way_of
from tenantry.cli.prove.run import proved, write_reports
from tenantry.cli.prove.view import seen_in
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.write.apply import applied
from tenantry.cli.write.lock import alone


@click.command("up", epilog=example("tenantry up tenants/local.yaml", "tenantry up tenants/dev.yaml --yes --junit smoke.xml"))
@options.paths
@options.form("text", "json")
@options.smoking
@options.writing
@options.planning
@options.loading
def command(
    paths: tuple[Path, ...], form: str, proving: options.Proving, writing: Writing, wanted: Wanted, loading: Loading
) -> int:
    """Validate, plan, apply and prove, in one go.

    Stops at the first step that does not end with 0 and ends with its code. Run again, it finds nothing to apply and proves the
    tokens once more.
    """
    reports: list[tuple[str, smoke.Report]] = []

    async def job(tenant: Tenant, output: Output) -> Result:
        async with way_of(proving, tenant.file) as way:
            result = await _applied(tenant, output, wanted, writing)
            if result.exit_code:
                return result
            made, _ = await planned(tenant, wanted)
            output.gap()
            last, report = await proved(await seen_in(tenant, made), output, proving, way, keeps_page=True)
        reports.append((tenant.name, report))
        return replace(last, warnings=result.warnings, body={**result.body, "smoke": last.body})

    code = on_tenants(paths, loading, form, alone(job, writing.lock_timeout))
    write_reports(proving, reports)
    return code


async def _applied(tenant: Tenant, output: Output, wanted: Wanted, writing: Writing) -> Result:
    """Plan and apply, and return the result with the documents of both steps."""
    made, found = await planned(tenant, wanted)
    plan = shown(tenant, made, output, "")
    result = await applied(tenant, made, found, output, writing)
    return replace(result, warnings=plan.warnings, body={"plan": plan.body, "apply": result.body})
