"""One writing run of a user of this machine per tenant at a time, from whatever workspace.

The operating system holds the lock, so it never outlives its process. Source: XDG Base Directory Specification (state home).
"""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import os
import socket
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from tenantry.cli.results import Output, Result
from tenantry.cli.running import Job
from tenantry.cli.tenants import Tenant, slug
from tenantry.files import OWNER_ONLY, write_private
from tenantry.model.errors import Locked, TenantryError

OWNER_ONLY_FOLDER = 0o700
LOOK_AGAIN_S = 0.2


def alone(job: Job, timeout_s: float = 0.0) -> Job:
    """Return the job so that it runs only while no other writing run of this user and machine is at the same tenant."""

    async def locked(tenant: Tenant, output: Output) -> Result:
        async with lock(locks_folder(), tenant.name, tenant.identity, timeout_s):
            return await job(tenant, output)

    return locked


@asynccontextmanager
async def lock(folder: Path, name: str, identity: str, timeout_s: float = 0.0) -> AsyncIterator[None]:
    """Hold the lock of the tenant with this identity for as long as the context lasts; wait ``timeout_s`` for whoever holds it.

    Raises: Locked that says who holds it.
    """
    held, card = _files(folder, identity)
    await _acquire(held, name, card, timeout_s)
    try:
        _leave(card)
        yield
    finally:
        card.unlink(missing_ok=True)
        held.release()


def locks_folder() -> Path:
    """Return the folder of this user's locks, the same for all workspaces and made if it is not there.

    Raises: TenantryError when no place is to be had that belongs to this user alone.
    """
    problems: list[str] = []
    for folder in _places():
        try:
            _make_private(folder)
        except OSError as error:
            problems.append(f"{folder}: {error.strerror or error}")
        else:
            return folder
    raise TenantryError(
        f"no folder for the lock of a writing run: {'; '.join(problems)}; set XDG_STATE_HOME to a folder of yours"
    )


def _places() -> Iterator[Path]:
    """Yield where the locks may lie: the user's own state, and a folder of this user's where there is no home to write to.

    Not the runtime folder of a login session: a run of a timer has none, and must see the same locks.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  unlike Path.home(), it does not raise without a home
    if state.is_absolute():
        yield state / "tenantry" / "locks"
    elif home.is_absolute():
        yield home / ".local" / "state" / "tenantry" / "locks"
    yield Path(tempfile.gettempdir(), f"tenantry-{os.geteuid()}-locks")


def _make_private(folder: Path) -> None:
    """Make a folder that is for its owner alone, or see that it is: in a shared place anybody may have put something there.

    Raises: OSError when it is a link, somebody else's, or open to others.
    """
    folder.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(None, "it is not a folder of this user's")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(None, "others can reach into it")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(None, "it cannot be written to")


def _files(folder: Path, identity: str) -> tuple[FileLock, Path]:
    """Return the lock, and the file beside it that says who holds it: the lock file is emptied by everyone who tries."""
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]  # of two tenants with one slug each has its own
    path = folder / f"{slug(identity)[-80:]}-{digest}.lock"
    return FileLock(path, mode=OWNER_ONLY, thread_local=False), path.with_suffix(".holder")


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
    write_private(card, text)


def _sentence(name: str, card: Path) -> str:
    """Return who holds the lock and what can be done."""
    try:
        holder = card.read_text(encoding="utf-8") or "another process"
    except OSError:
        holder = "another process"
    return f"{holder}, is writing to {name}; wait for it with --lock-timeout SECONDS. Nothing was written"
