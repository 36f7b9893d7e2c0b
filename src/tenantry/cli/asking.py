"""Asking a person, where there is one."""

from __future__ import annotations

import sys

import click

from tenantry.model.errors import UsageError


def is_terminal() -> bool:
    """Return whether somebody can read a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, declined: str, without_terminal: str) -> None:
    """Go on only if a person says yes.

    Raises: UsageError with ``without_terminal`` when nobody can be asked; Abort with ``declined`` when the answer is no.
    """
    if not is_terminal():
        raise UsageError(without_terminal)
    if not click.confirm(question, err=True):
        raise click.Abort(declined)


def confirm_by_name(question: str, name: str, *, declined: str, without_terminal: str) -> None:
    """Go on only if a person types the name.

    Raises: UsageError with ``without_terminal`` when nobody can be asked; Abort with ``declined`` when something else is typed.
    """
    if not is_terminal():
        raise UsageError(without_terminal)
    if click.prompt(question, default="", show_default=False, err=True) != name:
        raise click.Abort(declined)
