"""Comparing URLs with the lists an application allows: callbacks, logout URLs, origins.

Source: Auth0 docs, "Application settings", "Wildcards for subdomains" and "Organization placeholders"; RFC 9700 section 2.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")
"""Characters that no URL holds and that `urlsplit` passes over: with them two URLs would seem equal that are not."""


def is_listed(url: str, allowed: Iterable[str], *, organization: str | None = None) -> bool:
    """Return whether the whole URL equals one of the list; `*` stands for one label of the host name."""
    filled = (_filled(pattern, organization) for pattern in allowed)
    return _is_url(url) and any(_matches(url, pattern) for pattern in filled if _is_url(pattern))


def is_listed_for_logout(url: str, allowed: Iterable[str]) -> bool:
    """Return whether the URL, its query and fragment apart, is on the list.

    Source: Auth0 docs, "Redirect users after logout".
    """
    return _is_url(url) and any(_matches(_bare(url), _bare(pattern)) for pattern in allowed if _is_url(pattern))


def is_verifiable(url: str) -> bool:
    """Return whether the URL proves who runs the application: loopback and custom schemes do not.

    Source: Auth0 docs, "Measures against application impersonation".
    """
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and (parts.hostname or "") not in LOOPBACK


def origin(url: str) -> str:
    """Return scheme, host and port of the URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).scheme) and not _UNSEEN.search(text)
    except ValueError:  # brackets that hold no address
        return False


def _matches(url: str, pattern: str) -> bool:
    if "*" not in pattern:
        return url == pattern
    host, wildcard = urlsplit(url).netloc, urlsplit(pattern).netloc
    expression = re.escape(wildcard).replace(r"\*", "[A-Za-z0-9-]+")
    same_rest = urlsplit(url)._replace(netloc="") == urlsplit(pattern)._replace(netloc="")
    return same_rest and re.fullmatch(expression, host) is not None


def _filled(pattern: str, organization: str | None) -> str:
    return pattern.replace("{organization_name}", organization) if organization else pattern


def _bare(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
