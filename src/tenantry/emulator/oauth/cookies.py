"""The two cookies of the login pages: the session and the device, each with the twin that older browsers get.

Source: Auth0 docs, "Authentication API cookies" (names, HttpOnly, Secure, SameSite=None, the `_compat` twins).
Over plain http both attributes are left out, because no browser returns a Secure cookie there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tenantry.emulator.oauth import opaque

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SESSION = "auth0"
DEVICE = "did"
DEVICE_LIFETIME_S = 86400 * 365
_SAME_SITE: dict[bool, Literal["lax", "none"]] = {True: "none", False: "lax"}


def device(request: Request) -> str | None:
    """Return the id of the browser, None at its first visit."""
    return _read(request, DEVICE)


def new_device() -> str:
    """Return an id for a browser that has none."""
    return opaque.value(16)


def session(request: Request) -> str | None:
    """Return the value of the session cookie."""
    return _read(request, SESSION)


def set_device(response: Response, request: Request, value: str) -> None:
    """Mark the browser, so that a login begun in it is finished in it."""
    _set(response, request, DEVICE, value, DEVICE_LIFETIME_S)


def set_session(response: Response, request: Request, value: str, lifetime_s: int | None, *, hidden: bool = True) -> None:
    """Hand the session to the browser, hidden from scripts; without a lifetime until the browser is closed."""
    _set(response, request, SESSION, value, lifetime_s, hidden=hidden)


def clear_session(response: Response) -> None:
    """Make the browser forget the session."""
    for name in (SESSION, f"{SESSION}_compat"):
        response.delete_cookie(name, path="/", httponly=True)


def _read(request: Request, name: str) -> str | None:
    return request.cookies.get(name) or request.cookies.get(f"{name}_compat")


def _set(response: Response, request: Request, name: str, value: str, lifetime_s: int | None, *, hidden: bool = True) -> None:
    secure = request.url.scheme == "https"
    for twin, same_site in ((name, _SAME_SITE[secure]), (f"{name}_compat", None)):
        response.set_cookie(twin, value, max_age=lifetime_s, path="/", httponly=hidden, secure=secure, samesite=same_site)
