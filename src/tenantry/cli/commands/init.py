"""``tenantry init``: a new workspace."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from tenantry.cli import options, workspace


@click.command("init", epilog=options.example("tenantry init my-tenants", "cd my-tenants && tenantry up tenants/local.yaml"))
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
def command(directory: Path) -> None:
    """Start a new workspace.

    Writes one application, one API and a database of users, shared by an embedded tenant and by a real one that you complete
    with your domain. Nothing that exists is touched.
    """
    files = workspace.write(workspace.STARTER, directory)
    for file in files:
        click.echo(f"wrote {file}")
    click.echo(f"Next: tenantry up {shlex.quote(str(directory / 'tenants' / 'local.yaml'))}")
