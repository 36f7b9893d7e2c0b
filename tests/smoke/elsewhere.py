"""Another OpenID provider, for which the emulator stands in: a run knows it from outside alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.secret import Secret
from tenantry.model.smoke import Level, SmokeConfig
from tenantry.model.state import DesiredState, Lifecycle
from tenantry.smoke import Asking, Configuration, NewUser, Report, Stated, Way, prove
from tests.declared import declare
from tests.smoke.inside import Sections
from tests.smoke.world import SPA, WEB, Tamper, Tampering, World

APPLICATIONS: Sections = {
    "applications": {"storefront": SPA, "office": {**WEB, "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600}}}
}
CUSTOMERS: Sections = {
    "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront", "office"]}}
}
ADA = {"email": "ada@example.com", "password": "Lovelace-of-1843!"}


@dataclass
class Elsewhere:
    """An emulated tenant of which a run knows the issuer, the client ids, one secret and one user."""

    world: World = field(default_factory=lambda: World({**APPLICATIONS, **CUSTOMERS}))
    asked: list[str] = field(default_factory=list)
    secret: str = ""

    @property
    def issuer(self) -> str:
        return f"{self.world.emulator.base_url}/"

    async def _begin(self) -> None:
        inside = self.world.inside
        self.world.ids = await inside.put_in(self.world.sections)
        await self.world.lending().create_user(NewUser("customers", ADA["email"], Secret.of("ADA", ADA["password"])))
        office = Call("GET", ("clients", self.world.ids[Address("applications", "office")]))
        self.secret = (await inside.send(office)).body["client_secret"]

    def state(self) -> DesiredState:
        return stated(APPLICATIONS, lambda handle: self.world.ids[Address("applications", handle)])

    async def prove(self, level: Level = "smoke", tamper: Tamper | None = None, way: Way | None = None, **user: Any) -> Report:
        """Return what a run finds."""
        await self._begin()

        def noted(request: httpx.Request, response: httpx.Response) -> httpx.Response:
            self.asked.append(request.url.path)
            return tamper(request, response) if tamper else response

        config = {"users": {"ada": {**ADA, **user}}, "applications": {"office": {"client_secret": self.secret}}}
        asking = Asking(
            SmokeConfig.model_validate(config),
            Configuration(self.state(), foreign=True),
            base_url=self.issuer,
            issuer=self.issuer,
            borrow=Stated(self.state()),
            transport=Tampering(self.world.transport, noted),
            timing=self.world.timing(),
            way=way or Way(),
        )
        return await prove(asking, level=level)

    def proves(self, level: Level = "smoke", tamper: Tamper | None = None, **user: Any) -> Report:
        """Return what a run finds, from outside of any event loop."""
        return asyncio.run(self.prove(level, tamper, **user))


def stated(sections: Sections, client_id: Callable[[str], str] = str) -> DesiredState:
    """Return applications of another provider, as declared."""
    state = declare(**sections)
    resources = {
        address: replace(resource, lifecycle=Lifecycle(managed=False, id=client_id(address.handle)))
        for address, resource in state.resources.items()
    }
    return replace(state, resources=resources)
