"""``tenantry export``: a live tenant as YAML."""

from __future__ import annotations

import shlex
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import click

from tenantry.cli import options
from tenantry.cli.export.read import everything
from tenantry.cli.export.tree import Exported, exported
from tenantry.cli.export.write import require_free, write_all
from tenantry.cli.help import example
from tenantry.cli.results import Output, Result
from tenantry.cli.running import Loading, on_tenants
from tenantry.cli.tenants import Tenant, slug
from tenantry.cli.workspace import schema_line
from tenantry.desired import TenantBlock, workspace_of
from tenantry.kinds import KINDS
from tenantry.model.errors import IncompleteRead
from tenantry.plan import Note
from tenantry.render.lines import COMMAND, Lines
from tenantry.render.plan_text import add_notes
from tenantry.render.yaml import to_yaml


@click.command(
    "export",
    epilog=example(
        "tenantry export --domain acme-dev.eu.auth0.com --out tenants", "tenantry export tenants/dev.yaml --out exported"
    ),
)
@click.argument("path", metavar="[PATH]", required=False, type=options.EXISTING_FILE)
@click.option("--domain", help="The tenant's domain; credentials come from the AUTH0_* environment variables.")
@click.option(
    "--out", required=True, type=options.FOLDER, help="The folder to write to; files in it that differ are left alone."
)
@click.option("--force", is_flag=True, help="Replace files that differ, and remove those of sections that are empty now.")
@options.form("text", "json")
@options.loading
def command(path: Path | None, domain: str | None, out: Path, *, force: bool, form: str, loading: Loading) -> int:
    """Write a live tenant as YAML.

    The plan of what it writes is empty. Handles are made of names, code goes into files of its own, secrets are never
    written, and the tenant's own objects are left out. Exporting twice gives the same bytes. A file that is there and differs
    is only replaced with --force.
    """
    if (path is None) == (domain is None):
        raise click.UsageError("name either a tenant file or --domain")

    async def job(tenant: Tenant, output: Output) -> Result:
        live = await everything(tenant)
        if live.truncated:
            raise IncompleteRead(
                f"the tenant has more {', '.join(sorted(live.truncated))} than it lists, so it cannot be exported whole; "
                "nothing was written"
            )
        result = exported(live, KINDS)
        files = _files(tenant, out, result)
        outlived = _outlived(tenant, out, files)
        if not force:
            require_free(out, files, outlived)
        write_all(out, files)
        lines = Lines()
        for name in files:
            lines.add(f"wrote {out / name}")
        for each in outlived:
            each.unlink()
            lines.add(f"removed {each}, of which the tenant holds nothing any more")
        notes = tuple(Note(sentence) for sentence in (*result.notes, *_elsewhere(tenant, out)))
        add_notes(lines, notes)
        main = out / f"{slug(tenant.name)}.yaml"
        lines.add("Next: ", (shlex.join(["tenantry", "plan", str(main)]), COMMAND))
        output.show(lines)
        return Result(tenant.name, warnings=notes, body={"files": [str(out / name) for name in files]})

    return on_tenants([path] if path else (lambda: [loading.of_domain(domain or "")]), loading, form, job)


def _outlived(tenant: Tenant, out: Path, files: Container[str]) -> list[Path]:
    """Return the section files of a former export that this one has no more, and that would bring back what went."""
    names = [f"{slug(tenant.name)}/{section}.yaml" for section in KINDS]
    return [out / name for name in names if name not in files and (out / name).is_file()]


def _elsewhere(tenant: Tenant, out: Path) -> Iterator[str]:
    """Yield a warning when the written file would mean another embedded tenant: each workspace has its own."""
    if tenant.file.tenant.emulator and workspace_of(out / "tenant.yaml") != tenant.file.workspace:
        yield f"the embedded tenant lives in {tenant.file.workspace}; planned from {out}, the same name is another, new tenant"


def _files(tenant: Tenant, out: Path, found: Exported) -> dict[str, str]:
    """Return the text of every file by its name: the tenant's, one per section, and the programs."""
    name = slug(tenant.name)
    head = {"version": 1, "extends": [f"{name}/*.yaml"], "tenant": _block(tenant.file.tenant)}
    files = {f"{name}.yaml": schema_line(out) + to_yaml(head)}
    for section, resources in found.sections.items():
        files[f"{name}/{section}.yaml"] = to_yaml({"version": 1, section: resources})
    return files | {f"{name}/{file}": text for file, text in found.files.items()}


def _block(block: TenantBlock) -> dict[str, Any]:
    """Return the tenant block, with secrets by their names."""
    said: dict[str, Any] = {"domain": block.domain, "base_url": block.base_url, "custom_domain": block.custom_domain}
    if block.emulator:
        said["emulator"] = block.emulator.name
    if block.base_url or not _is_from_environment(block):
        said["client_id"] = block.client_id
        for field in ("client_secret", "private_key", "api_token"):
            secret = getattr(block, field)
            said[field] = f"${{secret.{secret.name}}}" if secret else None
    return {field: value for field, value in said.items() if value is not None}


def _is_from_environment(block: TenantBlock) -> bool:
    """Return whether the credentials are those of the AUTH0_* variables, which a file need not repeat."""
    secrets = (block.client_secret, block.private_key, block.api_token)
    return any(secret and secret.name.startswith("AUTH0_") for secret in secrets)
