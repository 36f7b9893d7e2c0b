"""Which files a configuration may read: those of its workspace."""

from __future__ import annotations

import errno
import os
from pathlib import Path

OUTSIDE = "outside of the workspace"


def workspace_of(path: Path) -> Path:
    """Return the folder that a tenant file and all it names may not leave.

    It is the one above ``tenants``, else the nearest one with a ``.git``, else the file's own. A repository is not left, and
    the root of all files is no workspace.
    """
    path = path.resolve()
    for folder in path.parents:
        if (folder / ".git").exists():
            return folder
        if folder.name == "tenants" and folder.parent != folder.parents[-1]:
            return folder.parent
    return path.parent


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
