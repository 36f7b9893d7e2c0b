"""A browser's cookies, by the rules of the standard library, with loopback trusted as browsers do.

Browsers send ``Secure`` cookies over plain http to loopback hosts; the standard jar does not unless told so.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from email.message import Message
from email.utils import formatdate
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast
from urllib.request import Request

import httpx


def is_loopback(host: str) -> bool:
    """Return whether ``host`` means this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_jar(host: str) -> CookieJar:
    """Return an empty jar for a browser that talks to ``host``."""
    trusted = ("https", "wss", "http") if is_loopback(host) else ("https", "wss")
    return CookieJar(DefaultCookiePolicy(secure_protocols=trusted))


def no_jar() -> CookieJar:
    """Return a jar that keeps nothing, for clients whose cookies are looked after elsewhere."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def header_for(jar: CookieJar, url: httpx.URL) -> str | None:
    """Return the ``Cookie`` header that the jar sends to ``url``."""
    request = _request(url)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


def keep(jar: CookieJar, response: httpx.Response) -> None:
    """Put what the response sets into the jar."""
    jar.extract_cookies(cast("Any", _Answer(response)), _request(response.request.url))


def told_to_chromium(jar: CookieJar) -> list[dict[str, Any]]:
    """Return the cookies as Chromium takes them; the jar writes host names without a dot as ``.local`` ones."""
    return [
        {
            "name": cookie.name,
            "value": cookie.value or "",
            "domain": cookie.domain if cookie.domain_specified else cookie.domain.removesuffix(".local"),
            "path": cookie.path,
            "secure": cookie.secure,
            "httpOnly": cookie.has_nonstandard_attr("HttpOnly"),
            "expires": float(cookie.expires) if cookie.expires is not None else -1,
            "sameSite": (cookie.get_nonstandard_attr("SameSite") or "Lax").capitalize(),
        }
        for cookie in jar
    ]


def kept_by_chromium(scheme: str, cookies: Iterable[Mapping[str, Any]], jar: CookieJar) -> None:
    """Let the jar hold what Chromium holds, and nothing else; ``scheme`` is the one that the pages came by."""
    jar.clear()
    for cookie in cookies:
        request = httpx.Request("GET", f"{scheme}://{cookie['domain'].removeprefix('.')}{cookie['path']}")
        keep(jar, httpx.Response(200, headers=[("Set-Cookie", _set_cookie(cookie))], request=request))


def _set_cookie(cookie: Mapping[str, Any]) -> str:
    """Return the header that sets a cookie of Chromium's."""
    parts = [f"{cookie['name']}={cookie['value']}", f"Path={cookie['path']}", f"SameSite={cookie['sameSite']}"]
    parts += [f"Domain={cookie['domain']}"] if cookie["domain"].startswith(".") else []
    parts += [f"Expires={formatdate(cookie['expires'], usegmt=True)}"] if cookie["expires"] > 0 else []
    return "; ".join([*parts, *(flag for flag in ("Secure", "HttpOnly") if cookie[flag[0].lower() + flag[1:]])])


def _request(url: httpx.URL) -> Request:
    """Return the jar's idea of a request to ``url``."""
    return Request(str(url))  # noqa: S310 - never opened; the jar reads host, path and scheme from it


class _Answer:
    """The jar's idea of a response: something with headers."""

    def __init__(self, response: httpx.Response) -> None:
        self._headers = Message()
        for name, value in response.headers.multi_items():
            self._headers.add_header(name, value)

    def info(self) -> Message:
        """Return the headers."""
        return self._headers
