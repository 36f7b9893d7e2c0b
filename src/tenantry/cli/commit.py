"""Which commit of the workspace a plan was made from, and whether its files are as they are there.

A repository's own configuration can name programs that git runs (a file system monitor, filters, hooks, a way to fetch), and
whoever plans may not have written it. So git is only asked for the names of objects, which runs none of them, and the files
are compared here. Source: git-cat-file, gitrepository-layout and git-config.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PATIENCE_S = 5
SHOWN = 10
"""Digits of a commit's name that are shown."""
SHA256_DIGITS = 64
NOTHING_FETCHED = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
NOTHING_RUN = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


def commit_of(files: Iterable[Path], folder: Path) -> str:
    """Return the short name of the commit around ``folder``, marked when it does not hold the files as they are.

    Empty where there is no commit, or no git.
    """
    folder = folder.resolve()
    root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if root is None:
        return ""
    paths = sorted({file.resolve() for file in files})
    inside = [path for path in paths if path.is_relative_to(root) and "\n" not in str(path)]
    commit, *held = _names(root, ["HEAD^{commit}", *(f"HEAD:{path.relative_to(root).as_posix()}" for path in inside)])
    if not commit:
        return ""
    is_clean = inside == paths and all(name == _blob(path, name) for path, name in zip(inside, held, strict=True))
    return commit[:SHOWN] + ("" if is_clean else "-dirty")


def _names(root: Path, objects: list[str]) -> list[str]:
    """Return the name of each object, empty for one that is not there or that git does not tell."""
    unknown = [""] * len(objects)
    git = shutil.which("git")
    if git is None:
        return unknown
    command = [git, *NOTHING_RUN, "-C", str(root), "cat-file", "--batch-check=%(objectname)"]
    asked = "".join(f"{each}\n" for each in objects)
    environment = os.environ | NOTHING_FETCHED
    try:
        done = subprocess.run(  # noqa: S603  our own words
            command, input=asked, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeError):
        return unknown
    told = [line if " " not in line else "" for line in done.stdout.splitlines()]  # "… missing" is no name
    return told if done.returncode == 0 and len(told) == len(objects) else unknown


def _blob(path: Path, like: str) -> str:
    """Return the name that git would give a file's content, by the same kind of digest as another name."""
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    make = hashlib.sha256 if len(like) == SHA256_DIGITS else hashlib.sha1
    return make(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
