"""What an earlier run did, read from its journal and the backup beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenantry.apply import backup
from tenantry.apply.backup import Gone
from tenantry.apply.journal import events
from tenantry.apply.kept import told
from tenantry.files import read_record, unread
from tenantry.model.address import Address
from tenantry.model.errors import UsageError
from tenantry.plan import Action, Change, Plan

Event = dict[str, Any]
SENDING = '"event": "sending"'
IN_DOUBT = frozenset({"lost_answer", "ambiguous", "interrupted", "internal"})
"""Codes of failures after which a request may have been carried out all the same."""


@dataclass(frozen=True)
class Past:
    """A run as its journal tells it.

    ``plan``: the changes that were begun, with their images, and the ids they refer to. ``new``: the ids of what it created.
    ``failed``: changes of which a step was surely refused. ``secrets``: by change, the fields whose old value no journal holds.
    ``file``: the tenant file it was run with.
    """

    plan: Plan
    new: dict[Address, str]
    gone: tuple[Gone, ...]
    secrets: dict[Address, tuple[str, ...]]
    failed: frozenset[Address] = frozenset()
    file: Path | None = None


def recalled(journal: Path) -> Past:
    """Return what the run of a journal did.

    Raises: UsageError when the file is no journal, or the backup beside it none.
    """
    beside = backup.backup_of(journal)
    with _readable(beside, "backup", "move it away to revert all but what went"):
        gone = tuple(backup.load(beside))
    with _readable(journal, "journal", "apply keeps them under .tenantry/journal"):
        return _past(events(journal), gone)


@contextmanager
def _readable(path: Path, what: str, way_on: str) -> Iterator[None]:
    """Let whatever goes wrong while a file is read be told as a sentence that names it."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path} is not a readable {what} ({unread(error)}); {way_on}") from error


def newest(folder: Path) -> Path:
    """Return the newest journal of a folder whose run wrote anything; their names begin with the time.

    Raises: UsageError when there is none.
    """
    for path in sorted(folder.glob("*.jsonl"), reverse=True):
        if path.is_file() and _tells_of_a_write(path):
            return path
    message = f"no journal in {folder} tells of a write; name one"
    raise UsageError(message)


def _tells_of_a_write(path: Path) -> bool:
    """Return whether a journal holds a request that was sent; one that cannot be read is not passed over in silence.

    Raises: UsageError when it cannot be read.
    """
    try:
        return SENDING in read_record(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}, the newest journal, cannot be read ({unread(error)}); name one") from error


def _past(lines: list[Event], gone: tuple[Gone, ...]) -> Past:
    """Return what the events of a journal amount to."""
    [started] = [line for line in lines if line["event"] == "started"]
    begun = _addresses(lines, "sending")
    befores = [line for line in lines if line["event"] == "before" and Address.parse(line["address"]) in begun]
    ids = {Address.parse(address): id_ for address, id_ in started["refers"].items()}
    opened = next((line for line in lines if line["event"] == "opened"), {})
    return Past(
        Plan(started["plan"], started["tenant"], started["caller"], tuple(map(_change, befores)), ids=ids),
        dict(_created(lines)),
        gone,
        {Address.parse(line["address"]): tuple(line["secrets"]) for line in befores if line["secrets"]},
        _addresses((line for line in lines if line.get("code") not in IN_DOUBT), "failed"),
        Path(opened["file"]) if opened.get("file") else None,
    )


def _addresses(lines: Iterable[Event], event: str) -> frozenset[Address]:
    """Return what the events of one name speak of."""
    return frozenset(Address.parse(line["address"]) for line in lines if line["event"] == event)


def _created(lines: Iterable[Event]) -> Iterable[tuple[Address, str]]:
    """Yield the ids of what was created."""
    for line in lines:
        if line["event"] == "sent" and line["op"] == "create" and line["id"]:
            yield Address.parse(line["address"]), line["id"]


def _change(line: Event) -> Change:
    """Return a change with its images."""
    address, action = Address.parse(line["address"]), Action(line["action"])
    pre, post = told(line["image"]), told(line["after"])
    return Change(address, action, line["name"], "", "", pre=pre, post=post, id=line["id"])
