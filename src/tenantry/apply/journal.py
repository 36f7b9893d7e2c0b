"""What an apply did, line by line as it happens, so that a killed run can be understood and a finished one reverted.

Shape: one JSON object per line, ``{"at", "event", …}``; events: ``opened`` (with the tenant file), ``started``, ``before``
(with the pre-image), ``sending``, ``sent``, ``done``, ``failed``, ``begun``, ``skipped``, ``finished``. No secret and no
request body is ever written.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from tenantry.files import OWNER_ONLY, read_record
from tenantry.model.errors import TenantryError
from tenantry.model.secret import Secret, masked

OWNER_ONLY_FOLDER = 0o700
AHEAD = frozenset({"started", "before", "sending"})
"""The events that tell what is about to happen."""


def _told(value: object) -> object:
    """Return what stands for a value that JSON does not know: a mask for a secret."""
    return masked(value) if isinstance(value, Secret) else str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, default=_told)


class Journal:
    """Appends events to a file that only its owner can read; each event is handed to the system at once.

    The file is made with the first event: a run that is refused before it leaves none.
    """

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time, tenant_file: Path | None = None) -> None:
        self.path = path
        self._now = now
        self._tenant_file = tenant_file
        self._file: IO[str] | None = None
        self._is_closed = path is None
        self._failure = ""

    @classmethod
    def open(cls, folder: Path, plan_id: str, now: Callable[[], float] = time.time, *, tenant_file: Path | None = None) -> Self:
        """Return a new journal ``<time>-<plan>.jsonl`` in the folder, which is made if it is not there."""
        folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        stamp = datetime.fromtimestamp(now(), UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return cls(folder / f"{stamp}-{plan_id}.jsonl", now, tenant_file)

    def write(self, event: str, **members: Any) -> None:
        """Append one event; secrets inside it are masked.

        Raises: TenantryError when what is about to happen cannot be told, so that it does not happen. What has happened cannot
        be undone by raising: once the file fails it is left as it is.
        """
        if self._failure and event in AHEAD:
            raise TenantryError(f"the journal {self.path} cannot be written ({self._failure}), and without it nothing is sent")
        if self._is_closed or self._failure:
            return
        try:
            if self._file is None:
                self._begin()
            self._append(event, members)
        except OSError as error:
            self._failure = error.strerror or type(error).__name__
            self.write(event)

    def _begin(self) -> None:
        """Make the file, with the tenant file it is about as its first event."""
        assert self.path is not None  # noqa: S101  one without a path is closed from the beginning
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, OWNER_ONLY)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        if self._tenant_file is not None:
            self._append("opened", {"file": str(self._tenant_file)})

    def _append(self, event: str, members: dict[str, Any]) -> None:
        """Append one line and hand it to the system."""
        assert self._file is not None  # noqa: S101  it has begun
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        self._file.write(_JSON.encode({"at": at, "event": event} | members) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._is_closed = True
        if self._file is not None:
            with contextlib.suppress(OSError):  # what could not be written is tried again, and fails again
                self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def quiet() -> Journal:
    """Return a journal that keeps nothing."""
    return Journal(None)


def events(path: Path) -> list[dict[str, Any]]:
    """Return the events of a journal; what a killed run left without its end of line is passed over.

    Raises: OSError; UnicodeDecodeError; JSONDecodeError with the place in the whole file.
    """
    text, begins = read_record(path), 0
    found: list[dict[str, Any]] = []
    for line in text.split("\n")[:-1]:  # a name may hold what else ends lines
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise json.JSONDecodeError(error.msg, text, begins + error.pos) from None
        begins += len(line) + 1
    return found
