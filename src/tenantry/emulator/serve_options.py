"""What a served tenant is told: where to listen, as whom, with which state.

Source: design of the emulator; nothing here is Auth0's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tenantry.emulator.hosts import is_loopback
from tenantry.emulator.sockets import ServeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenantry.emulator.limits import RateLimit

HIGHEST_PORT = 65535


@dataclass(frozen=True, kw_only=True, slots=True)
class ServeOptions:
    """What `serve` is told.

    Units: latency in milliseconds. A port of 0 picks a free one; `tls_port` None serves no https.
    """

    name: str = "tenantry"
    host: str = "127.0.0.1"
    port: int = 4400
    tls_port: int | None = 4443
    public_url: str | None = None
    data: Path | None = None
    pins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rate_limit: RateLimit | None = None
    latency_ms: int = 0
    ready_file: Path | None = None
    allow_remote: bool = False
    management_secret: str | None = None
    """Without one: the documented secret on loopback, a random one beyond it."""

    @property
    def is_remote(self) -> bool:
        """Tell whether other machines can reach the server."""
        return not is_loopback(self.host.strip("[]").lower())

    def check(self) -> None:
        """Refuse what cannot or must not be served.

        Raises: ServeError.
        """
        for port in (self.port, self.tls_port or 0):
            if not 0 <= port <= HIGHEST_PORT:
                raise ServeError(f"{port} is not a port; use 1 to {HIGHEST_PORT}, or 0 for a free one")
        if self.is_remote and not self.allow_remote:
            what = f"--host {self.host} lets other machines reach the emulator"
            raise ServeError(f"{what}; add --allow-remote if that is meant")
        if self.latency_ms < 0:
            raise ServeError(f"--latency {self.latency_ms} is below 0 milliseconds")
        if self.public_url and not _is_base_url(self.public_url):
            raise ServeError(f"--public-url {self.public_url} is not of the form http(s)://HOST[:PORT]")


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/") and not parts.query
