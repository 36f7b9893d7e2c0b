from __future__ import annotations

import importlib
import subprocess
import sys

import click
import pytest

from tenantry.cli.entry import run
from tenantry.cli.group import COMMANDS, cli


def test_every_command_is_there_and_its_help_begins_as_the_list_says() -> None:
    for name, first_line in COMMANDS.items():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == first_line, name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example_that_is_a_command_of_ours(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    page = capsys.readouterr().out
    assert f"  tenantry {name}" in page
    assert all(line.strip() for line in page.splitlines()[:1])


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = (
        "import sys; from tenantry.cli.entry import run; run(['--help']);"
        " small = ('tenantry.render', 'tenantry.render.folding', 'tenantry.render.lines');"
        " print([m for m in sys.modules if m.startswith('tenantry.') and 'cli' not in m and m not in small"
        " or m in ('pydantic', 'httpx', 'asyncio', 'yaml')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_a_plan_imports_nothing_that_only_other_commands_need() -> None:
    code = (
        "import sys\nfrom tenantry.cli.entry import main\ntry:\n    main(['plan', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'rich', 'pygments', 'deepdiff', 'cryptography', 'lxml', 'starlette', 'uvicorn', 'jinja2', 'py_mini_racer',"
        " 'tenantry.smoke', 'tenantry.apply'}\n"
        "print(sorted(heavy & set(sys.modules)), 'tenantry.plan' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[] True"


@pytest.mark.parametrize(
    "args",
    [
        ["nope"],
        ["--nope"],
        ["plan"],
        ["plan", "--nope", "x"],
        ["plan", "/does/not/exist.yaml"],
        ["smoke", "--level", "x"],
    ],
)
def test_wrong_usage_is_64(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(args) == 64
    assert capsys.readouterr().out == ""


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aply"]) == 64
    assert "Did you mean 'apply'?" in capsys.readouterr().err


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"tenantry {importlib.metadata.version('tenantry')}\n"


def test_an_unexpected_error_is_one_line_without_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("hunter2")

    monkeypatch.setattr(cli, "invoke", fail)
    assert run(["up", "x"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "hunter2" not in err
    monkeypatch.setenv("TENANTRY_TRACEBACK", "1")
    run(["up", "x"])
    err = capsys.readouterr().err
    assert "  at " in err
    assert "hunter2" not in err


def test_an_interrupted_run_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "invoke", interrupt)
    assert run(["up", "x"]) == 130


def test_the_interpreter_runs_it_as_a_module() -> None:
    out = subprocess.run([sys.executable, "-m", "tenantry", "--version"], capture_output=True, text=True, check=True).stdout
    assert out == f"tenantry {importlib.metadata.version('tenantry')}\n"
