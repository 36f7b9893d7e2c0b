"""``tenantry export``: a live tenant as YAML."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.export.files import files_of, main_file, outlived
from tenantry.cli.export.notes import notes_of
from tenantry.cli.export.read import everything, whole
from tenantry.cli.export.tree import exported
from tenantry.cli.export.write import require_free, write_all
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.kinds import KINDS
from tenantry.model.note import Note
from tenantry.render.lines import COMMAND, Lines
from tenantry.render.plan_text import add_notes


@click.command(
    "export",
    epilog=example(
        "tenantry export --domain acme-dev.eu.auth0.com --out tenants", "tenantry export tenants/dev.yaml --out exported"
    ),
)
@click.argument("path", metavar="[PATH]", required=False, type=options.EXISTING_FILE)
@click.option(
    "--domain", metavar="DOMAIN", help="The tenant's domain; credentials come from the AUTH0_* environment variables."
)
@click.option(
    "--out", required=True, type=options.FOLDER, help="The folder to write to; files in it that differ are left alone."
)
@click.option("--force", is_flag=True, help="Replace files that differ, and remove those of sections that are empty now.")
@options.form("text", "json")
@options.loading
def command(path: Path | None, domain: str | None, out: Path, *, force: bool, form: str, loading: Loading) -> int:
    """Write a live tenant as YAML.

    The plan of what it writes is empty. Handles are made of names, code goes into files of its own, secrets are never
    written, and the tenant's own objects are left out. Exporting twice gives the same bytes. A file that is there and differs
    is only replaced with --force.
    """
    if (path is None) == (domain is None):
        raise click.UsageError("name either a tenant file or --domain")

    async def job(tenant: Tenant, output: Output) -> Result:
        found = exported(whole(await everything(tenant)), KINDS, tenant.file.tenant.names["domain"])
        files = files_of(tenant, out, found)
        doomed = outlived(tenant, out, files)
        if not force:
            require_free(out, files, doomed)
        write_all(out, files)
        for each in doomed:
            each.unlink()
        notes = tuple(notes_of(tenant, out, found))
        output.show(_told([out / name for name in files], doomed, notes, out / main_file(tenant)))
        return Result(tenant.name, warnings=notes, body={"files": [str(out / name) for name in files]})

    return on_tenants([path] if path else (lambda: [loading.of_domain(domain or "")]), loading, form, job)


def _told(written: Iterable[Path], removed: Iterable[Path], notes: Iterable[Note], main: Path) -> Lines:
    """Return what was written and removed, what to know of it, and what to do next."""
    lines = Lines()
    for each in written:
        lines.add(f"wrote {each}")
    for each in removed:
        lines.add(f"removed {each}, of which the tenant holds nothing any more")
    add_notes(lines, notes)
    lines.add("Next: ", (shlex.join(["tenantry", "plan", str(main)]), COMMAND))
    return lines
