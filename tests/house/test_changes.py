"""A release finds what it needs: each note is one sentence for users, and the changelog knows this version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTES = sorted(path for path in (ROOT / "changes").iterdir() if path.name != "README.md")


def test_a_note_is_one_line_that_says_what_kind_of_change_it_is() -> None:
    wrong = [
        path.name for path in NOTES if not re.fullmatch(r"(Added|Changed|Fixed): \S.*\.\n?", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest, *_ = re.findall(r"^## (\S+?),", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest == version
