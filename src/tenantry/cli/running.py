"""Runs a job on every tenant of the command line: load all files first, then one tenant after the other in one event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from tenantry import desired
from tenantry.cli.exits import Exit
from tenantry.cli.results import Output, Result, failure
from tenantry.cli.tenants import Tenant, opened
from tenantry.desired import TenantFile
from tenantry.desired.blocks import is_host
from tenantry.desired.secrets import Secrets
from tenantry.model.address import Address
from tenantry.model.errors import ConfigErrors, UsageError
from tenantry.model.secret import Secret
from tenantry.plan import Note
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


Job = Callable[[Tenant, Output], Awaitable[Result]]
FileJob = Callable[[TenantFile, Output], Awaitable[Result]]
OfflineJob = Callable[[TenantFile, Output], Result]


Paths = Sequence[Path] | Callable[[], list[TenantFile]]
"""Tenant files by path, or something that has them already."""


def on_tenants(paths: Paths, loading: Loading, form: str, job: Job) -> int:
    """Return the exit code of a job that needs the tenants themselves, by their Management API."""

    async def open_and_run(file: TenantFile, output: Output) -> Result:
        async with opened(file) as tenant:
            return await job(tenant, output)

    return on_each(lambda: manageable(_found(paths, loading)), loading, form, open_and_run)


def on_files(paths: Paths, loading: Loading, form: str, job: OfflineJob) -> int:
    """Return the exit code of a job that needs the files alone."""

    async def run(file: TenantFile, output: Output) -> Result:
        return job(file, output)

    return on_each(paths, loading, form, run)


def on_each(paths: Paths, loading: Loading, form: str, job: FileJob) -> int:
    """Return the exit code of a job that finds its own way from a file to its tenant."""
    output = Output(form)
    try:
        files = _found(paths, loading)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, a document must say so
        return failed(form, error)
    output.is_of_several = len(files) > 1
    results: list[Result] = []
    _in_one_loop(_each(files, output, job, results))
    return output.finish(results)


def _found(paths: Paths, loading: Loading) -> list[TenantFile]:
    """Return the tenant files.

    Raises: ConfigErrors with all mistakes of all files.
    """
    return paths() if callable(paths) else loading.files(paths)


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


def failed(form: str, error: Exception) -> int:
    """Return the exit code of a run that ended before any tenant was known, after saying why."""
    output, result = Output(form), failure("", error)
    output.tell(result)
    return output.finish([result])


def _in_one_loop(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; that it was cancelled is told as an interruption.

    It returns nothing: when signal handlers are put back, Python makes a text of the finished task and of all that it returned.
    """
    try:
        asyncio.run(work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _each(
    files: Sequence[TenantFile],
    output: Output,
    job: FileJob,
    results: list[Result],
) -> None:
    """Add the result for every file, in order; an error ends its own tenant only, an interruption all that would follow."""
    for file in files:
        try:
            result = await job(file, output)
        except (UsageError, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001  the same
            result = failure(file.state.tenant, error)
        output.tell(result)
        results.append(result)
        if result.exit_code == Exit.INTERRUPTED:
            return


def warnings_of(file: TenantFile) -> tuple[Note, ...]:
    """Return what the loader warned of."""
    return tuple(
        Note(warned.sentence, Address.parse(warned.address) if warned.address else None, warned.place, warned.code)
        for warned in file.warnings
    )
