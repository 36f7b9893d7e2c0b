"""An emulated tenant inside the process that uses it: an ASGI application, no socket.

Source: design of the emulator; nothing here is Auth0's.
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from tenantry.emulator import management, private
from tenantry.emulator.app import create_app
from tenantry.emulator.oauth import keys
from tenantry.emulator.store import Store
from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Tenant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from tenantry.emulator.limits import RateLimit

IN_USE_TIMEOUT_S = 10.0
PRIMARY_CODE = 0xFF
"""The part of SQLite's error codes that tells kinds of errors apart; the rest is detail."""


class StateFileError(Exception):
    """The state file cannot be used; the message says why and what to do."""


class EmulatorInUse(StateFileError):
    """Another emulator has the state file open."""


class Emulator:
    """One emulated tenant; `app` is its ASGI application, for `httpx.ASGITransport(app=emulator.app)`.

    `data` is the SQLite file that holds its state; without it the state is in memory. A directory that has to be made
    for it is private and ignored by git. `pins` fixes client ids and secrets by application name; `public_url` fixes
    the issuer.
    Raises: EmulatorInUse when another one keeps `data` open; StateFileError when it is no state file.
    """

    def __init__(
        self,
        name: str,
        *,
        data: Path | None = None,
        pins: Mapping[str, Mapping[str, str]] | None = None,
        public_url: str | None = None,
        rate_limit: RateLimit | None = None,
        latency_ms: int = 0,
        management_secret: str = MANAGEMENT_CLIENT_SECRET,
        remote: bool = False,
    ) -> None:
        self._lock = _locked(data) if data else None
        self.tenant = Tenant(
            name,
            store=_opened(data, self._lock),
            public_url=public_url,
            pins=pins or {},
            management_secret=management_secret,
            seeds=(management.seed, keys.seed),
        )
        self.tenant.seed()
        self._keep_management_secret()
        self.app = create_app(
            self.tenant,
            rate_limit=rate_limit,
            latency_ms=latency_ms,
            remote_secret=management_secret if remote else None,
        )

    @property
    def base_url(self) -> str:
        """Return the URL that the tenant answers to: the public one, else a name that nobody resolves."""
        return (self.tenant.public_url or f"https://{_label(self.tenant.name)}.emulator.localhost").rstrip("/")

    @property
    def management_client_id(self) -> str:
        """Return the client id of the application that may do everything."""
        return MANAGEMENT_CLIENT_ID

    @property
    def management_client_secret(self) -> str:
        """Return its secret."""
        return self.tenant.management_secret

    def reset(self) -> None:
        """Make the tenant a fresh one again, with its own time, no faults, no misbehaviours and nothing counted."""
        self.app.controls.reset()

    def close(self) -> None:
        """Give the state file back; an emulator in memory has nothing to give."""
        self.tenant.store.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def _keep_management_secret(self) -> None:
        """Let this run's secret count, also where the state file comes from a run with another one."""
        store, secret = self.tenant.store, self.tenant.management_secret
        client = store.get("clients", MANAGEMENT_CLIENT_ID)
        if client and client.get("client_secret") != secret:
            store.put("clients", MANAGEMENT_CLIENT_ID, client | {"client_secret": secret})


def _locked(data: Path) -> FileLock:
    try:
        private.make_directory(data.parent)
        private.make_file(data)
    except OSError as error:
        raise StateFileError(f"{data} cannot be written: {error.strerror}") from None
    lock = FileLock(f"{data}.lock", timeout=IN_USE_TIMEOUT_S, mode=private.FILE_MODE, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise EmulatorInUse(f"{data} is in use by another emulator; wait for that one to end, or stop it") from None
    return lock


def _opened(data: Path | None, lock: FileLock | None) -> Store:
    try:
        return Store(data)
    except (sqlite3.Error, ValueError) as error:
        if lock:
            lock.release()
        raise StateFileError(f"{data} {_why_not(error)}") from None


def _why_not(error: Exception) -> str:
    """Return why the state file cannot be used; one that the disk has no room for is intact, and not to be deleted."""
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_ERROR:
        return f"cannot be used: {error}"
    return f"is not the state file of an emulator ({error}); delete it to begin afresh"


def _label(name: str) -> str:
    """Return a tenant's name as a host label."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63] or "tenant"
