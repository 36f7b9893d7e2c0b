"""``tenantry doctor``: what would go wrong, before it does."""

from __future__ import annotations

from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.doctor.checks import examine
from tenantry.cli.exits import worst
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.render.clean import clean
from tenantry.render.errors import Problem
from tenantry.render.lines import HERE, Lines

STYLES = {"ok": "good", "warning": "warn", "failed": "bad"}


@click.command("doctor", epilog=example("tenantry doctor tenants/dev.yaml"))
@options.paths
@options.form("text", "json")
@options.loading
def command(paths: tuple[Path, ...], form: str, loading: Loading) -> int:
    """Check reachability, credentials and scopes, without writing.

    Says whether the tenant answers, who the tool is there, which scopes are missing for plan, apply and smoke, how fast the
    tenant may be asked, and which flows the smoke run could not try.
    """
    return on_tenants(paths, loading, form, _examined)


async def _examined(tenant: Tenant, output: Output) -> Result:
    """Show what was found."""
    checks = await examine(tenant)
    lines = Lines()
    lines.add((clean(tenant.name), "strong"))
    for check in checks:
        lines.add((f"  {check.outcome:<8}", STYLES[check.outcome]), f"{check.name:<18}", HERE, clean(check.sentence))
    output.show(lines)
    failed = [check for check in checks if check.outcome == "failed"]
    return Result(
        tenant.name,
        worst(check.code for check in failed),
        errors=() if output.is_text else tuple(Problem("check_failed", f"{check.name}: {check.sentence}") for check in failed),
        warnings=tenant.file.warnings,
        body={"checks": [{"name": check.name, "outcome": check.outcome, "sentence": check.sentence} for check in checks]},
    )
