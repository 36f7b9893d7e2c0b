"""A plan says which commit its files are of; asking for it runs nothing that the repository names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tenantry.cli.commit import commit_of
from tenantry.cli.entry import run

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="there is no git")

TENANT = "version: 1\nextends: [shared/*.yaml]\ntenant: {emulator: committed}\n"
FRAGMENT = "actions: {a: {name: A, code: '${file:code.js}', supported_triggers: [{id: post-login, version: v3}]}}\n"


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run([str(GIT), *who, "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in a folder of a repository, committed."""
    root = tmp_path / "repository"
    tenants = root / "auth" / "tenants"
    (tenants / "shared").mkdir(parents=True)
    (tenants / "t.yaml").write_text(TENANT, encoding="utf-8")
    (tenants / "shared" / "f.yaml").write_text(FRAGMENT, encoding="utf-8")
    (tenants / "shared" / "code.js").write_text("exports.onExecutePostLogin = async () => {}\n", encoding="utf-8")
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "all")
    monkeypatch.chdir(root)
    return root


def trap_of(folder: Path) -> tuple[Path, Path]:
    """Return a program, and the file that tells how it was run."""
    trap, sprung = folder / "trap", folder / "sprung"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {sprung}\n', encoding="utf-8")
    trap.chmod(0o755)
    return trap, sprung


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run(["plan", "auth/tenants/t.yaml"]) == 0
    return capsys.readouterr().out.splitlines()[0].rpartition("commit ")[2]


def test_the_commit_is_the_one_that_is_checked_out(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == git(repository, "rev-parse", "HEAD")[:10]


@pytest.mark.parametrize("name", ["t.yaml", "shared/f.yaml", "shared/code.js"])
def test_a_file_that_differs_from_the_commit_marks_it(name: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = repository / "auth" / "tenants" / name
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert shown(capsys) == git(repository, "rev-parse", "HEAD")[:10] + "-dirty"
    git(repository, "commit", "-q", "-a", "-m", "more")
    assert shown(capsys) == git(repository, "rev-parse", "HEAD")[:10]


def test_a_file_that_the_commit_does_not_hold_marks_it(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "auth" / "tenants" / "shared" / "new.yaml").write_text("roles: {a: {name: A}}\n", encoding="utf-8")
    assert shown(capsys).endswith("-dirty")


@pytest.mark.parametrize(
    ("settings", "attributes", "mark"),
    [
        ({}, "", "-dirty"),
        ({"core.autocrlf": "true"}, "", ""),
        ({"core.autocrlf": "input"}, "", ""),
        ({"core.autocrlf": "false"}, "*.yaml text\n", ""),
        ({}, "*.yaml text=auto\n", ""),
        ({}, "*.yaml eol=crlf\n", ""),
        ({"core.autocrlf": "true"}, "*.yaml -text\n", "-dirty"),
    ],
)
def test_line_ends_that_git_takes_off_are_no_difference(
    settings: dict[str, str], attributes: str, mark: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in settings.items():
        git(repository, "config", name, value)
    (repository / ".git" / "info" / "attributes").write_text(attributes, encoding="utf-8")
    file = repository / "auth" / "tenants" / "t.yaml"
    file.write_bytes(TENANT.replace("\n", "\r\n").encode())
    assert shown(capsys) == git(repository, "rev-parse", "HEAD")[:10] + mark
    assert bool(git(repository, "diff", "--name-only", "HEAD")) is bool(mark), "git says the same"
    file.write_bytes(file.read_bytes() + b"# more\r\n")
    assert shown(capsys).endswith("-dirty")


def test_other_files_do_not_matter(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "notes.txt").write_text("x", encoding="utf-8")
    assert not shown(capsys).endswith("-dirty")


def test_a_worktree_has_its_own_commit(repository: Path, tmp_path: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "worktree", "add", "-q", "--detach", str(tmp_path / "other"), "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "more")
    folder = tmp_path / "other" / "auth" / "tenants"
    assert commit_of([folder / "t.yaml"], folder) == first[:10]


def test_nothing_that_the_repository_names_is_run(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trap, sprung = trap_of(tmp_path)
    (repository / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil text\n", encoding="utf-8")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(trap, hooks / hook)
    for name, value in {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.pager": str(trap),
        "core.sshCommand": str(trap),
        "core.alternateRefsCommand": str(trap),
        "filter.evil.clean": str(trap),
        "filter.evil.smudge": str(trap),
        "filter.evil.process": str(trap),
        "diff.evil.textconv": str(trap),
        "diff.evil.command": str(trap),
        "pager.cat-file": str(trap),
        "alias.cat-file": f"!{trap}",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{trap} %S",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", name, value)
    file = repository / "auth" / "tenants" / "t.yaml"
    file.write_text(TENANT + "\n", encoding="utf-8")  # git would have to look at its content
    (file.parent / "shared" / "f.yaml").write_bytes(FRAGMENT.replace("\n", "\r\n").encode())
    sprung.unlink(missing_ok=True)
    assert shown(capsys).endswith("-dirty")
    assert not sprung.exists(), sprung.read_text(encoding="utf-8")
    subprocess.run([str(GIT), "-C", str(repository), "describe", "--always", "--dirty"], capture_output=True, check=False)
    assert sprung.exists(), "the trap is one"


def test_what_is_missing_from_the_repository_is_fetched_from_nowhere(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trap, sprung = trap_of(tmp_path)
    tree = git(repository, "rev-parse", "HEAD:auth")
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{trap} %S",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", name, value)
    (repository / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert shown(capsys).endswith("-dirty")
    assert not sprung.exists()
    subprocess.run([str(GIT), "-C", str(repository), "ls-tree", "-r", "HEAD"], capture_output=True, check=False)
    assert sprung.exists(), "the trap is one"


def test_outside_of_a_repository_and_without_git_there_is_none(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commit_of([], tmp_path) == ""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert commit_of([], repository) == ""


def test_a_repository_without_a_commit_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", str(tmp_path))
    assert commit_of([tmp_path / "t.yaml"], tmp_path) == ""


def test_a_file_that_the_repository_cannot_hold_marks_its_commit(repository: Path, tmp_path: Path) -> None:
    held = repository / "auth" / "tenants" / "t.yaml"
    outside, odd = tmp_path / "outside.yaml", held.with_name("of two\nlines.yaml")
    commit = git(repository, "rev-parse", "HEAD")[:10]
    for other in (outside, odd):
        other.write_text(TENANT, encoding="utf-8")
        assert commit_of([held, other], held.parent) == f"{commit}-dirty"
    assert commit_of([held], held.parent) == commit


def test_a_repository_may_name_its_objects_by_sha_256(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", ".")
    file = tmp_path / "t.yaml"
    file.write_text(TENANT, encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    assert commit_of([file], tmp_path) == git(tmp_path, "rev-parse", "HEAD")[:10]
    file.write_text(TENANT + "\n", encoding="utf-8")
    assert commit_of([file], tmp_path).endswith("-dirty")
