"""Runs a job on every tenant of the command line: load all files first, then one tenant after the other in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import click

from tenantry.cli.exits import Exit
from tenantry.cli.loading import Loading, manageable
from tenantry.cli.results import Output, Result, failure
from tenantry.cli.tenants import Tenant, opened
from tenantry.desired import TenantFile
from tenantry.model.errors import UsageError

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
