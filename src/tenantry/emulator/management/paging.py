"""Lists: the page asked for, in the shape that the endpoint supports.

Source: Auth0's published OpenAPI description (shapes), Auth0 docs (ceiling of 1000 records), recorded traffic
(actions leave `page` and `total` out while they are zero).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Protocol

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.lucene import values_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.management.call import Call, Document
    from tenantry.emulator.store import Store

CEILING = 1000
DEFAULT_SIZE = 50


class Rows(Protocol):
    """Something ordered that is counted and cut without being read whole."""

    def __len__(self) -> int: ...

    def __getitem__(self, cut: slice, /) -> list[Document]: ...


class Stored:
    """The documents of one collection as rows."""

    def __init__(self, store: Store, collection: str) -> None:
        self._store = store
        self._collection = collection

    def __len__(self) -> int:
        return self._store.count(self._collection)

    def __getitem__(self, cut: slice, /) -> list[Document]:
        start = cut.start or 0
        stop = len(self) if cut.stop is None else cut.stop
        return self._store.slice(self._collection, start, max(stop - start, 0))


def page(
    call: Call,
    rows: Rows,
    shown: Callable[[Document], Any],
    *,
    key: str = "id",
    cursor_always: bool = False,
) -> Any:
    """Return the list that the query asks for; `key` is the member a cursor remembers."""
    shapes = call.operation.list_shapes
    if "sort" in call.query:
        rows = in_order(rows[0 : len(rows)], call.query["sort"])
    if "checkpoint" in shapes and ("take" in call.query or "from" in call.query or not shapes & {"bare", "offset"}):
        return _checkpoint(call, rows, shown, key, cursor_always=cursor_always)
    if "counted" in shapes:
        return _counted(call, rows, shown)
    if "offset" not in shapes:
        items = [shown(row) for row in rows[0 : len(rows)]]
        return items if "bare" in shapes else {call.operation.list_key: items}
    return _offset(call, rows, shown)


def in_order(rows: list[Document], sort: str) -> list[Document]:
    """Return the rows in the order that `field:1` or `field:-1` asks for; what lacks the field comes last.

    Raises: Refusal.
    """
    field, _, direction = sort.rpartition(":")
    if not field or direction not in ("1", "-1"):
        raise invalid(
            "Query validation error: 'sort must be a field and 1 or -1, such as created_at:1'.", "invalid_query_string"
        )
    having = [(texts[0], row) for row in rows if (texts := values_at(row, field))]
    having.sort(key=lambda pair: _sortable(pair[0]), reverse=direction == "-1")
    return [*(row for _, row in having), *(row for row in rows if not values_at(row, field))]


def _sortable(text: str) -> tuple[int, float, str]:
    return (0, float(text), "") if text.isdecimal() else (1, 0.0, text)


def _offset(call: Call, rows: Rows, shown: Callable[[Document], Any]) -> Any:
    size = call.query.get("per_page", DEFAULT_SIZE)
    start = call.query.get("page", 0) * size
    if start + size > CEILING:
        raise invalid(f"Requesting page exceeds the allowed maximum of {CEILING} records.", "invalid_paging")
    items = [shown(row) for row in rows[start : start + size]]
    if not call.query.get("include_totals"):
        return items
    counts = {"start": start, "limit": size, "total": len(rows)}
    if "length" in call.operation.list_extra:
        counts["length"] = len(items)
    return {**counts, call.operation.list_key: items}


def _counted(call: Call, rows: Rows, shown: Callable[[Document], Any]) -> Any:
    size, number = call.query.get("per_page", 20), call.query.get("page", 0)
    items = [shown(row) for row in rows[number * size : (number + 1) * size]]
    counts = {"page": number, "per_page": size, "total": len(rows) if items else 0}
    if "total" not in call.operation.list_extra:
        counts = {name: count for name, count in counts.items() if count}
    return {call.operation.list_key: items, **counts}


def _checkpoint(call: Call, rows: Rows, shown: Callable[[Document], Any], key: str, *, cursor_always: bool) -> dict[str, Any]:
    size = call.query.get("take", DEFAULT_SIZE)
    start = _position(call.query.get("from"), rows, key)
    chosen = rows[start : start + size]
    answer: dict[str, Any] = {call.operation.list_key: [shown(row) for row in chosen]}
    if chosen and (cursor_always or start + size < len(rows)):
        answer["next"] = _cursor(start + len(chosen), str(chosen[-1].get(key)))
    return answer


def _cursor(position: int, last: str) -> str:
    return base64.urlsafe_b64encode(f"{position}:{last}".encode()).decode().rstrip("=")


def _position(cursor: str | None, rows: Rows, key: str) -> int:
    """Return where to go on: after the last row shown, wherever it is by now."""
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        number, last = text.split(":", 1)
        position = int(number)
    except ValueError as broken:
        raise invalid("The from parameter is not a valid checkpoint.", "invalid_query_string") from broken
    if position and any(str(row.get(key)) == last for row in rows[max(position - 1, 0) : position]):
        return position
    for index, row in enumerate(rows[0 : len(rows)]):
        if str(row.get(key)) == last:
            return index + 1
    return max(position - 1, 0)
