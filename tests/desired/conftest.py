from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenantry.desired import TenantFile, load
from tenantry.model.errors import ConfigErrors

Loader = Callable[..., TenantFile]
Complaints = Callable[..., list[str]]

HEAD = "version: 1\ntenant: {emulator: test}\n"


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Return a function that writes files (the tenant's first) and loads the first."""
    monkeypatch.chdir(tmp_path)

    def go(text: str, files: Mapping[str, str] | None = None, **options: Any) -> TenantFile:
        head = "" if "tenant:" in text else HEAD
        for name, content in {"tenant.yaml": head + text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        options.setdefault("environ", {})
        [file] = load([tmp_path / "tenant.yaml"], **options)
        return file

    return go


@pytest.fixture
def complaints(loaded: Loader) -> Complaints:
    """Return a function that loads files and returns what is wrong with them, place and message."""

    def go(text: str, files: Mapping[str, str] | None = None, **options: Any) -> list[str]:
        try:
            loaded(text, files, **options)
        except ConfigErrors as wrong:
            return [str(error) for error in wrong.errors]
        return []

    return go
