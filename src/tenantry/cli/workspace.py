"""New workspaces: the starter that ``init`` writes, and the example that ``demo`` copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tenantry.cli.schemas import tenant_schema_text
from tenantry.files import write_text
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
        raise UsageError(f"{directory / 'tenants'} exists already; name another folder")
    tenants = {directory / "tenants" / file.relative_to(source): file.read_text(encoding="utf-8") for file in _shown(source)}
    files = {**tenants, directory / SCHEMA: tenant_schema_text()}
    if not (ignore := directory / ".gitignore").exists():
        files[ignore] = ".tenantry/\n.env\n"
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return sorted(tenants)


def _shown(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder; what is hidden was left by a run, or by an editor."""
    for path in sorted(folder.iterdir()):
        if not path.name.startswith("."):
            yield from _shown(path) if path.is_dir() else [path]
