"""The three standard streams, whatever state they are in when the program starts and when it ends."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any

from tenantry.cli.exits import Exit


def prepare() -> None:
    """Make the streams usable: closed ones lead nowhere, and letters that a stream cannot write are escaped.

    A closed stream's number would go to the next file that is opened, and what is meant for the stream into that file.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004  the numbers of the three
        os.set_inheritable(number, True)  # noqa: FBT003  the system's own signature
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  it is open to the end
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
            if name == "stdout":
                sys.stdout = _Output.instead_of(stream)


class _Output(io.FileIO):
    """Standard output that says so when it cannot be written: an error of a stream names no file."""

    @classmethod
    def instead_of(cls, stream: io.TextIOWrapper) -> io.TextIOWrapper:
        """Return a stream to the same place, with the same manners."""
        stream.flush()
        raw = cls(stream.fileno(), "w", closefd=False)
        return io.TextIOWrapper(
            io.BufferedWriter(raw), encoding=stream.encoding, errors=stream.errors, line_buffering=stream.line_buffering
        )

    def write(self, data: Any, /) -> int:
        """Write bytes.

        Raises: OSError; where errors name their file, it has the beginning of a sentence.
        """
        try:
            return super().write(data)
        except OSError as error:
            error.filename = "the output could not be written"
            raise


def flushed(code: int) -> int:
    """Return the exit code once all output is out; output that nobody took is a failure of a run that had none."""
    failure = None
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            failure = error
            _silence(stream)
    if failure is None or code != Exit.DONE:
        return code
    reason = getattr(failure, "strerror", None) or "it is closed"
    try:
        print(f"error: the output could not be written: {reason}", file=sys.stderr, flush=True)  # noqa: T201  the last words
    except (OSError, ValueError):
        _silence(sys.stderr)  # else the interpreter tries once more at its end, and ends with a code of its own
    return Exit.FAILED


def _silence(stream: object) -> None:
    """Let a stream lead nowhere, so that its end does not fail again on what it still holds."""
    if isinstance(stream, io.TextIOWrapper):
        with contextlib.suppress(OSError, ValueError):
            number = os.open(os.devnull, os.O_WRONLY)
            os.dup2(number, stream.fileno())
            os.close(number)
