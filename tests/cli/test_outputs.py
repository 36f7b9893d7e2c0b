"""What an output cannot tell is said of every one, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tenantry.cli.entry import run

TENANT = """\
version: 1
tenant: {emulator: outputs}
applications: {web: {name: Web, app_type: spa}}
outputs:
  FIRST: ${applications.web.client_id}
  SECOND: "id ${applications.web.id}"
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TENANT, encoding="utf-8")


def test_every_output_that_cannot_be_told_has_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outputs", "t.yaml"]) == 1
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "error: t.yaml:5:10: output FIRST: the tenant has no applications.web yet; run `tenantry apply` first",
        "error: t.yaml:6:11: output SECOND: the tenant has no applications.web yet; run `tenantry apply` first",
    ]
    assert told.out == ""


def test_a_document_has_the_places_too_and_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outputs", "t.yaml", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(error["file"], error["line"], error["column"]) for error in document["errors"]] == [
        ("t.yaml", 5, 10),
        ("t.yaml", 6, 11),
    ]
    assert "outputs" not in document


def test_no_file_is_written_when_an_output_cannot_be_told() -> None:
    assert run(["outputs", "t.yaml", "--out", "web.env"]) == 1
    assert not Path("web.env").exists()


@pytest.mark.parametrize("form", ["env", "json"])
def test_files_that_declare_no_output_are_told_how_to(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.yaml").write_text(TENANT.partition("outputs:")[0], encoding="utf-8")
    assert run(["outputs", "t.yaml", "--format", form]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("note: the files declare no `outputs:`; name there what applications need, as in `WEB_CLIENT")
    if form == "json":
        [warning] = json.loads(told.out)["warnings"]
        assert warning["message"] == told.err.removeprefix("note: ").strip()
    else:
        assert told.out == ""
