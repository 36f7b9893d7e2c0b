"""Which addresses another provider's discovery document may send a run to.

Credentials and passwords go where that document says, so it is believed only as far as it cannot lead astray: to its own
address, or over https to the public net. A provider elsewhere never leads to this machine or into a private network. Names
are not resolved: what a public name stands for is not known here.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from tenantry.smoke.login.cookies import is_loopback
from tenantry.smoke.wire import origin_of


def may_lead_to(issuer: str, url: str) -> bool:
    """Return whether a provider may name this address as one of its endpoints."""
    if origin_of(url) == origin_of(issuer):
        return True
    scheme, host, _ = origin_of(url)
    is_local = is_loopback(urlsplit(issuer).hostname or "")
    if is_loopback(host):
        return is_local and scheme in {"http", "https"}
    return scheme == "https" and bool(host) and not is_private(host)


def is_private(host: str) -> bool:
    """Return whether a host is an address that only a private network knows."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
