"""What is to be said beside an export: what was left out, which secrets somebody has to supply, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tenantry.cli.export.files import section_file
from tenantry.cli.export.tree import Exported
from tenantry.cli.tenants import Tenant
from tenantry.desired import workspace_of
from tenantry.model.note import Note
from tenantry.model.place import dotted


def notes_of(tenant: Tenant, out: Path, found: Exported) -> Iterator[Note]:
    """Yield everything that the files do not say."""
    yield from map(Note, found.notes)
    for address, paths in found.secrets.items():
        names = ", ".join(f"`{dotted(path)}`" for path in paths)
        are, them = ("are secrets", "them") if len(paths) > 1 else ("is a secret", "it")
        file = out / section_file(tenant, address.section)
        sentence = f"{names} {are} and left out; another tenant needs {them} in {file}, as `${{secret.NAME}}`"
        yield Note(sentence, address, code="secret_left_out")
    if tenant.file.tenant.emulator and workspace_of(out / "tenant.yaml") != tenant.file.workspace:
        yield Note(
            f"the embedded tenant lives in {tenant.file.workspace}; planned from {out}, the same name is another, new tenant"
        )
