"""The common behaviour of a kind: list, create, read, change, delete, and of settings that always exist.

A kind states what is particular to it; the handlers that the API offers for it follow.
Source: recorded traffic of terraform-provider-auth0 and auth0-deploy-cli.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management.answers import Answer, Refusal, conflict, missing
from tenantry.emulator.management.merge import merged, overlaid, without_nulls
from tenantry.emulator.management.paging import Rows, Stored, page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tenantry.emulator.clock import Clock
    from tenantry.emulator.management.call import Call, Document, Handler


def public(document: Document) -> Document:
    """Return the document without its private members."""
    return {name: value for name, value in document.items() if not name.startswith("_")}


def projected(call: Call, document: Document, always: Collection[str] = ()) -> Document:
    """Return the members that the query's `fields` leave; those of `always` need not be named there."""
    names = call.query.get("fields")
    if not isinstance(names, str) or not names:
        return document
    wanted = {name.strip() for name in names.split(",")}
    if call.query.get("include_fields", True):
        return {name: value for name, value in document.items() if name in wanted or name in always}
    return {name: value for name, value in document.items() if name not in wanted}


def filtered(call: Call, rows: list[Document], names: Collection[str]) -> list[Document]:
    """Return the rows whose members have the values that the query gives for these names."""
    wanted = {name: call.query[name] for name in names if name in call.query}
    return [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]


@dataclass(frozen=True, slots=True)
class Unique:
    """A member whose value no two documents of the kind share."""

    member: str
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A collection of the tenant and how the API treats it."""

    path: str  # "/roles"
    item: str  # "/roles/{id}"
    collection: str
    key: str = "id"
    named_by: str = "name"
    absent: tuple[str, str | None] = ("Not Found", None)
    unique: tuple[Unique, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    deep: Collection[str] = ()  # members that PATCH merges
    kept: Collection[str] = ()  # members that hold a null
    date: Callable[[Clock], str] | None = None
    prepare: Callable[[Call, Document], Document] | None = None  # create: body → document without its id
    revise: Callable[[Call, Document, Document], Document] | None = None  # change: before, after → document
    forget: Callable[[Call, Document], None] | None = None  # delete: cascades and refusals
    shown: Callable[[Call, Document], Document] | None = None
    always: Collection[str] = ()  # members that `fields` cannot leave out by not naming them
    filters: Collection[str] = ()  # list: members that the query may ask for
    wanted: Callable[[Call], Rows | None] | None = None  # list: the rows of another filter, None for all
    sought: Callable[[Call, str], Document | None] | None = None  # read: by another key than the collection's
    status: Mapping[str, int] = field(default_factory=dict)  # method → status where it is not the published one
    deleted: Any = None  # the body of a DELETE

    def find(self, call: Call, key: str) -> Document:
        """Return the document or refuse.

        Raises: Refusal.
        """
        document = self.sought_one(call, key)
        if document is None:
            raise missing(*self.absent)
        return document

    def sought_one(self, call: Call, key: str) -> Document | None:
        """Return the document, `None` if there is none."""
        return self.sought(call, key) if self.sought else call.store.get(self.collection, key)

    def show(self, call: Call, document: Document) -> Document:
        """Return the document as the API shows it."""
        document = self.shown(call, document) if self.shown else document
        return projected(call, public(document), self.always)

    def handlers(self) -> dict[str, Handler]:
        """Return a handler for each operation of the kind that the API has."""
        made: dict[str, Handler] = {
            f"GET {self.path}": self.listed,
            f"POST {self.path}": self.create,
            f"GET {self.item}": self.read,
            f"PATCH {self.item}": self.change,
            f"PUT {self.item}": self.replace,
            f"DELETE {self.item}": self.delete,
        }
        return {name: handler for name, handler in made.items() if name in catalogue().operations}

    def listed(self, call: Call) -> Any:
        """Answer GET of the collection."""
        rows = self.wanted(call) if self.wanted else None
        rows = self._rows(call) if rows is None else rows
        return page(call, rows, lambda document: self.show(call, document), key=self.key)

    def _rows(self, call: Call) -> Rows:
        if not call.query.keys() & set(self.filters):
            return Stored(call.store, self.collection)
        return filtered(call, call.store.all(self.collection), self.filters)

    def create(self, call: Call) -> Answer:
        """Answer POST."""
        document = self.made(call, call.body)
        return Answer(self.status.get("POST", call.operation.status), self.show(call, document))

    def made(self, call: Call, body: Document) -> Document:
        """Store a new document and return it.

        Raises: Refusal.
        """
        document = overlaid(dict(self.defaults), without_nulls(body))
        if self.prepare:
            document = self.prepare(call, document)
        self._check_unique(call, document)
        if self.date:
            document = {**document, "created_at": self.date(call.clock), "updated_at": self.date(call.clock)}
        if self.key not in document:
            key = call.tenant.ids.new(self.collection, str(document.get(self.named_by, "")))
            document = {self.key: key, **document}
        call.store.put(self.collection, document[self.key], document)
        return document

    def read(self, call: Call) -> Any:
        """Answer GET of one document."""
        return self.show(call, self.find(call, call.last))

    def change(self, call: Call) -> Answer:
        """Answer PATCH."""
        before = self.find(call, call.last)
        return self._changed(call, before, merged(before, call.body, self.deep, self.kept))

    def replace(self, call: Call) -> Answer:
        """Answer PUT: what is not sent is gone, the id and dates stay."""
        before = self.find(call, call.last)
        kept = {name: before[name] for name in (self.key, "created_at") if name in before}
        return self._changed(call, before, {**kept, **without_nulls(call.body)})

    def delete(self, call: Call) -> Answer:
        """Answer DELETE; most deletions of what is not there are as good as done."""
        if call.operation.forgiving and self.sought_one(call, call.last) is None:
            return Answer(HTTPStatus.NO_CONTENT)
        self.remove(call, self.find(call, call.last))
        return Answer(self.status.get("DELETE", call.operation.status), self.deleted)

    def remove(self, call: Call, document: Document) -> None:
        """Remove the document and what hangs on it.

        Raises: Refusal.
        """
        if self.forget:
            self.forget(call, document)
        call.store.delete(self.collection, document[self.key])

    def _changed(self, call: Call, before: Document, after: Document) -> Answer:
        if self.revise:
            after = self.revise(call, before, after)
        self._check_unique(call, after, before[self.key])
        if self.date:
            after = {**after, "updated_at": self.date(call.clock)}
        call.store.put(self.collection, before[self.key], after)
        method = call.operation.name.split(" ", 1)[0]
        return Answer(self.status.get(method, call.operation.status), self.show(call, after))

    def _check_unique(self, call: Call, document: Document, own: str | None = None) -> None:
        for rule in self.unique:
            if rule.member not in document:
                continue
            others = call.store.find(self.collection, rule.member, document[rule.member])
            if any(other[self.key] != own for other in others):
                raise conflict(rule.message, rule.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One document that a tenant always has, or refuses to show while it is absent."""

    path: str
    key: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    absent: Refusal | None = None  # the answer to a read before the first write
    deep: Collection[str] = ()
    kept: Collection[str] = ()
    revise: Callable[[Call, Document, Document], Document] | None = None
    shown: Callable[[Call, Document], Document] | None = None
    status: Mapping[str, int] = field(default_factory=dict)

    def document(self, call: Call) -> Document:
        """Return the document, the defaults while nothing was written.

        Raises: Refusal.
        """
        stored = call.store.get("settings", self.key)
        if stored is not None:
            return stored
        if self.absent:
            raise self.absent
        return dict(self.defaults)

    def handlers(self) -> dict[str, Handler]:
        """Return a handler for each operation that the API has on these settings."""
        made: dict[str, Handler] = {
            f"GET {self.path}": self.read,
            f"PATCH {self.path}": self.change,
            f"PUT {self.path}": self.replace,
            f"DELETE {self.path}": self.delete,
        }
        return {name: handler for name, handler in made.items() if name in catalogue().operations}

    def show(self, call: Call, document: Document) -> Document:
        """Return the document as the API shows it."""
        return projected(call, public(self.shown(call, document) if self.shown else document))

    def read(self, call: Call) -> Document:
        """Answer GET."""
        return self.show(call, self.document(call))

    def change(self, call: Call) -> Answer:
        """Answer PATCH."""
        before = self.document(call)
        return self._store(call, before, merged(before, call.body, self.deep, self.kept))

    def replace(self, call: Call) -> Answer:
        """Answer PUT."""
        return self._store(call, {}, {**self.defaults, **without_nulls(call.body)})

    def delete(self, call: Call) -> Answer:
        """Answer DELETE."""
        self.document(call)
        call.store.delete("settings", self.key)
        return Answer(call.operation.status)

    def _store(self, call: Call, before: Document, after: Document) -> Answer:
        if self.revise:
            after = self.revise(call, before, after)
        call.store.put("settings", self.key, after)
        method = call.operation.name.split(" ", 1)[0]
        return Answer(self.status.get(method, call.operation.status), self.show(call, after))
