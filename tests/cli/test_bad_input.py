"""Whatever a command is given, it ends with its code and a sentence; a traceback is shown by none."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenantry.cli.entry import run
from tenantry.cli.group import COMMANDS
from tenantry.cli.write.lock import lock

OK = "version: 1\ntenant: {emulator: test}\nroles: {a: {name: A}}\n"
ARGS = {
    "token": lambda path: ["a", path],
    "export": lambda path: [path, "--out", "out"],
    "revert": lambda path: ["--file", path],
    "emulator": lambda path: ["--seed", path],
}
WITH_FILES = [name for name in COMMANDS if name not in {"demo", "schema", "init"}]
FILES: dict[str, tuple[bytes | None, set[int], str]] = {
    # name: content (None: it is not made here), the codes that are right, words of the sentence
    "missing.yaml": (None, {64}, "does not exist"),
    "empty.yaml": (b"", {65}, "no `tenant:` block"),
    "list.yaml": (b"- a\n", {65}, "a file holds a map of sections"),
    "text.yaml": (b"hello\n", {65}, "a file holds a map of sections"),
    "latin.yaml": (b"a: \xff\n", {65}, "not UTF-8"),
    "nul.yaml": (b"a: \0\n", {65}, "a character that YAML does not allow"),
    "open.yaml": (b"a: [1\n", {65}, "this is not YAML"),
    "fragment.yaml": (b"roles: {a: {name: A}}\n", {65}, "it is a fragment"),
    "several.yaml": (b"version: 1\n---\na: 1\n", {65}, "one document"),
    "folder.yaml": (None, {64}, "folder.yaml"),
    "pipe.yaml": (None, {64}, "pipe.yaml"),
    "closed.yaml": (None, {65}, "the file cannot be read: Permission denied"),
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, (content, _, _) in FILES.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "closed.yaml").write_text(OK)
    (tmp_path / "ok.yaml").write_text(OK)
    (tmp_path / "applied.yaml").write_text(OK.replace("test", "applied"))
    (tmp_path / "journal.jsonl").write_text(JOURNAL.replace('"test"', '"elsewhere"'))
    (tmp_path / "gone.jsonl").write_text('{"event": "opened", "file": "/no/such.yaml"}\n' + JOURNAL)
    return tmp_path


def deny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse to open one file, as it does to those who are not its owner."""
    really = os.open

    def refusing(path: str, *args: int, **options: int) -> int:
        if str(path).endswith("closed.yaml"):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path, *args, **options)

    monkeypatch.setattr(os, "open", refusing)


ALL = [("validate", name) for name in FILES]
SOME = [(command, name) for command in WITH_FILES for name in ("missing.yaml", "latin.yaml", "folder.yaml", "pipe.yaml")]


@pytest.mark.parametrize(("command", "name"), sorted({*ALL, *SOME}))
def test_a_file_that_is_none_is_told(
    command: str, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch)
    _, codes, words = FILES[name]
    if command == "revert":
        Path("journal.jsonl").write_text(JOURNAL)
    code = run([command, *(["journal.jsonl"] if command == "revert" else []), *ARGS.get(command, lambda path: [path])(name)])
    told = capsys.readouterr().err
    assert code in codes, told
    assert words in told
    assert "Traceback" not in told
    assert "unexpected" not in told


JOURNAL = """\
{"event": "started", "plan": "p", "tenant": "test", "caller": "", "refers": {}}
{"event": "before", "address": "roles.a", "action": "create", "id": null, "name": "A", "image": {}, "after": {}, "secrets": []}
{"event": "sending", "step": 1, "address": "roles.a", "op": "create"}
"""
USAGE: dict[str, tuple[list[str], str]] = {
    "an unknown option": (["plan", "ok.yaml", "--nope"], "No such option"),
    "a mistyped command": (["plam"], "Did you mean 'plan'?"),
    "no file": (["plan"], "Missing argument"),
    "a folder without tenants": (["plan", "folder.yaml"], "holds no tenant file"),
    "an unknown format": (["plan", "ok.yaml", "--format", "xml"], "'xml' is not one of"),
    "nowhere for the plan": (["plan", "ok.yaml", "--out", "no/such/x.plan"], "the folder 'no/such' does not exist"),
    "nowhere for the outputs": (["outputs", "ok.yaml", "--out", "no/x.env"], "the folder 'no' does not exist"),
    "nowhere for the findings": (["smoke", "ok.yaml", "--junit", "no/x.xml"], "the folder 'no' does not exist"),
    "nowhere for the page": (["up", "ok.yaml", "--report", "no/x.html"], "the folder 'no' does not exist"),
    "a folder for a plan": (["apply", "--plan", "folder.yaml"], "is a directory"),
    "a pipe for a plan": (["apply", "--plan", "pipe.yaml"], "is no regular file"),
    "a pipe for secrets": (["plan", "ok.yaml", "--secrets", "pipe.yaml"], "is no regular file"),
    "a device for secrets": (["plan", "ok.yaml", "--secrets", "/dev/zero"], "is no regular file"),
    "a file that is no journal": (["revert", "list.yaml"], "not a readable journal"),
    "no journal at all": (["revert"], "no journal in"),
    "a file to export to": (["export", "ok.yaml", "--out", "list.yaml"], "is a file"),
    "nothing to apply": (["apply"], "name the tenant files to apply"),
    "two ways to say which tenant": (["export", "ok.yaml", "--domain", "x.auth0.com", "--out", "x"], "either a tenant file or"),
    "a number below zero": (["apply", "ok.yaml", "--lock-timeout", "-1"], "not in the range"),
    "no number": (["apply", "ok.yaml", "--lock-timeout", "soon"], "'soon' is not a valid number of seconds"),
    "a file where the journal goes": (["apply", "ok.yaml", "--journal-dir", "list.yaml/x"], "list.yaml' is a file"),
    "a file where a workspace goes": (["init", "list.yaml/x"], "list.yaml' is a file"),
    "a journal of another tenant": (["revert", "journal.jsonl", "--file", "ok.yaml"], "the journal is of elsewhere, and"),
    "a journal whose file is gone": (["revert", "gone.jsonl"], "it was /no/such.yaml, which is not there"),
    "the name of another tenant": (["destroy", "applied.yaml", "--yes-destroy", "x"], "is not this tenant, which is applied"),
}


@pytest.mark.parametrize(
    "args",
    [
        ["plan", "ok.yaml", "--out", "x.plan"],
        ["smoke", "ok.yaml", "--junit", "x.xml"],
        ["up", "ok.yaml", "--report", "x.html"],
        ["export", "ok.yaml", "--out", "x"],
        ["schema", "--out", "x/y"],
        ["init", "x/y"],
        ["demo", "x/y"],
        ["apply", "ok.yaml", "--journal-dir", "x"],
    ],
    ids=" ".join,
)
def test_a_place_that_cannot_be_written_is_told_before_any_work(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    assert run(args) == 64
    told = capsys.readouterr()
    assert "permission denied" in told.err
    assert told.out == ""


def test_a_journal_that_cannot_be_kept_ends_an_apply_before_its_first_write(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "ok.yaml"]) == 0
    Path(".tenantry/journal").write_text("in the way")
    assert run(["apply", "ok.yaml"]) == 1
    told = capsys.readouterr().err
    assert "no journal can be kept" in told
    assert "--journal-dir" in told
    assert told.endswith("Nothing was written.\n")
    assert run(["plan", "ok.yaml", "--detailed-exitcode"]) == 2


def test_a_plan_whose_file_is_gone_says_which_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "ok.yaml", "--out", "x.plan"]) == 0
    Path("ok.yaml").unlink()
    capsys.readouterr()
    assert run(["apply", "--plan", "x.plan"]) == 64
    assert f"it was {Path('ok.yaml').resolve()}, which is not there" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("said", ["client_secret: '${secret.NONE}'", "api_token: '${secret.NONE}'"])
def test_a_missing_secret_of_the_tool_has_a_place(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("real.yaml").write_text(f"version: 1\ntenant:\n  domain: acme.eu.auth0.com\n  client_id: a\n  {said}\n")
    assert run(["plan", "real.yaml"]) == 65
    assert capsys.readouterr().err.startswith("error: real.yaml:3:11: tenant: secret NONE is not set")


@pytest.mark.parametrize("args", [["plan", "pinned.yaml"], ["emulator", "--port", "0", "--no-tls", "--seed", "pinned.yaml"]])
def test_a_missing_secret_of_an_embedded_tenant_has_a_place(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pin = "{web: {client_secret: '${secret.NONE}'}}"
    Path("pinned.yaml").write_text(
        f"version: 1\ntenant:\n  emulator: {{name: a, pin: {pin}}}\napplications: {{web: {{name: W}}}}\n"
    )
    assert run(args) == 65
    assert capsys.readouterr().err.startswith("error: pinned.yaml:3:3: tenant: secret NONE is not set: export it, or name")


@pytest.fixture
def no_room() -> Iterator[None]:
    """No file of this process can grow, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("args", "file"),
    [
        (["apply", "ok.yaml"], ".tenantry/test.sqlite"),
        (["schema", "--out", "x"], "x/tenant.schema.json"),
        (["init", "x"], "x/tenants/dev.yaml"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("no_room")
def test_a_file_for_which_there_is_no_room_is_named(args: list[str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(args) == 1
    told = capsys.readouterr().err
    assert f"{file} cannot be written: File too large" in told or f"{file}: File too large" in told


@pytest.mark.usefixtures("no_room")
def test_the_lock_for_which_there_is_no_room_is_named(tmp_path: Path) -> None:
    async def locked() -> None:
        async with lock(tmp_path, "acme", "acme"):
            pass

    with pytest.raises(OSError, match="File too large") as wrong:
        asyncio.run(locked())
    assert str(wrong.value.filename).endswith(".holder")


def test_a_broken_state_file_can_be_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    state = Path(".tenantry/test.sqlite")
    assert run(["plan", "ok.yaml"]) == 0
    state.write_bytes(b"x" * 5000)
    assert run(["plan", "ok.yaml"]) == 1
    told = capsys.readouterr().err
    assert told.endswith(
        "test.sqlite is not the state file of an emulator (file is not a database); delete it to begin afresh\n"
    )


@pytest.mark.usefixtures("no_room")
def test_a_state_file_for_which_there_is_no_room_is_not_to_be_deleted(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_room, no_room = resource.getrlimit(resource.RLIMIT_FSIZE)[1], 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (make_room, make_room))
    assert run(["plan", "ok.yaml"]) == 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (no_room, make_room))
    assert run(["plan", "ok.yaml"]) == 1
    assert capsys.readouterr().err == f"error: {place}/.tenantry/test.sqlite cannot be used: disk I/O error\n"


def test_what_a_room_finds_wrong_with_the_command_line_is_shown_with_its_usage(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tenants").mkdir()
    assert run(["init", "."]) == 64
    told = capsys.readouterr().err
    assert told.startswith("Usage: tenantry init ")
    assert told.endswith("Error: tenants exists already; name another folder\n")


def test_a_revert_says_which_journal_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["apply", "ok.yaml"]) == 0
    [journal] = Path(".tenantry/journal").glob("*.jsonl")
    assert run(["revert"]) == 0
    assert f"Taking back what {journal} tells of." in capsys.readouterr().err


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage_is_64_and_says_what_is_wrong(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    args, words = USAGE[case]
    assert run(args) == 64
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_plan_file_that_is_none_is_65(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "[]", "[" * 100_000, '{"format_version": 1}'):
        Path("x.plan").write_text(text)
        assert run(["apply", "--plan", "x.plan", "--format", form]) == 65
        assert "`tenantry plan --out`" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["BaseException", "BaseExceptionGroup", "RecursionError", "while cleaning up"])
def test_a_program_that_breaks_down_shows_no_traceback_and_no_value(how: str, tmp_path: Path) -> None:
    raising = {
        "BaseException": "raise BaseException('canary')",
        "BaseExceptionGroup": "raise BaseExceptionGroup('canary', [BaseException('canary')])",
        "RecursionError": "f = lambda: f(); f()",
        "while cleaning up": "type('C', (), {'__del__': lambda self: 1 / 0 if 'canary' else 0})()",
    }[how]
    code = (
        "import sys\nfrom tenantry.cli import main\nfrom tenantry.cli import group\n"
        f"def broken(*_, **__):\n    {raising}\n"
        "group.cli.main = broken\nmain(['plan'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "error: unexpected" in ran.stderr
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "canary" not in ran.stderr + ran.stdout
    assert ran.returncode == (0 if how == "while cleaning up" else 1)


def test_a_working_folder_that_was_removed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, gone = tmp_path / "acme.yaml", tmp_path / "gone"
    file.write_text(OK)
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for args in (["plan", str(file)], ["revert"]):
        assert run(args) == 1
        assert capsys.readouterr().err == "error: the folder that this runs in is gone; change into one that exists\n"
