"""One writing run per tenant and workspace at a time: the operating system holds the lock, so it never outlives its process."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from tenantry.cli.results import Output, Result
from tenantry.cli.running import Job
from tenantry.cli.tenants import Tenant, made_state_folder, slug
from tenantry.model.errors import Locked

OWNER_ONLY_FILE, OWNER_ONLY_FOLDER = 0o600, 0o700
LOOK_AGAIN_S = 0.2


def alone(job: Job, timeout_s: float = 0.0) -> Job:
    """Return the job so that it runs only while no other writing run of this workspace is at the same tenant."""

    async def locked(tenant: Tenant, output: Output) -> Result:
        async with lock(made_state_folder(tenant.file) / "locks", tenant.name, timeout_s):
            return await job(tenant, output)

    return locked


@asynccontextmanager
async def lock(folder: Path, name: str, timeout_s: float = 0.0) -> AsyncIterator[None]:
    """Hold the lock of a tenant for as long as the context lasts; wait ``timeout_s`` for whoever holds it.

    Raises: Locked that says who holds it.
    """
    held, card = _files(folder, name)
    await _acquire(held, name, card, timeout_s)
    try:
        _leave(card)
        yield
    finally:
        card.unlink(missing_ok=True)
        held.release()


def _files(folder: Path, name: str) -> tuple[FileLock, Path]:
    """Return the lock, and the file beside it that says who holds it: the lock file is emptied by everyone who tries."""
    folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    path = folder / f"{slug(name)}.lock"
    return FileLock(path, mode=OWNER_ONLY_FILE, thread_local=False), path.with_suffix(".holder")


async def _acquire(held: FileLock, name: str, card: Path, timeout_s: float) -> None:
    """Return once the lock is ours; waiting leaves the loop free, so that it can be interrupted."""
    end = time.monotonic() + timeout_s
    while True:
        try:
            held.acquire(timeout=0)
        except Timeout:
            if time.monotonic() >= end:
                raise Locked(_sentence(name, card)) from None
            await asyncio.sleep(LOOK_AGAIN_S)
        else:
            return


def _leave(card: Path) -> None:
    """Write down who holds the lock."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = f"process {os.getpid()} of {getpass.getuser()} on {socket.gethostname()}, since {now}"
    descriptor = os.open(card, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _sentence(name: str, card: Path) -> str:
    """Return who holds the lock and what can be done."""
    try:
        holder = card.read_text(encoding="utf-8") or "another process"
    except OSError:
        holder = "another process"
    return f"{holder}, is writing to {name}; wait for it with --lock-timeout SECONDS. Nothing was written"
