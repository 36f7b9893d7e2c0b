"""``tenantry smoke``: the token contract, proved from outside."""

from __future__ import annotations

from pathlib import Path

import click

from tenantry import smoke
from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.prove.listing import listed
from tenantry.cli.prove.login import way_of
from tenantry.cli.prove.run import proved, write_reports
from tenantry.cli.prove.view import seen
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_each, on_files
from tenantry.desired import TenantFile


@click.command(
    "smoke",
    epilog=example(
        "tenantry smoke tenants/local.yaml",
        "tenantry smoke tenants/dev.yaml --list",
        "tenantry smoke tenants --junit smoke.xml",
    ),
)
@options.paths
@click.option(
    "--list", "only_list", is_flag=True, help="Say what would be proved and with what, offline; nothing is asked of the tenant."
)
@options.form("text", "json", "markdown")
@options.smoking
@options.loading
def command(paths: tuple[Path, ...], *, only_list: bool, form: str, proving: options.Proving, loading: Loading) -> int:
    """Log in for real and check every token.

    Drives the login pages as a browser would, exchanges codes, refreshes, rotates and misuses tokens, and holds each answer
    against what the files declare. Users made for it are removed again. The last line says how many declared flows are proved.
    Another OpenID provider (`tenant: {issuer: …}`) is held against the standards alone.
    """
    if only_list:
        return on_files(paths, loading, form, lambda file, output: listed(file, output, proving))
    reports: list[tuple[str, smoke.Report]] = []

    async def job(file: TenantFile, output: Output) -> Result:
        async with way_of(proving, file) as way, seen(file) as tenant:
            result, report = await proved(tenant, output, proving, way)
        reports.append((tenant.name, report))
        return result

    code = on_each(paths, loading, form, job)
    write_reports(proving, reports)
    return code
