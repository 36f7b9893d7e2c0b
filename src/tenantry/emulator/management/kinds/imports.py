"""What an import job does with its file.

Password hashes are not taken over: whoever is imported has no password until one is set.
Source: Auth0 docs, "Bulk User Imports" (upsert, summary, error codes), "Bulk Import Database Schema"; sentences assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenantry.emulator.facts.formats import FORMATS
from tenantry.emulator.management.answers import Refusal
from tenantry.emulator.management.inputs import parsed
from tenantry.emulator.management.kinds.users import USERS, new_user
from tenantry.emulator.management.merge import merged
from tenantry.emulator.people import connection_of

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document

_NOT_JSON = "Failed to parse users file JSON when importing users. Make sure it is valid JSON."
_TEXTS = ("user_id", "email", "username", "phone_number", "given_name", "family_name", "name", "nickname", "picture")
_FLAGS = ("email_verified", "phone_verified", "blocked", "verify_email")
_OBJECTS = ("app_metadata", "user_metadata")
_UNUSED = ("password_hash", "custom_password_hash", "mfa_factors", "password_set_date")
_KNOWN = (*_TEXTS, *_FLAGS, *_OBJECTS, *_UNUSED)


@dataclass(slots=True)
class Imported:
    """How an import went; `failure` is why nothing was read at all."""

    failure: str = ""
    inserted: int = 0
    updated: int = 0
    errors: list[Document] = field(default_factory=list)

    @property
    def summary(self) -> Document:
        """The counts as the job shows them."""
        total = self.inserted + self.updated + len(self.errors)
        return {"failed": len(self.errors), "updated": self.updated, "inserted": self.inserted, "total": total}


def imported(call: Call, connection: Document) -> Imported:
    """Insert or update the users of the body's file and return how it went."""
    rows = _rows(call.body["users"])
    if rows is None:
        return Imported(failure=_NOT_JSON)
    result = Imported()
    seen: set[str] = set()
    for row in rows:
        mistake = _mistake(row) or _repeated(row, seen)
        if mistake is None:
            mistake = _take(call, connection, row, result)
        if mistake:
            shown = {name: value for name, value in row.items() if name not in _UNUSED} if isinstance(row, dict) else {}
            result.errors.append({"user": shown, "errors": [mistake]})
    return result


def _rows(text: str) -> list[Any] | None:
    try:
        rows = parsed(text)
    except (ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) else None


def _error(code: str, message: str, path: str = "") -> Document:
    return {"code": code, "message": message, **({"path": path} if path else {})}


def _mistake(row: Any) -> Document | None:
    if not isinstance(row, dict):
        return _error("INVALID_TYPE", "Error in user - Expected type object")
    unknown = [name for name in row if name not in _KNOWN]
    if unknown:
        return _error("NOT_PASSED", f"Error in user - Additional properties not allowed: {','.join(unknown)}")
    for names, kind, said in ((_TEXTS, str, "string"), (_FLAGS, bool, "boolean"), (_OBJECTS, dict, "object")):
        for name in names:
            if name in row and not isinstance(row[name], kind):
                return _error("INVALID_TYPE", f"Error in {name} property - Expected type {said}", name)
    if not any(row.get(name) for name in ("email", "username", "phone_number")):
        return _error("OBJECT_REQUIRED", "Error in email property - Missing required property: email", "email")
    if "email" in row and not FORMATS["email"](row["email"]):
        sentence = f"Error in email property - Object didn't pass validation for format email: {row['email']}"
        return _error("INVALID_FORMAT", sentence, "email")
    return None


def _repeated(row: Document, seen: set[str]) -> Document | None:
    for name in ("email", "username", "user_id", "phone_number"):
        mark = f"{name}:{str(row.get(name)).lower()}"
        if name in row and mark in seen:
            return _error("DUPLICATED_USER", f"A user with this {name} was already provided.")
        seen.add(mark)
    return None


def _take(call: Call, connection: Document, row: Document, result: Imported) -> Document | None:
    body = {name: value for name, value in row.items() if name not in _UNUSED}
    known = _known(call, connection, body)
    if known and call.body.get("upsert"):
        changes = {name: value for name, value in body.items() if name not in ("user_id", "email", "username")}
        made = {**merged(known, changes, USERS.deep), "updated_at": call.clock.milliseconds()}
        call.store.put("users", known["user_id"], made)
        result.updated += 1
        return None
    try:
        made = new_user(call, connection, body)
    except Refusal:
        return _error("CONFLICT", "The user already exists in the connection.")
    call.store.put("users", made["user_id"], made)
    result.inserted += 1
    return None


def _known(call: Call, connection: Document, body: Document) -> Document | None:
    found = call.store.find("users", "email", body["email"].lower()) if body.get("email") else []
    return next((user for user in found if connection_of(user) == connection["name"]), None)
