"""Every library earns its place, and the page that says why knows each of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
NAMES = [re.split(r"[<>=\[ ]", line)[0] for line in [*PROJECT["dependencies"], *EXTRAS]]
# sniffio is what httpx asks; nobody else needs it.
MODULES = {"pyyaml": "yaml", "mini-racer": "py_mini_racer", "sniffio": "httpx"}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_why_the_library_is_there(name: str) -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert name in {each.strip() for row in rows for each in row.split(",")}


@pytest.mark.parametrize("name", NAMES)
def test_the_library_is_used(name: str) -> None:
    module = MODULES.get(name, name)
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert any(re.search(rf"^\s*(import|from) {module}\b", source, re.MULTILINE) for source in sources)
