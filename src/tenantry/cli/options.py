"""The options that several commands share, each said once; a command gets what they mean as one value."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, get_args

import click

from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.loading import Loading
from tenantry.desired.blocks import split
from tenantry.model.smoke import Level, LoginWay

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


class UsablePath(click.Path):
    """A path that is refused, before any work is done, when it cannot be used as it will be."""

    def __init__(self, trouble: Callable[[Path], str], **asked: Any) -> None:
        super().__init__(**asked)
        self.trouble = trouble

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if why := self.trouble(path):
            self.fail(why, param, ctx)
        return path


def _unreadable(path: Path) -> str:
    """Return why a file cannot be read to its end: a pipe or a device might never end."""
    return "" if path.is_file() else f"'{path}' is no regular file."


def _unwritable(path: Path) -> str:
    """Return why a file cannot be written."""
    if not path.parent.is_dir():
        return f"the folder '{path.parent}' does not exist."
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return ""
    return f"'{path}' cannot be written: permission denied."


def _unfillable(folder: Path) -> str:
    """Return why files cannot be written to a folder, which is made if it is not there."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        return f"'{there}' is a file."
    if os.access(there, os.W_OK | os.X_OK):
        return ""
    return f"'{there}' cannot be written to: permission denied."


class Seconds(click.FloatRange):
    """A time to wait."""

    name = "number of seconds"


class Number(click.IntRange):
    """How many."""

    name = "whole number"


def _hosts(_context: click.Context, _option: click.Parameter, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts that were named, as addresses have them."""
    for host in hosts:
        if (parts := split(f"//{host}")).netloc != host or not parts.hostname:
            raise click.BadParameter(f"'{host}' is no host; write it without scheme and path, such as auth.acme.example.")
    return hosts


EXISTING_FILE = UsablePath(_unreadable, exists=True, dir_okay=False)
OUT_FILE = UsablePath(_unwritable, dir_okay=False)
FOLDER = UsablePath(_unfillable, file_okay=False)

paths = click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
path = click.argument("path", metavar="PATH", type=EXISTING_FILE)


@dataclass(frozen=True)
class Proving:
    """How a smoke run goes about it."""

    level: Level | None = None
    junit_file: Path | None = None
    report_file: Path | None = None
    allow_blocked: bool = False
    login: LoginWay = "http"


def form(*forms: str) -> Decorator:
    """Return the ``--format`` option with these forms; the first is the default."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help="How to print the result."
    )


login = click.option(
    "--login",
    type=click.Choice(get_args(LoginWay)),
    default="http",
    show_default=True,
    help="How to log in: over HTTP, with Chromium (for pages that need JavaScript), or by asking you to, in your own browser.",
)


def _gathered(name: str, make: Callable[..., Any], options: dict[str, Decorator]) -> Decorator:
    """Return a decorator that adds the options and passes what ``make`` makes of their values as ``name``."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gather(**given: Any) -> Any:
            made = make(**{option: given.pop(option) for option in options})
            return command(**given, **{name: made})

        decorated: Command = gather
        for option in reversed(options.values()):
            decorated = option(decorated)
        return decorated

    return decorate


loading = _gathered(
    "loading",
    Loading,
    {
        "secrets_file": click.option(
            "--secrets",
            "secrets_file",
            type=EXISTING_FILE,
            metavar="FILE",
            help="A dotenv file with secrets that are neither in the environment nor in TENANTRY_SECRETS_DIR.",
        ),
        "allow_host": click.option(
            "--allow-host",
            multiple=True,
            metavar="HOST",
            callback=_hosts,
            help="Let `base_url` name this host beyond loopback.",
        ),
    },
)
"""For every command that reads tenant files: passes ``loading``."""

planning = _gathered(
    "wanted",
    Wanted.of,
    {
        "allow_replace": click.option(
            "--allow-replace", is_flag=True, help="Allow replacing applications, which get a new client_id."
        ),
        "allow_user_loss": click.option(
            "--allow-user-loss", is_flag=True, help="Allow deleting a database connection, with its users."
        ),
        "max_deletes": click.option(
            "--max-deletes",
            type=Number(0),
            metavar="NUMBER",
            help="Deletes to allow, instead of the file's `max_deletes`.",
        ),
        "send_secrets": click.option(
            "--send-secrets", is_flag=True, help="Send also the secrets that cannot be read back to compare."
        ),
    },
)
"""For every command that plans: passes ``wanted``."""

writing = _gathered(
    "writing",
    Writing,
    {
        "yes": click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal, except on emulated tenants."),
        "journal_dir": click.option(
            "--journal-dir", type=FOLDER, help="Where the journal is kept.  [default: .tenantry/journal in the workspace]"
        ),
        "lock_timeout": click.option(
            "--lock-timeout",
            type=Seconds(0),
            default=0.0,
            metavar="SECONDS",
            help="How long to wait for another run that is writing to the tenant.  [default: not at all]",
        ),
    },
)
"""For every command that writes to a tenant: passes ``writing``."""

smoking = _gathered(
    "proving",
    Proving,
    {
        "level": click.option(
            "--level",
            type=click.Choice(get_args(Level)),
            help="How much to ask.  [default: the file's, else contract on emulated tenants and smoke elsewhere]",
        ),
        "junit_file": click.option("--junit", "junit_file", type=OUT_FILE, help="Also write the findings as JUnit XML."),
        "report_file": click.option(
            "--report", "report_file", type=OUT_FILE, help="Also write a page with flows, tokens and findings, for a browser."
        ),
        "allow_blocked": click.option(
            "--allow-blocked", is_flag=True, help="Flows that could not be proved do not fail the run."
        ),
        "login": login,
    },
)
"""For every command that proves tokens: passes ``proving``."""
