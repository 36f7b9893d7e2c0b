"""What stands on the disk, read without waiting for ever, and why it cannot be."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

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
