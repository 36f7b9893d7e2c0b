"""The list of commands. A command's module is imported only when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import importlib
from typing import Any

import click

from tenantry.cli.help import Context

COMMANDS = {
    "demo": "Copy the example workspace and prove it, without an account.",
    "up": "Validate, plan, apply and prove, in one go.",
    "validate": "Check the files, offline.",
    "plan": "Show what would change, and why.",
    "apply": "Make the tenant what the files declare.",
    "smoke": "Log in for real and check every token.",
    "token": "Log in once and print the verified claims.",
    "export": "Write a live tenant as YAML.",
    "outputs": "Print the ids and secrets that applications need.",
    "revert": "Take back what an apply did.",
    "destroy": "Delete what the files declare.",
    "doctor": "Check reachability, credentials and scopes, without writing.",
    "emulator": "Serve an emulated tenant.",
    "schema": "Print the JSON Schema of tenant files.",
    "init": "Start a new workspace.",
}
"""The commands in the order of the help page, with the first line of each one's help."""


class Commands(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    context_class = Context

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the command, imported now."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"tenantry.cli.commands.{name}").command
        command.context_class = Context
        return command

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """Return the command, or say which one may have been meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # noqa: PLC0415  only a mistyped name pays for it

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            context.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(context, args)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `tenantry demo`, which needs no account. Every command has a --help with an example.",
)
@click.version_option(package_name="tenantry", message="%(package)s %(version)s", help="Print the version.")
def cli() -> None:
    """Keep Auth0 tenants in version control.

    YAML declares what a tenant must hold; `plan` shows the difference, `apply` makes it go away, `smoke` logs in and
    checks every token against what the YAML promised. PATH is a tenant file, or a folder of them.
    """
