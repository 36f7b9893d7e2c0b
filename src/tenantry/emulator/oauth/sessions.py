"""Sessions: who is logged in in which browser, since when.

Shape: `sessions[sid]` is `{id, user_id, connection, authenticated_at, interacted_at, clients, _cookie}`; the times are
in seconds, `_cookie` is the digest of the cookie's value.
Source: Auth0 docs, "Sessions" and "Session lifetime" (168 hours, 72 hours idle, by default).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import cookies, opaque

if TYPE_CHECKING:
    from starlette.responses import Response

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
LIFETIME_H = 168
IDLE_LIFETIME_H = 72
HOUR_S = 3600


def current(authority: Authority) -> Document | None:
    """Return the session of the browser, None when there is none, it is over or its user is gone."""
    cookie = cookies.session(authority.request)
    found = authority.store.find("sessions", "_cookie", opaque.digest(cookie)) if cookie else []
    alive = found and not _is_over(authority, found[0]) and authority.user(found[0]["user_id"])
    return found[0] if alive else None


def begin(authority: Authority, user_id: str, connection: str) -> tuple[Document, str]:
    """Return a new session in place of the browser's old one, and the value of its cookie, which is told once."""
    before = current(authority)
    if before:
        authority.store.delete("sessions", before["id"])
    cookie = opaque.value()
    session: Document = {
        "id": opaque.value(24),
        "user_id": user_id,
        "connection": connection,
        "authenticated_at": authority.now,
        "interacted_at": authority.now,
        "clients": [],
        "_cookie": opaque.digest(cookie),
    }
    authority.store.put("sessions", session["id"], session)
    return session, cookie


def touch(authority: Authority, session: Document, client_id: str) -> None:
    """Note that the session was used for the application."""
    clients = list(dict.fromkeys([*session["clients"], client_id]))
    authority.store.put("sessions", session["id"], {**session, "interacted_at": authority.now, "clients": clients})


def end(authority: Authority, response: Response) -> None:
    """End the browser's session, whether or not it was still alive."""
    cookie = cookies.session(authority.request)
    if cookie and not authority.misbehaves("logout_keeps_session"):
        for session in authority.store.find("sessions", "_cookie", opaque.digest(cookie)):
            authority.store.delete("sessions", session["id"])
    if not authority.misbehaves("logout_keeps_session"):
        cookies.clear_session(response)


def cookie_lifetime_s(authority: Authority) -> int | None:
    """Return how long the browser keeps the cookie, None for as long as it is open."""
    if (authority.setting("session_cookie") or {}).get("mode") == "non-persistent":
        return None
    return _limit_s(authority, "session_lifetime", LIFETIME_H)


def _is_over(authority: Authority, session: Document) -> bool:
    age = authority.now - session["authenticated_at"]
    idle = authority.now - session["interacted_at"]
    longest = _limit_s(authority, "session_lifetime", LIFETIME_H)
    return bool(age >= longest or idle >= _limit_s(authority, "idle_session_lifetime", IDLE_LIFETIME_H))


def _limit_s(authority: Authority, setting: str, default_h: float) -> int:
    hours = authority.setting(setting)
    return int((default_h if hours is None else float(hours)) * HOUR_S)
