"""Which commit of the workspace a plan was made from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PATIENCE_S = 5


def commit_of(path: Path) -> str:
    """Return the short name of the commit around ``path``, marked when there are uncommitted edits; empty without git."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(path.parent), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)  # noqa: S603  our own words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
