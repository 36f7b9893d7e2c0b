"""The options that several commands share, each said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

FILE = click.Path(dir_okay=False, path_type=Path)

paths = click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
path = click.argument("path", metavar="PATH", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def example(*commands: str) -> str:
    """Return the end of a help page, with commands to copy."""
    return "\b\nExample:\n" + "".join(f"  {command}\n" for command in commands)


def form(*forms: str) -> Decorator[Any]:
    """Return the ``--format`` option with these forms; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help="How to print the result.",
    )


def loading(command: F) -> F:
    """Add the options of every command that reads tenant files."""
    secrets = click.option(
        "--secrets",
        "secrets_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A dotenv file, asked for secrets that neither the environment nor TENANTRY_SECRETS_DIR has.",
    )
    host = click.option("--allow-host", is_flag=True, help="Let `base_url` name a host beyond loopback.")
    return secrets(host(command))


def planning(command: F) -> F:
    """Add the options that lift a guard or widen a plan."""
    for option in (
        click.option("--send-secrets", is_flag=True, help="Send also the secrets that cannot be read back to compare."),
        click.option("--max-deletes", type=click.IntRange(0), help="Deletes to allow, instead of the file's `max_deletes`."),
        click.option("--allow-user-loss", is_flag=True, help="Allow deleting a database connection, with its users."),
        click.option("--allow-replace", is_flag=True, help="Allow replacing applications, which get a new client_id."),
    ):
        command = option(command)
    return command


def writing(command: F) -> F:
    """Add the options of every command that writes to the tenant."""
    journal = click.option(
        "--journal-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where the journal is kept.  [default: .tenantry/journal beside the tenants folder]",
    )
    yes = click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal, except on emulated tenants.")
    return journal(yes(command))


def smoking(command: F) -> F:
    """Add the options of every command that proves tokens."""
    level = click.option(
        "--level",
        type=click.Choice(["read", "smoke", "contract", "full"]),
        help="How much to ask.  [default: the file's, else contract on emulated tenants and smoke elsewhere]",
    )
    junit = click.option("--junit", "junit_file", type=FILE, help="Also write the findings as JUnit XML.")
    blocked = click.option("--allow-blocked", is_flag=True, help="Flows that could not be proved do not fail the run.")
    return level(junit(blocked(command)))
