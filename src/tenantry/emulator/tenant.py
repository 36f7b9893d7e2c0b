"""One emulated tenant: its name, documents, time and ids, and what a fresh one holds.

Shape: `Tenant(name, store=Store(path), seeds=(management.seed, oauth.keys.seed))`, then `seed()`, which does
nothing to a tenant that already holds something.
Source: Auth0 docs, "Management API access tokens" (the audience); recorded traffic (system resources).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenantry.emulator.clock import Clock
from tenantry.emulator.ids import Ids
from tenantry.emulator.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

MANAGEMENT_CLIENT_ID = "tenantry-emulator"
MANAGEMENT_CLIENT_SECRET = "tenantry-emulator-secret"  # noqa: S105 - documented, of loopback use only


@dataclass(slots=True)
class Timing:
    """How long staged things take.

    Units: milliseconds.
    """

    build_ms: int = 0
    connection_delete_ms: int = 0
    read_after_write_ms: int = 0


@dataclass(slots=True)
class Tenant:
    """A tenant; all its state is in `store`."""

    name: str
    store: Store = field(default_factory=Store)
    public_url: str | None = None
    pins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by client name
    management_secret: str = MANAGEMENT_CLIENT_SECRET
    seeds: Sequence[Callable[[Tenant], None]] = ()
    clock: Clock = field(default_factory=Clock)
    timing: Timing = field(default_factory=Timing)
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        self.ids = Ids(self.name, self.store, self.pins)

    def issuer(self, request: Request) -> str:
        """Return the issuer with its trailing slash: the custom domain that the request came by, else the tenant's own URL."""
        return _base_url(request) if self.is_custom_domain(request.url.hostname) else self.own_url(request)

    def own_url(self, request: Request) -> str:
        """Return where the tenant is without custom domains: the public URL, else the base URL of the request."""
        return self.public_url.rstrip("/") + "/" if self.public_url else _base_url(request)

    def is_custom_domain(self, host: str | None) -> bool:
        """Tell whether the host is a custom domain of the tenant that has been verified."""
        ready = (domain for domain in self.store.all("custom_domains") if domain.get("status") == "ready")
        return any(str(domain.get("domain")).lower() == host for domain in ready)

    def management_audience(self, request: Request) -> str:
        """Return the Management API's identifier as the caller of this request sees it; custom domains do not change it."""
        return self.own_url(request) + "api/v2/"

    @property
    def management_identifier(self) -> str:
        """The Management API's identifier as documents store it, whatever name the tenant is reached by."""
        return self._stored_base + "api/v2/"

    def stored_audience(self, request: Request, audience: str) -> str:
        """Return the audience as documents store it; only system audiences differ from what callers see."""
        own = self.own_url(request)
        return self._stored_base + audience.removeprefix(own) if audience in _systems(own) else audience

    def shown_audience(self, request: Request, audience: str) -> str:
        """Return a stored audience as the caller of this request sees it."""
        base = self._stored_base
        return self.own_url(request) + audience.removeprefix(base) if audience in _systems(base) else audience

    def stored_value(self, request: Request, value: Any) -> Any:
        """Return a JSON value with the system audiences in it as documents store them."""
        if isinstance(value, str):
            return self.stored_audience(request, value)
        if isinstance(value, dict):
            return {name: self.stored_value(request, member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.stored_value(request, item) for item in value]
        return value

    def shown_text(self, request: Request, text: str) -> str:
        """Return an answer's JSON text with the system audiences in it as the caller sees them."""
        if self.public_url:
            return text
        for stored in _systems(self._stored_base):
            text = text.replace(f'"{stored}"', f'"{self.shown_audience(request, stored)}"')
        return text

    def seed(self) -> None:
        """Fill an empty tenant with what a fresh one holds."""
        if self.store.get("settings", "tenant") is not None:
            return
        with self.store.transaction():
            for plant in self.seeds:
                plant(self)

    def reset(self) -> None:
        """Make the tenant a fresh one again, its ids included."""
        with self.store.transaction():
            self.store.clear()
            for plant in self.seeds:
                plant(self)

    @property
    def _stored_base(self) -> str:
        return self.public_url.rstrip("/") + "/" if self.public_url else f"https://{self.name}.tenantry.invalid/"


def _base_url(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/"


def _systems(base: str) -> tuple[str, str, str]:
    """Return the identifiers of the APIs that Auth0 itself owns."""
    return base + "api/v2/", base + "me/", base + "my-org/"
