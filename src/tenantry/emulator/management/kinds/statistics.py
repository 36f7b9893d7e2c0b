"""Figures about logins, counted from the tenant's log.

Source: Auth0's published OpenAPI description (members); Auth0 docs, "Log Event Type Codes"; Auth0 counts a user as active
who logged in within 30 days.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.kinds.certificates import date_text

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_LOGINS = ("s", "ssa", "sepft")
_SIGN_UP = "ss"
_ACTIVE = timedelta(days=30)
_DAY = re.compile(r"\d{8}")


def _active_users(call: Call) -> int:
    since = date_text(call.clock.date() - _ACTIVE)
    entries = [row for row in call.store.all("logs") if row["type"] in _LOGINS and row["date"] >= since]
    return len({row["user_id"] for row in entries if row.get("user_id")})


def _daily(call: Call) -> list[Document]:
    first, last = _day(call, "from", call.clock.date() - _ACTIVE), _day(call, "to", call.clock.date())
    logins: Counter[str] = Counter()
    sign_ups: Counter[str] = Counter()
    for row in call.store.all("logs"):
        day = row["date"][:10].replace("-", "")
        if first <= day <= last:
            logins[day] += row["type"] in _LOGINS
            sign_ups[day] += row["type"] == _SIGN_UP
    now = call.clock.milliseconds()
    return [_figures(day, logins[day], sign_ups[day], now) for day in sorted(logins) if logins[day] or sign_ups[day]]


def _figures(day: str, logins: int, sign_ups: int, now: str) -> Document:
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00.000Z"
    figures = {"logins": logins, "signups": sign_ups, "leaked_passwords": 0}
    return {"date": date, **figures, "created_at": date, "updated_at": now}


def _day(call: Call, name: str, otherwise: Any) -> str:
    text = call.query.get(name)
    if text is None:
        return str(otherwise.strftime("%Y%m%d"))
    if not _DAY.fullmatch(text):
        raise invalid(f"The parameter {name} must be a date such as 20260131.", "invalid_query_string")
    return str(text)


HANDLERS: dict[str, Handler] = {"GET /stats/active-users": _active_users, "GET /stats/daily": _daily}
