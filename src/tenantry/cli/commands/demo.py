"""``tenantry demo``: the example company, proved twice."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from tenantry.cli import options, workspace
from tenantry.cli.commands.up import command as up
from tenantry.cli.help import example
from tenantry.render.lines import COMMAND, Lines
from tenantry.render.terminal import write


@click.command("demo", epilog=example("tenantry demo", "tenantry demo my-demo"))
@click.argument("directory", metavar="[DIR]", default="tenantry-demo", type=options.FOLDER)
@click.pass_context
def command(context: click.Context, directory: Path) -> int:
    """Copy the example workspace and prove it, without an account.

    Writes the tenants of an example company to DIR and runs `up` on its embedded tenant twice: the first run makes the tenant
    and proves its tokens, the second finds nothing to change.
    """
    local = directory / "tenants" / "local.yaml"
    if not local.parent.exists():
        workspace.write(workspace.example(), directory)
    elif not local.exists():
        raise click.UsageError(f"{local.parent} is there already and is not the example; name another folder")
    for _ in range(2):
        click.echo(f"$ tenantry up {local}")
        code = up.main([str(local)], standalone_mode=False, parent=context)
        if code:
            return int(code)
        click.echo()
    lines = Lines()
    lines.add(f"Next: change a line in {directory / 'tenants' / 'shared' / 'applications.yaml'} and type")
    lines.add("  ", (shlex.join(["tenantry", "plan", str(local)]), COMMAND))
    lines.add("or let a browser in: ", (shlex.join(["tenantry", "emulator", "--seed", str(local)]), COMMAND))
    write(lines, sys.stdout)
    return 0
