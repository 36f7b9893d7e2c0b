"""How the tenant files of a command line are read, and what is said of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tenantry import desired
from tenantry.desired import TenantFile
from tenantry.desired.blocks import is_host
from tenantry.desired.secrets import Secrets
from tenantry.model.errors import ConfigErrors, UsageError
from tenantry.model.secret import Secret
from tenantry.render.yaml import to_yaml


@dataclass(frozen=True)
class Loading:
    """How tenant files are read; ``only_one`` says why there may be no second one."""

    secrets_file: Path | None = None
    allow_host: tuple[str, ...] = ()
    only_one: str = ""

    @property
    def typed(self) -> list[str]:
        """Return the options as they are typed."""
        file = ["--secrets", str(self.secrets_file)] if self.secrets_file else []
        return [*file, *(word for host in self.allow_host for word in ("--allow-host", host))]

    def files(self, paths: Sequence[Path]) -> list[TenantFile]:
        """Return what the paths declare.

        Raises: ConfigErrors with all mistakes of all files.
        """
        found = desired.load(paths, environ=os.environ, secrets_file=self.secrets_file, allow_host=self.allow_host)
        if self.only_one and len(found) > 1:
            raise UsageError(self.only_one)
        return found

    def of_domain(self, domain: str, former: Path | None = None) -> TenantFile:
        """Return a tenant file that declares nothing but its domain; the environment holds the credentials.

        ``former`` is the file that declared the tenant and is not there any more.
        Raises: ConfigErrors without a place, for nobody has written that file.
        """
        if not is_host(domain):
            gone = f"; it was {former}, which is not there" if former else ""
            raise UsageError(f"`{domain}` is not the domain of a tenant; name the tenant's file{gone}")
        with TemporaryDirectory() as folder:
            path = Path(folder, "tenant.yaml")
            path.write_text(to_yaml({"version": 1, "tenant": {"domain": domain}}), encoding="utf-8")
            try:
                [file] = self.files([path])
            except ConfigErrors as errors:
                raise ConfigErrors([replace(error, place=None) for error in errors.errors]) from None
        return replace(file, path=Path.cwd() / path.name, workspace=Path.cwd(), inputs={}, place=None)

    def secret(self, name: str) -> Secret:
        """Return a secret by its name."""
        return Secrets(os.environ, self.secrets_file).secret(name)


def manageable(files: list[TenantFile]) -> list[TenantFile]:
    """Return the files when each of their tenants has a Management API.

    Raises: UsageError when one is another OpenID provider.
    """
    for file in files:
        if file.tenant.issuer:
            raise UsageError(
                f"{file.path.name} is about another OpenID provider (`issuer: {file.tenant.issuer}`), which has no Management"
                " API, so this command has nothing to read or change there; `validate`, `smoke` and `token` work"
            )
    return files
