"""What logins leave behind: logs, sessions and refresh tokens, as the Authentication API keeps them.

Source: Auth0's published OpenAPI description (members); deletions happen at once, where a real tenant takes its time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, missing
from tenantry.emulator.management.kind import projected, public
from tenantry.emulator.management.kinds.certificates import date_text
from tenantry.emulator.management.kinds.users import USERS
from tenantry.emulator.management.lucene import Searched, matching
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_MOST_LOGS = 100
_SEARCHED = Searched(bare=("user_name", "user_id", "client_name", "connection", "type", "ip", "description", "log_id"))


def _date(seconds: Any) -> str | None:
    return date_text(datetime.fromtimestamp(seconds, UTC)) if isinstance(seconds, int | float) else None


def _without_none(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}


def _logs(call: Call) -> Any:
    if "from" in call.query or "take" in call.query:
        return _logs_after(call)
    rows = call.store.all("logs")
    query = call.query.get("q", call.query.get("search"))
    if query is not None:
        rows = list(filter(matching(query, _SEARCHED), rows))
    return page(call, rows[::-1], lambda row: projected(call, public(row)), key="log_id")


def _logs_after(call: Call) -> list[Document]:
    rows = call.store.all("logs")
    last = call.query.get("from")
    ids = [row["log_id"] for row in rows]
    start = ids.index(last) + 1 if last in ids else 0
    size = min(call.query.get("take", 50), _MOST_LOGS)
    return [projected(call, public(row)) for row in rows[start : start + size]]


def _log(call: Call) -> Document:
    row = call.store.get("logs", call.key)
    if row is None:
        raise missing("The log event does not exist.", "inexistent_event")
    return public(row)


def _logs_of_user(call: Call) -> Any:
    rows = call.store.find("logs", "user_id", call.key)
    return page(call, rows[::-1], public, key="log_id")


def _session(session: Document) -> Document:
    return _without_none(
        {
            "id": session["id"],
            "user_id": session["user_id"],
            "created_at": _date(session.get("authenticated_at")),
            "updated_at": _date(session.get("interacted_at")),
            "authenticated_at": _date(session.get("authenticated_at")),
            "last_interacted_at": _date(session.get("interacted_at")),
            "clients": [{"client_id": each} for each in session.get("clients", [])],
            "session_metadata": session.get("session_metadata"),
        }
    )


def refresh_token(family: Document) -> Document:
    """Return a refresh token as the API shows it: a family of those that rotation made."""
    return _without_none(
        {
            "id": family["id"],
            "user_id": family["user_id"],
            "client_id": family["client_id"],
            "created_at": _date(family.get("created_at")),
            "expires_at": _date(family.get("expires_at")),
            "last_exchanged_at": _date(family.get("used_at")),
            "refresh_token_metadata": family.get("refresh_token_metadata"),
        }
    )


def _own(call: Call, collection: str, what: str) -> Document:
    row = call.store.get(collection, call.key)
    if row is None or row.get("revoked"):
        raise missing(f"The {what} does not exist.")
    return row


def _of_user(call: Call, collection: str) -> list[Document]:
    user_id = USERS.find(call, call.key)["user_id"]
    return [row for row in call.store.find(collection, "user_id", user_id) if not row.get("revoked")]


def _end_all(collection: str) -> Handler:
    def handler(call: Call) -> Answer:
        for row in _of_user(call, collection):
            call.store.delete(collection, row["id"])
        return Answer(202)

    return handler


def _end(collection: str, what: str) -> Handler:
    def handler(call: Call) -> Answer:
        if not call.operation.forgiving:
            _own(call, collection, what)
        call.store.delete(collection, call.key)
        return Answer(202)

    return handler


def _note(collection: str, member: str, shown: Any) -> Handler:
    def handler(call: Call) -> Document:
        row = _own(call, collection, member.removesuffix("_metadata").replace("_", " "))
        made = {**row, member: call.body.get(member)}
        call.store.put(collection, row["id"], made)
        return dict(shown(made))

    return handler


HANDLERS: dict[str, Handler] = {
    "GET /logs": _logs,
    "GET /logs/{id}": _log,
    "GET /users/{id}/logs": _logs_of_user,
    "GET /sessions/{id}": lambda call: _session(_own(call, "sessions", "session")),
    "PATCH /sessions/{id}": _note("sessions", "session_metadata", _session),
    "DELETE /sessions/{id}": _end("sessions", "session"),
    "POST /sessions/{id}/revoke": _end("sessions", "session"),
    "GET /users/{user_id}/sessions": lambda call: page(call, _of_user(call, "sessions"), _session),
    "DELETE /users/{user_id}/sessions": _end_all("sessions"),
    "GET /refresh-tokens/{id}": lambda call: refresh_token(_own(call, "refresh_tokens", "refresh token")),
    "PATCH /refresh-tokens/{id}": _note("refresh_tokens", "refresh_token_metadata", refresh_token),
    "DELETE /refresh-tokens/{id}": _end("refresh_tokens", "refresh token"),
    "GET /users/{user_id}/refresh-tokens": lambda call: page(call, _of_user(call, "refresh_tokens"), refresh_token),
    "DELETE /users/{user_id}/refresh-tokens": _end_all("refresh_tokens"),
}
