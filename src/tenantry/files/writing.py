"""What is put on the disk, for its owner alone where it says more than anybody should read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

OWNER_ONLY = 0o600


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

    Raises: OSError that names the file, also when there is no room for it; nothing of it is left then.
    """
    with naming(path), path.open("w", encoding="utf-8", newline="") as file:
        _fill(file, text, path)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, also where another stood before; a device or a pipe keeps its mode.

    Raises: OSError when there is no room for it, and nothing of it is left then; also when the file that stands there is
    somebody else's, who could read it whatever its mode.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, OWNER_ONLY)
    with naming(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            if found.st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "it belongs to somebody else, who could read it", str(path))
            os.fchmod(descriptor, OWNER_ONLY)
            os.ftruncate(descriptor, 0)
        _fill(file, text, path)


def _fill(file: IO[str], text: str, path: Path) -> None:
    """Write all of a text, or leave no file with half of it; a device or a pipe stays."""
    try:
        file.write(text)
        file.flush()
    except OSError:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            path.resolve().unlink(missing_ok=True)
        raise
