"""The files of an export: the tenant's, one per section, and the programs."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

from tenantry.cli.export.tree import Exported
from tenantry.cli.tenants import Tenant, slug
from tenantry.cli.workspace import schema_line
from tenantry.desired import TenantBlock
from tenantry.kinds import KINDS
from tenantry.render.yaml import to_yaml


def main_file(tenant: Tenant) -> str:
    """Return the name of the file that names the tenant."""
    return f"{slug(tenant.name)}.yaml"


def section_file(tenant: Tenant, section: str) -> str:
    """Return the name of the file that holds a section."""
    return f"{slug(tenant.name)}/{section}.yaml"


def files_of(tenant: Tenant, out: Path, found: Exported) -> dict[str, str]:
    """Return the text of every file by its name."""
    folder = slug(tenant.name)
    head = {"version": 1, "extends": [f"{folder}/*.yaml"], "tenant": _block(tenant.file.tenant)}
    files = {main_file(tenant): schema_line(out) + to_yaml(head)}
    for section, resources in found.sections.items():
        files[section_file(tenant, section)] = to_yaml({"version": 1, section: resources})
    return files | {f"{folder}/{file}": text for file, text in found.files.items()}


def outlived(tenant: Tenant, out: Path, files: Container[str]) -> list[Path]:
    """Return the section files of a former export that this one has no more, and that would bring back what went."""
    names = [section_file(tenant, section) for section in KINDS]
    return [out / name for name in names if name not in files and (out / name).is_file()]


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
