"""New workspaces: the starter that ``init`` writes, and the example that ``demo`` copies."""

from __future__ import annotations

import shutil
from pathlib import Path

from tenantry.cli.schemas import tenant_schema_text
from tenantry.model.errors import UsageError

HERE = Path(__file__).parent
STARTER = HERE / "starter"
SCHEMA = Path("schemas", "tenant.schema.json")


def example() -> Path:
    """Return the folder of the example tenants: packed into the distribution, or the source tree's own."""
    packed = HERE / "examples"
    return packed if packed.is_dir() else HERE.parents[2] / "tenants"


def schema_line(folder: Path) -> str:
    """Return the line by which an editor finds the schema of the tenant files in a folder; nothing where there is none."""
    is_there = (folder.resolve().parent / SCHEMA).is_file()
    return f"# yaml-language-server: $schema=../{SCHEMA.as_posix()}\n" if is_there else ""


def write(source: Path, directory: Path) -> list[Path]:
    """Write a workspace made from ``source`` and return its files; nothing that exists is touched.

    Raises: UsageError when the directory holds something already.
    """
    if (directory / "tenants").exists():
        message = f"{directory / 'tenants'} exists already; name another folder"
        raise UsageError(message)
    shutil.copytree(source, directory / "tenants", ignore=shutil.ignore_patterns(".*"))
    schema = directory / SCHEMA
    schema.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(tenant_schema_text(), encoding="utf-8")
    ignore = directory / ".gitignore"
    if not ignore.exists():
        ignore.write_text(".tenantry/\n.env\n", encoding="utf-8")
    return sorted(path for path in (directory / "tenants").rglob("*") if path.is_file())
