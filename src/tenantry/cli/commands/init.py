"""``tenantry init``: a new workspace."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from tenantry.cli import options, workspace
from tenantry.cli.help import example
from tenantry.render.lines import COMMAND
from tenantry.render.terminal import say


@click.command("init", epilog=example("tenantry init my-tenants", "cd my-tenants && tenantry up tenants/local.yaml"))
@click.argument("directory", metavar="[DIR]", default=".", type=options.FOLDER)
def command(directory: Path) -> None:
    """Start a new workspace.

    Writes one application, one API and a database of users, shared by an embedded tenant and by a real one that you complete
    with your domain. Nothing that exists is touched.
    """
    files = workspace.write(workspace.STARTER, directory)
    for file in files:
        click.echo(f"wrote {file}")
    say(sys.stdout, "Next: ", (shlex.join(["tenantry", "up", str(directory / "tenants" / "local.yaml")]), COMMAND))
