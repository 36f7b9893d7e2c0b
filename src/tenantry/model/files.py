"""Files that may be anything: read only when they are regular and bounded, written so that only their owner can read them."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER_ONLY = 0o600
MOST_OF_A_RECORD = 1_000_000_000
"""Bytes of a plan, a journal or a backup that are read."""


def read_bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file.

    Raises: OSError also when it is a device, a pipe or the like, which could block for ever, or larger than ``most``.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))
    return data


def read_record(path: Path) -> str:
    """Return the text of a plan, a journal or a backup.

    Raises: OSError like ``read_bytes``; UnicodeDecodeError.
    """
    return read_bytes(path, MOST_OF_A_RECORD).decode("utf-8")


def unread(error: Exception) -> str:
    """Return why a record could not be read: in the system's words, or where its content is not what was written."""
    match error:
        case OSError():
            return error.strerror or str(error)
        case json.JSONDecodeError():
            return f"it is damaged, or something else: no JSON at line {error.lineno}, column {error.colno}"
        case UnicodeDecodeError():
            return f"it is damaged, or something else: no text at byte {error.start + 1:,}"
        case _:
            return "it is damaged, or something else: JSON, but not what was written"


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of what is written inside name its file; the system names it only when it is opened."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a file, with the line ends that the text has.

    Raises: OSError that names the file, also when there is no room for it.
    """
    with naming(path):
        path.write_text(text, encoding="utf-8", newline="")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, also where another stood before; a device or a pipe keeps its mode.

    Raises: OSError also when the file that stands there is somebody else's, who could read it whatever its mode.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, OWNER_ONLY)
    with naming(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            if found.st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "it belongs to somebody else, who could read it", str(path))
            os.fchmod(descriptor, OWNER_ONLY)
            os.ftruncate(descriptor, 0)
        file.write(text)
