"""The house rules that no other tool checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tenantry import kinds

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tenantry"
MODULES = sorted(SOURCE.rglob("*.py"))
EVERYTHING = sorted(
    path
    for room in ("src", "tests", "benchmarks", "scripts")
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)
FACTUAL = [
    path for path in MODULES if path.relative_to(SOURCE).parts[0] in {"kinds", "emulator"} and path.name != "__init__.py"
]
LONGEST = 400


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FACTUAL, ids=_name)
def test_every_module_of_facts_names_its_source(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert re.search(r"^Source: \S", docstring, re.MULTILINE), f"{_name(path)} says no Source:"


def test_no_file_is_longer_than_the_ceiling() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_kind_is_registered() -> None:
    registered = {kind.section for kind in kinds.KINDS.values()}
    assert set(kinds.KINDS) == registered
    declared = {
        section
        for path in (SOURCE / "kinds").glob("*.py")
        for section in re.findall(r"\bKind\(\s*section=\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert declared == registered


def test_the_rooms_keep_their_walls() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_nobody_else_branches_on_the_name_of_a_kind() -> None:
    allowed = {"kinds", "emulator", "model", "smoke"}
    wrong = [
        f"{_name(path)}:{number}"
        for path in MODULES
        if path.relative_to(SOURCE).parts[0] not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(f'"{section}"' in line and "==" in line for section in kinds.KINDS)
    ]
    assert wrong == []
