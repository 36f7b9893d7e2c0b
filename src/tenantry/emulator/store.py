"""The tenant's documents, by collection and key, in memory and optionally in one SQLite file.

A document that was read is shared: treat it as read-only, build a changed one and `put` it.
Source: assumed (how Auth0 stores a tenant is not public).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from tenantry.emulator.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS documents (position INTEGER NOT NULL, collection TEXT NOT NULL, "
    "key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID"
)
_PUT = (
    "INSERT INTO documents VALUES (?, ?, ?, ?) "
    "ON CONFLICT (collection, key) DO UPDATE SET position = excluded.position, body = excluded.body"
)

Before = tuple[str, str, dict[str, Any] | None, int]
"""What a change replaced: collection, key, the document before it and its place in the order."""


class Store:
    """Documents kept in the order of their first `put`; every operation but `all` costs the same at any size."""

    def __init__(self, path: Path | None = None) -> None:
        self._documents: dict[str, dict[str, dict[str, Any]]] = {}
        self._positions: dict[str, dict[str, int]] = {}
        self._indexes: dict[str, dict[str, Index]] = {}
        self._revisions: dict[str, int] = {}
        self._last = 0
        self._undo: list[Before] | None = None
        self._file = _opened(path) if path else None
        self._begun = False
        if self._file:
            with _closing_after_failure(self._file):
                self._load(self._file)

    def get(self, collection: str, key: str) -> dict[str, Any] | None:
        """Return the document, not a copy of it."""
        return self._documents.get(collection, {}).get(key)

    def put(self, collection: str, key: str, document: dict[str, Any]) -> None:
        """Store the document; a known key keeps its place in the order."""
        before = self.get(collection, key)
        position = self._positions.get(collection, {}).get(key)
        if position is None:
            self._last += 1
            position = self._last
        self._remember(collection, key, before, position)
        self._place(collection, key, document, position)
        self._write_one(collection, key, document, position)

    def delete(self, collection: str, key: str) -> bool:
        """Remove the document and tell whether there was one."""
        before = self.get(collection, key)
        if before is None:
            return False
        self._remember(collection, key, before, self._positions[collection][key])
        self._remove(collection, key)
        self._write_one(collection, key, None, 0)
        return True

    def all(self, collection: str) -> list[dict[str, Any]]:
        """Return every document in the order of insertion."""
        return list(self._documents.get(collection, {}).values())

    def some(self, collection: str, keys: Iterable[str]) -> list[dict[str, Any]]:
        """Return the documents with these keys, in their order; what is not there is left out."""
        documents = self._documents.get(collection, {})
        return [documents[key] for key in keys if key in documents]

    def keys(self, collection: str) -> list[str]:
        """Return every key in the order of insertion."""
        return list(self._documents.get(collection, {}))

    def slice(self, collection: str, start: int, count: int) -> list[dict[str, Any]]:
        """Return at most `count` documents from the position `start` on, in the order of insertion."""
        return list(islice(self._documents.get(collection, {}).values(), start, start + count))

    def find(self, collection: str, field: str, value: object) -> list[dict[str, Any]]:
        """Return the documents whose top-level member `field` equals `value`, by an index built at first use."""
        indexes = self._indexes.setdefault(collection, {})
        if field not in indexes:
            indexes[field] = Index(field, self._documents.get(collection, {}))
        documents = self._documents.get(collection, {})
        return [documents[key] for key in indexes[field].keys_of(value)]

    def count(self, collection: str) -> int:
        """Return the number of documents in the collection."""
        return len(self._documents.get(collection, {}))

    def revision(self, collection: str) -> int:
        """Return a number that grows with every change of the collection."""
        return self._revisions.get(collection, 0)

    def clear(self) -> None:
        """Forget everything."""
        for collection in self._documents:
            self._touch(collection)
        if self._undo is not None:
            for collection, documents in self._documents.items():
                for key, document in documents.items():
                    self._remember(collection, key, document, self._positions[collection][key])
        self._documents.clear()
        self._positions.clear()
        self._indexes.clear()
        self._write("DELETE FROM documents")

    @contextmanager
    def transaction(self) -> Iterator[list[Before]]:
        """Make what happens inside one change: all of it lasts, or after an exception none of it.

        Inside another one it lasts or not with that one, but an exception still undoes its own part.
        Shape: the list fills with what was replaced, in order.

        Nothing may be awaited inside: another request's changes would become part of it.
        """
        if self._undo is not None:
            with self._part(self._undo):
                yield self._undo
            return
        self._undo = []
        try:
            yield self._undo
        except BaseException:
            self._roll_back()
            raise
        self._undo = None
        self._end("COMMIT")

    @contextmanager
    def _part(self, undo: list[Before]) -> Iterator[None]:
        """Undo what was done inside when it fails, and nothing of what was done before."""
        mark = len(undo)
        try:
            yield
        except BaseException:
            part = undo[mark:]
            self._take_back(part)
            for collection, key, before, position in reversed(part):
                self._write_one(collection, key, before, position)
            del undo[mark:]
            raise

    @contextmanager
    def rewound(self, changes: list[Before]) -> Iterator[None]:
        """Show the documents as they were before these latest changes; what is written meanwhile is forgotten."""
        self._undo = []
        try:
            for collection, key, before, position in reversed(changes):
                self._remember(collection, key, self.get(collection, key), position)
                self._restore(collection, key, before, position)
            self._sort_all(changes)
            yield
        finally:
            self._roll_back()

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file:
            self._file.close()
            self._file = None

    def _remember(self, collection: str, key: str, before: dict[str, Any] | None, position: int) -> None:
        if self._undo is not None:
            self._undo.append((collection, key, before, position))

    def _roll_back(self) -> None:
        undo, self._undo = self._undo or [], None
        self._take_back(undo)
        self._end("ROLLBACK")

    def _take_back(self, undo: list[Before]) -> None:
        misplaced: list[Before] = []
        for change in reversed(undo):
            collection, key, before, position = change
            if before is not None and self.get(collection, key) is None:
                misplaced.append(change)  # it comes back at the end of its collection
            self._restore(collection, key, before, position)
        self._sort_all(misplaced)

    def _restore(self, collection: str, key: str, before: dict[str, Any] | None, position: int) -> None:
        if before is None:
            self._remove(collection, key)
        else:
            self._place(collection, key, before, position)

    def _sort_all(self, changes: list[Before]) -> None:
        for collection in {change[0] for change in changes}:
            self._sort(collection)

    def _write_one(self, collection: str, key: str, document: dict[str, Any] | None, position: int) -> None:
        if document is None:
            self._write("DELETE FROM documents WHERE collection = ? AND key = ?", collection, key)
        elif self._file:
            self._write(_PUT, position, collection, key, json.dumps(document, separators=(",", ":")))

    def _write(self, statement: str, *values: object) -> None:
        if self._file is None:
            return
        if self._undo is not None and not self._begun:
            self._file.execute("BEGIN IMMEDIATE")
            self._begun = True
        self._file.execute(statement, values)

    def _end(self, statement: str) -> None:
        if self._file and self._begun:
            self._begun = False
            self._file.execute(statement)

    def _touch(self, collection: str) -> None:
        self._revisions[collection] = self.revision(collection) + 1

    def _place(self, collection: str, key: str, document: dict[str, Any], position: int) -> None:
        self._touch(collection)
        documents = self._documents.setdefault(collection, {})
        before = documents.get(key)
        documents[key] = document
        self._positions.setdefault(collection, {})[key] = position
        for index in self._indexes.get(collection, {}).values():
            index.move(key, before, document)

    def _remove(self, collection: str, key: str) -> None:
        self._touch(collection)
        before = self._documents.get(collection, {}).pop(key, None)
        self._positions.get(collection, {}).pop(key, None)
        for index in self._indexes.get(collection, {}).values():
            index.move(key, before, None)

    def _sort(self, collection: str) -> None:
        documents, positions = self._documents.get(collection, {}), self._positions.get(collection, {})
        self._documents[collection] = {key: documents[key] for key in sorted(documents, key=positions.__getitem__)}
        self._indexes.pop(collection, None)

    def _load(self, file: sqlite3.Connection) -> None:
        for position, collection, key, body in file.execute("SELECT * FROM documents ORDER BY position"):
            self._place(collection, key, json.loads(body), position)
            self._last = max(self._last, position)


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, isolation_level=None)
    with _closing_after_failure(file):
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")  # after a killed process nothing is lost, only after a power cut
        file.execute(_SCHEMA)
    return file


@contextmanager
def _closing_after_failure(file: sqlite3.Connection) -> Iterator[None]:
    """Close the file when what is inside fails."""
    try:
        yield
    except BaseException:
        file.close()
        raise
