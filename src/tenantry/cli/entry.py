"""The program's start and its end: every way out has an exit code, and none shows a traceback."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import NoReturn

import click

from tenantry.cli.exits import Exit, code_of
from tenantry.cli.group import cli
from tenantry.cli.streams import flushed, prepare

NEW_OBJECTS, SELDOM = 50_000, 1_000
"""After how many new objects the garbage of cycles is looked for, and after how many times among older ones as well: what a
run builds lives to its end, and holds few cycles."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.excepthook, sys.unraisablehook = _last_words, _last_words_of_unraisable
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # under nohup a closed terminal is no reason to stop
            signal.signal(number, _interrupt)
    gc.set_threshold(NEW_OBJECTS, SELDOM)
    # A plugin that another package installed would see every value that is validated, secrets among them, and searching for
    # plugins takes longer than reading a small tenant.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # httpx has a command line of its own, and does without where its libraries are missing; they are slow to import.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # Python's way to say that there is no such module
    prepare()
    sys.exit(flushed(run(args)))


def run(args: Sequence[str] | None = None) -> int:
    """Return the exit code of a command line."""
    try:
        code = cli.main(args, prog_name="tenantry", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort as ended:
        return _say(str(ended) or "interrupted", Exit.INTERRUPTED)
    except click.ClickException as error:
        _show(error)
        return Exit.USAGE if isinstance(error, click.UsageError) else Exit.FAILED
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  the last place that can turn it into a sentence
        return _failed(error)
    return code if isinstance(code, int) else Exit.DONE


def _show(error: click.ClickException) -> None:
    """Say what is wrong as click does, without anything that a terminal or a pipeline would obey: it may quote a tenant."""
    from tenantry.render.clean import clean  # noqa: PLC0415  only a failing run pays for it
    from tenantry.render.lines import Lines  # noqa: PLC0415  the same
    from tenantry.render.terminal import write  # noqa: PLC0415  the same

    said, lines = io.StringIO(), Lines()
    error.show(file=said)
    for line in said.getvalue().split("\n")[:-1]:
        lines.add(clean(line))
    with suppress(OSError):
        write(lines, sys.stderr)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Treat a request to end like Ctrl-C, so that what was begun is cleaned up."""
    signal.raise_signal(signal.SIGINT)


def _last_words(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    """Say that the program broke down where even `run` could not catch it; a traceback may hold secrets."""
    click.echo(f"error: unexpected {kind.__name__}", err=True)


def _last_words_of_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """Say that something broke while it was cleaned up, where nobody can catch it."""
    click.echo(f"error: unexpected {unraisable.exc_type.__name__} while cleaning up", err=True)


def _failed(error: BaseException) -> int:
    """Say what went wrong and return its exit code; a stranger's own words may hold secrets and are not shown."""
    from tenantry.cli.tracebacks import tell_places  # noqa: PLC0415  only a failing run pays for it
    from tenantry.render.errors import add_problems, problems  # noqa: PLC0415  the same
    from tenantry.render.lines import Lines  # noqa: PLC0415  the same
    from tenantry.render.terminal import write  # noqa: PLC0415  the same

    lines = Lines()
    add_problems(lines, problems(error))
    with suppress(OSError):  # where standard error takes nothing, the code alone tells
        write(lines, sys.stderr)
        tell_places(error)
    return code_of(error)


def _say(sentence: str, code: Exit) -> int:
    """Say a sentence on stderr and return the code."""
    with suppress(OSError):
        click.echo(f"tenantry: {sentence}", err=True)
    return code
