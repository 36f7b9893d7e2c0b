"""Which commit of the workspace a plan was made from, and whether its files are as they are there.

A repository's own configuration can name programs that git runs (a file system monitor, filters, hooks, a way to fetch), and
whoever plans may not have written it. So git is only asked for names of objects and for settings, which runs none of them, and
the files are compared here: as they are, or with plain line ends where the repository keeps them so. What a filter made of a
file counts as different. Source: git-cat-file, git-check-attr, gitattributes (end-of-line conversion), git-config.
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
CONVERTING = frozenset({"true", "yes", "on", "1", "input"})
"""The values of ``core.autocrlf`` with which lines are kept with plain ends."""
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
    is_clean = inside == paths and all(_is_held(root, path, name) for path, name in zip(inside, held, strict=True))
    return commit[:SHOWN] + ("" if is_clean else "-dirty")


def _names(root: Path, objects: list[str]) -> list[str]:
    """Return the name of each object, empty for one that is not there or that git does not tell."""
    said = _git(root, "cat-file", "--batch-check=%(objectname)", asked="".join(f"{each}\n" for each in objects))
    names = [line if " " not in line else "" for line in said.splitlines()]  # "… missing" is no name
    return names if len(names) == len(objects) else [""] * len(objects)


def _is_held(root: Path, path: Path, name: str) -> bool:
    """Return whether the object of this name is what git would make of a file."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    plain = content.replace(b"\r\n", b"\n")
    return name == _blob(content, name) or (name == _blob(plain, name) and _has_plain_line_ends(root, path))


def _has_plain_line_ends(root: Path, path: Path) -> bool:
    """Return whether the repository keeps a file's lines with plain ends, however they end here."""
    said = _git(root, "check-attr", "-z", "text", "eol", "--", str(path)).split("\0")
    text, eol = said[2:6:3] or ("unset", "unset")
    if text == eol == "unspecified":
        return _git(root, "config", "--get", "core.autocrlf").strip().lower() in CONVERTING
    return text != "unset"


def _blob(content: bytes, like: str) -> str:
    """Return the name that git would give a file's content, by the same kind of digest as another name."""
    make = hashlib.sha256 if len(like) == SHA256_DIGITS else hashlib.sha1
    return make(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _git(root: Path, *words: str, asked: str = "") -> str:
    """Return what git says, nothing where it fails or is not there."""
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603  our own words
            [git, *NOTHING_RUN, "-C", str(root), *words],
            input=asked,
            env=os.environ | NOTHING_FETCHED,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
