"""Which files a configuration may read, and how: regular ones inside the workspace, of a bounded size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

OUTSIDE = "outside of the workspace"


def workspace_of(path: Path) -> Path:
    """Return the folder that a tenant file and all it names may not leave.

    It is the one above ``tenants``, else the nearest one with a ``.git``, else the file's own.
    """
    path = path.resolve()
    for folder in path.parents:
        if folder.name == "tenants":
            return folder.parent
    return next((folder for folder in path.parents if (folder / ".git").exists()), path.parent)


def followed(path: Path) -> Path:
    """Return where a path leads once all links are followed.

    Raises: OSError also for what can be no path, and for links in a circle.
    """
    try:
        return path.resolve()
    except RuntimeError as circle:  # until Python 3.12
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from circle
    except ValueError as nul:
        raise OSError(errno.EINVAL, "no file can have this name") from nul


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
