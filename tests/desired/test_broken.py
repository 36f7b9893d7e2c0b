"""Each file in ``broken/`` is wrong, and says in its ``#!`` lines exactly what it must be told, with place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.desired import load
from tenantry.model.errors import ConfigErrors

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(path.name for path in BROKEN.glob("*.yaml"))


def expected(name: str) -> list[str]:
    lines = (BROKEN / name).read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("#! ") for line in lines if line.startswith("#! ") and "schema:" not in line[:11]]


def test_there_are_at_least_twenty() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_told_precisely(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    with pytest.raises(ConfigErrors) as caught:
        load([name], environ={})
    assert [str(error) for error in caught.value.errors] == expected(name)


def test_all_mistakes_of_all_files_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    with pytest.raises(ConfigErrors) as caught:
        load(["unknown_field.yaml", "raw_id.yaml"], environ={})
    files = {error.place.file for error in caught.value.errors if error.place}
    assert {"unknown_field.yaml", "raw_id.yaml"} <= files
