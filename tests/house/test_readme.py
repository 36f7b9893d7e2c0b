"""The README is true: its example runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenantry.cli.entry import run
from tenantry.cli.group import COMMANDS
from tenantry.kinds import KINDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_nine_lines_of_yaml_are_a_tenant_that_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [yaml] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert len(yaml.splitlines()) == 9
    file = tmp_path / "shop.yaml"
    file.write_text(yaml, encoding="utf-8")
    assert run(["up", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] in {f"{number} of {number} declared flows proved" for number in (1, 2, 3)}


def test_the_list_of_commands_is_the_programs_own() -> None:
    rows = re.findall(r"^\| `tenantry (\w+)` \| (.*) \|$", README, re.MULTILINE)
    assert dict(rows) == COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_that_a_page_shows_is_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in re.findall(r"(?<![\w./-])tenantry ([a-z]+)", page.read_text(encoding="utf-8")):
        if line in COMMANDS:
            assert run([line, "--help"]) == 0
    for name, options in re.findall(r"tenantry ([a-z]+)((?: [^\n`#|]*)?)", page.read_text(encoding="utf-8")):
        if name in COMMANDS:
            capsys.readouterr()
            run([name, "--help"])
            text = capsys.readouterr().out
            for option in re.findall(r"--[a-z-]+", options):
                assert option in text, f"{name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_page_of_tenant_files_lists_every_section_with_its_other_names() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    table = re.search(r"^\| section .*?(?=^$)", page, re.MULTILINE | re.DOTALL)
    assert table
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*)\|", table[0], re.MULTILINE))
    assert {section: tuple(re.findall(r"`(\w+)`", names)) for section, names in rows.items()} == {
        section: kind.aliases for section, kind in KINDS.items()
    }


def test_every_message_that_the_page_of_troubles_explains_is_one_of_ours() -> None:
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| it says \|.*?(?=^$)", page, re.MULTILINE | re.DOTALL)
    said = [
        words
        for table in tables
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for words in re.findall("`(.*?)`", row)
    ]
    rooms = (path for path in (ROOT / "src/tenantry").rglob("*.py") if "emulator" not in path.parts)
    ours = "".join(path.read_text(encoding="utf-8") for path in rooms)
    assert len(said) > 30
    assert [words for words in said if words not in ours] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    names = set(re.findall(r"`(?:tests/[\w/]*?)?(test_\w+)\*?(?:\.py|`)", page.read_text(encoding="utf-8")))
    rooms = (path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "clients")
    files = [*(file for room in rooms for file in room.rglob("test_*.py")), *(ROOT / "tests/clients").glob("test_*.py")]
    there = "".join(f"{file.stem}\n{file.read_text(encoding='utf-8')}" for file in files)
    assert {name for name in names if name not in there} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_folder_and_file_of_tests_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`(tests/[\w/]*(?:\.py)?)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_page_of_proofs_knows_what_each_level_asks_of_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/smoke.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(read|smoke|contract|full)` \| .* \| (\d+) ?[^|]* \|$", page, re.MULTILINE))
    asked = {}
    for level in told:
        assert run(["smoke", str(ROOT / "tenants/local.yaml"), "--list", "--level", level]) == 0
        [asked[level]] = re.findall(r"^(\d+) assertions on", capsys.readouterr().out, re.MULTILINE)
    assert told == asked
    assert len(told) == 4


def test_the_figures_that_the_page_of_benchmarks_picks_are_those_of_the_last_run() -> None:
    rows = re.findall(r"^\|(?:[^|\n]*\|){14}$", (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8"), re.MULTILINE)
    table = (ROOT / "benchmarks/results/table.md").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 10
    assert [row for row in rows if row not in table] == []


def test_the_page_of_rooms_names_every_room_and_files_that_are_there() -> None:
    page = (ROOT / "docs/rooms.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \| .* \| (.*) \|$", page, re.MULTILINE)
    source = ROOT / "src/tenantry"
    assert {room for room, _ in rows} == {path.parent.name for path in source.glob("*/__init__.py")}
    for room, files in rows:
        for file in re.findall(r"`([\w/]+\.py)`", files):
            assert (source / room / file).exists(), f"{room}/{file}"
