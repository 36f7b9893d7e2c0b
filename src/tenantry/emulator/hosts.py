"""Whom the emulator answers to: known host names, the applications' origins, and nobody else's web pages.

A server on loopback can be reached by every page in the developer's browser. A host name that is not ours is answered
with 421, so a rebound DNS name gets nowhere; cross-origin reading is granted to the origins that applications have
registered (`origins.py`); the control endpoints refuse every foreign page.

Source: RFC 9110 sections 7.2 (Host) and 15.5.20 (421); WHATWG Fetch (CORS protocol); W3C Fetch Metadata (Sec-Fetch-Site).
"""

from __future__ import annotations

import re
from hmac import compare_digest
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from tenantry.emulator.exchange import CONTROL_PATH, Answer
from tenantry.emulator.origins import Origins, origin_of

if TYPE_CHECKING:
    from tenantry.emulator.exchange import Call, Next
    from tenantry.emulator.tenant import Tenant

EXPOSED_HEADERS = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Auth0-RequestId"


_AUTHORITY = re.compile(r"(?:\[(?P<v6>[\da-f:.]+)\]|(?P<name>[a-z\d_][\w.~-]*))(?::\d*)?", re.ASCII)


def host_name(authority: str) -> str:
    """Return the host of a Host header in lower case, without its port; empty when it is malformed."""
    found = _AUTHORITY.fullmatch(authority.lower())
    return (found["v6"] or found["name"]).rstrip(".") if found else ""


def is_loopback(host: str) -> bool:
    """Tell whether a host can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address, which no DNS answer can rebind."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class Hosts:
    """The names and origins that one emulated tenant answers to."""

    def __init__(self, tenant: Tenant, *, remote_secret: str | None = None) -> None:
        self.tenant = tenant
        self.origins = Origins(tenant.store)
        self.remote_secret = remote_secret
        """Set when the server is bound beyond loopback: control endpoints then ask for it."""

    async def known_host(self, call: Call, following: Next) -> Answer:
        """Pass on what is addressed to this tenant, and answer 421 to the rest."""
        hosts = call.headers.getlist("host")
        if len(hosts) == 1 and self._is_ours(host_name(hosts[0])):
            return await following(call)
        shown = hosts[0][:100] if hosts else "none"
        message = f"This emulator does not answer to the host {shown!r}. {_HOST_ADVICE}"
        return _refusal(421, "misdirected_request", message)

    def _is_ours(self, host: str) -> bool:
        if not host:
            return False
        if is_loopback(host) or (self.remote_secret is not None and is_address(host)):
            return True
        public = host_name(urlsplit(self.tenant.public_url or "").netloc)
        return host == public or self.tenant.is_custom_domain(host)

    async def cross_origin(self, call: Call, following: Next) -> Answer:
        """Let pages of registered origins read answers, and turn foreign pages away from the control endpoints."""
        if call.is_below(CONTROL_PATH):
            refusal = self._control_refusal(call)
            return refusal or await following(call)
        origin = call.headers.get("origin")
        if origin is None:
            return await following(call)
        granted = origin in _own_origins(call) or origin in self.origins
        preflight = call.method == "OPTIONS" and "access-control-request-method" in call.headers
        answer = Answer.of(Response(status_code=204)) if preflight else await following(call)
        answer.headers.add_vary_header("Origin")
        if granted:
            _grant(answer, call, origin, preflight=preflight)
        return answer

    def _control_refusal(self, call: Call) -> Answer | None:
        if is_foreign(call):
            return _refusal(403, "foreign_origin", "The control endpoints do not answer to pages of another origin.")
        if self.remote_secret is None or call.path == f"{CONTROL_PATH}/health":
            return None
        if _is_bearer(call.headers.get("authorization", ""), self.remote_secret):
            return None
        return _refusal(
            401,
            "unauthorized",
            "This emulator listens beyond loopback: send the management client's secret as `Authorization: Bearer …`.",
        )


def _is_bearer(header: str, secret: str) -> bool:
    kind, _, token = header.partition(" ")
    return kind.lower() == "bearer" and compare_digest(token.strip().encode(), secret.encode())


def is_foreign(call: Call) -> bool:
    """Tell whether a web page of another origin caused this request."""
    origin = call.headers.get("origin")
    if origin is not None and origin not in _own_origins(call):
        return True
    return call.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def _own_origins(call: Call) -> set[str]:
    origin = origin_of(str(call.request.base_url))
    return {origin} if origin else set()


def _grant(answer: Answer, call: Call, origin: str, *, preflight: bool) -> None:
    answer.headers["access-control-allow-origin"] = origin
    if call.is_below("/co"):  # cross-origin authentication is the one flow that needs the cookie from another origin
        answer.headers["access-control-allow-credentials"] = "true"
    if not preflight:
        answer.headers["access-control-expose-headers"] = EXPOSED_HEADERS
        return
    answer.headers["access-control-allow-methods"] = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    answer.headers["access-control-allow-headers"] = call.headers.get(
        "access-control-request-headers", "authorization, content-type, auth0-client"
    )
    answer.headers["access-control-max-age"] = "300"


_HOST_ADVICE = "Use localhost, a name below .localhost or a loopback address, or start it with --public-url."


def _refusal(status: int, error: str, message: str) -> Answer:
    return Answer.of(JSONResponse({"error": error, "message": message}, status_code=status))
