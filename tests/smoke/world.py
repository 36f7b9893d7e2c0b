"""An emulated tenant with a company in it, and what a run finds there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tenantry.emulator import Emulator
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.smoke import Level, SmokeConfig
from tenantry.smoke import Asking, Borrow, Configuration, Finding, Lending, Outcome, Report, Timing, Way, exit_code, prove
from tests.declared import declare
from tests.smoke.inside import Inside, Sections

Tamper = Callable[[httpx.Request, httpx.Response], httpx.Response]

SPA: dict[str, Any] = {
    "name": "Storefront",
    "app_type": "spa",
    "oidc_conformant": True,
    "token_endpoint_auth_method": "none",
    "callbacks": ["https://shop.example/callback", "https://shop.example/other"],
    "allowed_logout_urls": ["https://shop.example/"],
    "grant_types": ["authorization_code", "refresh_token"],
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 1800},
    "refresh_token": {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0, "token_lifetime": 2592000},
}
WEB: dict[str, Any] = {
    **SPA,
    "name": "Back office",
    "app_type": "regular_web",
    "token_endpoint_auth_method": "client_secret_post",
    "callbacks": ["http://127.0.0.1:9/callback"],
    "allowed_logout_urls": [],
    "jwt_configuration": {"alg": "HS256", "lifetime_in_seconds": 36000},
    "refresh_token": {"rotation_type": "non-rotating", "expiration_type": "non-expiring"},
}
MACHINE: dict[str, Any] = {
    "name": "Reporting",
    "app_type": "non_interactive",
    "oidc_conformant": True,
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["client_credentials"],
    "jwt_configuration": {"alg": "RS256"},
}
ORDERS: dict[str, Any] = {
    "name": "Orders",
    "identifier": "https://api.example/orders",
    "signing_alg": "RS256",
    "allow_offline_access": True,
    "token_lifetime": 3600,
    "skip_consent_for_verifiable_first_party_clients": False,
    "scopes": [{"value": "read:orders"}, {"value": "write:orders"}],
}
LEDGER: dict[str, Any] = {
    "name": "Ledger",
    "identifier": "https://api.example/ledger",
    "signing_alg": "HS256",
    "signing_secret": "a-signing-secret-of-32-characters",
    "allow_offline_access": False,
    "token_lifetime": 600,
    "skip_consent_for_verifiable_first_party_clients": True,
    "token_dialect": "access_token_authz",
    "enforce_policies": True,
    "scopes": [{"value": "read:ledger"}, {"value": "close:ledger"}],
}
CUSTOMERS = {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront", "office"]}

COMPANY: Sections = {
    "applications": {"storefront": SPA, "office": WEB, "reporting": MACHINE},
    "apis": {"orders": ORDERS, "ledger": LEDGER},
    "client_grants": {"reporting-orders": {"client_id": "reporting", "audience": "orders", "scope": ["read:orders"]}},
    "connections": {"customers": CUSTOMERS},
    "roles": {"accountant": {"name": "Accountant", "permissions": {"ledger": ["read:ledger"]}}},
}
ACCOUNTANT = {"users": {"accountant": {"connection": "customers", "ephemeral": True, "roles": ["accountant"]}}}

EXAMPLE: Sections = {
    "applications": {
        "walk": {
            "name": "First steps",
            "app_type": "spa",
            "oidc_conformant": True,
            "token_endpoint_auth_method": "client_secret_post",
            "callbacks": ["https://example.com"],
            "grant_types": ["authorization_code", "refresh_token"],
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000},
        }
    },
    "apis": {
        "example": {
            "name": "Example",
            "identifier": "https://example.com",
            "signing_alg": "RS256",
            "token_lifetime": 86400,
            "allow_offline_access": True,
        }
    },
    "connections": {"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["walk"]}},
}
WALK: dict[str, dict[str, Any]] = {
    "users": {"walker": {"connection": "users", "ephemeral": True}},
    "flows": {
        "walk": {
            "flow": "authorization_code",
            "application": "walk",
            "api": "example",
            "user": "walker",
            "scope": ["openid", "profile", "email", "offline_access"],
        }
    },
}


class Tampering(httpx.AsyncBaseTransport):
    """A way to the tenant on which answers can be changed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, tamper: Tamper) -> None:
        self._inner = inner
        self._tamper = tamper

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        return self._tamper(request, response)


@dataclass
class World:
    """One emulated tenant with what is declared in it."""

    sections: Sections = field(default_factory=lambda: COMPANY)
    emulator: Emulator = field(default_factory=lambda: Emulator("smoke"))
    skipped_s: float = 0.0

    def __post_init__(self) -> None:
        self.transport = httpx.ASGITransport(app=self.emulator.app)
        self.inside = Inside(self.emulator, self.transport)
        self.ids: dict[Address, str] = {}

    async def _sleep(self, seconds: float) -> None:
        """Let time pass for both sides."""
        self.skipped_s += seconds
        self.emulator.tenant.clock.offset_s = self.skipped_s

    def lending(self) -> Lending:
        return Lending(self.inside, self.ids)

    def does(self, call: Call) -> None:
        """Do something inside, after everything declared was put in."""

        async def do() -> None:
            self.ids = self.ids or await self.inside.put_in(self.sections)
            await self.inside.send(call)

        asyncio.run(do())

    def borrows(self, what: Callable[[Lending], Coroutine[Any, Any, Any]]) -> None:
        """Borrow something from inside."""
        asyncio.run(what(self.lending()))

    def timing(self) -> Timing:
        return Timing(now=lambda: float(self.emulator.tenant.clock.now()), sleep=self._sleep)

    async def prove(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        level: Level | None = None,
        emulated: bool = True,
        tamper: Tamper | None = None,
        borrow: Borrow | None = None,
        declared: Sections | None = None,
        timing: Timing | None = None,
        way: Way | None = None,
    ) -> Report:
        """Return what a run finds; ``declared`` is what the file says, if that is something else than the tenant holds."""
        self.ids = self.ids or await self.inside.put_in(self.sections)
        asking = Asking(
            SmokeConfig.model_validate(config or {}),
            Configuration(declare(**(declared or self.sections)), emulated=emulated),
            base_url=self.emulator.base_url,
            borrow=borrow or self.lending(),
            transport=Tampering(self.transport, tamper) if tamper else self.transport,
            timing=timing or self.timing(),
            way=way or Way(),
        )
        return await prove(asking, level=level)

    def proves(self, config: Mapping[str, Any] | None = None, **options: Any) -> Report:
        """Return what a run finds, from outside of any event loop."""
        return asyncio.run(self.prove(config, **options))


def proven(report: Report) -> bool:
    """Return whether every declared flow is proved, and nothing else is said."""
    return report.proved.is_complete and exit_code(report) == 0 and not failed(report)


def failed(report: Report) -> list[str]:
    """Return the failed findings as lines that a broken test shows."""
    return [line(one) for one in report.findings if one.outcome is Outcome.FAILED]


def line(one: Finding) -> str:
    """Return a finding in one line."""
    return f"{one.id} [{one.flow}] {one.outcome}: expected {one.expected}; observed {one.observed}"


def ids_of(report: Report, outcome: Outcome) -> set[str]:
    """Return the ids of the findings with an outcome."""
    return {one.id for one in report.findings if one.outcome is outcome}
