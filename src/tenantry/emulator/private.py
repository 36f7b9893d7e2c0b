"""Files and directories that only their owner can read.

Source: POSIX file modes; nothing here is Auth0's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE, DIRECTORY_MODE = 0o600, 0o700


def make_directory(directory: Path) -> None:
    """Make sure of a directory; what did not exist of its path is private and ignored by git."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
    if missing:
        (missing[-1] / ".gitignore").write_text("*\n")


def make_file(path: Path) -> None:
    """Make sure of a file that only its owner can read; what it holds stays."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE))
    path.chmod(FILE_MODE)


def write_file(path: Path, content: bytes) -> None:
    """Write a private file whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE), "wb") as file:
        file.write(content)
    fresh.replace(path)
