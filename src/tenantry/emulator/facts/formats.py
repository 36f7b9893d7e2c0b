"""The string formats that requests name.

A format that is not in the table accepts every string.
Source: Auth0's published OpenAPI description (names), recorded traffic (what passes), Auth0 docs, "Configure Default Login
Routes" (absolute https URIs never lead to localhost), otherwise assumed.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_HOST = re.compile(r"^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*$")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _address(text: str) -> bool:
    parts = text.rsplit("@", 1)
    return len(parts) == 2 and bool(parts[0]) and not re.search(r"\s", text) and _HOST.match(parts[1]) is not None  # noqa: PLR2004 - local part and domain


def _absolute(text: str, schemes: tuple[str, ...] = ()) -> bool:
    if re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and (not schemes or parts.scheme in schemes)


def _web(text: str) -> bool:
    return _absolute(text, ("http", "https")) and bool(urlsplit(text).netloc)


def _https(text: str) -> bool:
    return _absolute(text, ("https",)) and bool(urlsplit(text).netloc)


def _reachable(text: str) -> bool:
    return _https(text) and urlsplit(text).hostname != "localhost"


def _filled(text: str) -> str:
    return _PLACEHOLDER.sub("placeholder", text)


def _ip(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return ipaddress.ip_address(text).version == version
        except ValueError:
            return False

    return check


def _network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


FORMATS: dict[str, Callable[[str], bool]] = {
    "absolute-https-uri-or-empty": lambda text: not text or _reachable(text),
    "absolute-https-uri-with-placeholders-or-empty": lambda text: not text or _reachable(_filled(text)),
    "absolute-uri-or-empty": lambda text: not text or _absolute(text),
    "callback-url": lambda text: _absolute(_filled(text)),
    "cidr": _network,
    "client-grant-id": _matches(r"cgr_[0-9A-Za-z]+"),
    "client-id": _matches(r"[0-9A-Za-z_\-.]{1,64}"),
    "connection-id": _matches(r"con_[0-9A-Za-z]{16}"),
    "connection-profile-id": _matches(r"cop_[0-9A-Za-z]{21,22}"),
    "connection-realm": _matches(r"[^<>]{1,128}"),
    "date-time": _matches(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?"),
    "email": _address,
    "email-or-empty": lambda text: not text or _address(text),
    "event-stream-id": _matches(r"est_[0-9A-Za-z]{16,22}"),
    "flow-id": _matches(r"af_[0-9A-Za-z]{21,22}"),
    "hostname": lambda text: len(text) <= 253 and _HOST.match(text) is not None,  # noqa: PLR2004 - RFC 1035
    "hostname-rfc2181": lambda text: len(text) <= 253 and _HOST.match(text) is not None,  # noqa: PLR2004 - the same
    "html-color": _matches(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})|[a-zA-Z]+"),
    "ipv4": _ip(4),
    "ipv6": _ip(6),
    "ipv6_cidr": _network,
    "network-acl-id": _matches(r"acl_[0-9A-Za-z]{16,22}"),
    "non-empty-string": lambda text: bool(text.strip()),
    "organization-id": _matches(r"org_[0-9A-Za-z]{16}"),
    "organization-name": _matches(r"[a-z0-9][a-z0-9_\-]*"),
    "role-id": _matches(r"rol_[0-9A-Za-z]{16}"),
    "strict-https-uri": _https,
    "strict-https-uri-or-null": _https,
    "strict-uri": _web,
    "uri": _absolute,
    "url": _absolute,
    "url-or-null": _absolute,
    "url-with-placeholders": lambda text: _absolute(_filled(text)),
    "user-attribute-profile-id": _matches(r"uap_[0-9A-Za-z]{21,22}"),
    "uuid": _matches(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
}
