"""An export writes all of its files or none, and over nobody's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.files import write_text
from tenantry.model.state import LiveState
from tests.e2e.shop import Shop


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_of_the_same_name_is_not_overwritten_unless_it_is_forced(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    out = tmp_path / "out"
    assert shop("export", "--out", str(out)).code == 0
    [main] = out.glob("*.yaml")
    mine = out / main.stem / "apis.yaml"
    mine.write_text("# my own work\n", encoding="utf-8")
    before = held(out)
    ran = shop("export", "--out", str(out), "--format", "json")
    assert ran.code == ran.json["exit_code"] == 4
    assert f"{mine}: already there, and would be lost; name another folder with --out, or add --force" in ran.err
    assert held(out) == before
    assert shop("export", "--out", str(out), "--force").code == 0
    assert "my own work" not in mine.read_text(encoding="utf-8")


def test_the_same_export_again_is_no_loss(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    assert shop("export", "--out", str(tmp_path / "out")).code == 0
    before = held(tmp_path / "out")
    assert shop("export", "--out", str(tmp_path / "out")).code == 0
    assert held(tmp_path / "out") == before


def test_an_editor_is_pointed_to_the_schema_where_there_is_one(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    assert shop("export", "--out", str(tmp_path / "bare" / "tenants")).code == 0
    assert shop.command("schema", "--out", str(tmp_path / "whole" / "schemas")).code == 0
    assert shop("export", "--out", str(tmp_path / "whole" / "tenants")).code == 0
    first = {
        folder: next((tmp_path / folder / "tenants").glob("*.yaml")).read_text().splitlines()[0] for folder in ("bare", "whole")
    }
    assert first == {"bare": "version: 1", "whole": "# yaml-language-server: $schema=../schemas/tenant.schema.json"}


def test_a_link_in_the_folder_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    out, other = tmp_path / "out", tmp_path / "elsewhere.txt"
    assert shop("export", "--out", str(out)).code == 0
    [main] = out.glob("*.yaml")
    main.rename(other)
    main.symlink_to(other)
    before = other.read_bytes()
    assert shop("export", "--out", str(out)).code == 4
    assert shop("export", "--out", str(out), "--force").code == 0
    assert not main.is_symlink()
    assert other.read_bytes() == before


def test_an_export_that_breaks_off_leaves_nothing_half_written(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.up()
    out, written = tmp_path / "out", list[Path]()

    def full(path: Path, text: str) -> None:
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device", str(path))
        write_text(path, text)

    with monkeypatch.context() as patched:
        patched.setattr("tenantry.cli.export.write.write_text", full)
        ran = shop("export", "--out", str(out))
    assert ran.code == 1
    assert "No space left" in ran.err
    assert list(out.iterdir()) == []


def test_a_list_that_the_tenant_cuts_off_fails_the_export(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(*_: object) -> LiveState:
        return LiveState({}, truncated=frozenset({"apis"}))

    monkeypatch.setattr("tenantry.cli.commands.export.everything", cut)
    ran = shop("export", "--out", str(tmp_path / "out"), "--format", "json")
    assert ran.code == ran.json["exit_code"] == 1
    [error] = ran.json["errors"]
    assert error["code"] == "incomplete_read"
    assert "more apis than it lists" in error["message"]
    assert not (tmp_path / "out").exists()
