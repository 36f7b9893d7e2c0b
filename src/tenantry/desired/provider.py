"""Rules for the file of another OpenID provider, where nothing can be managed and nobody can be made.

Source: OpenID Connect knows no Management API; organizations, realms and the userinfo audience are Auth0's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tenantry.kinds import KINDS
from tenantry.model.address import MANAGEMENT_API, USERINFO, Address
from tenantry.model.place import Path
from tenantry.model.smoke import SmokeConfig, SmokeFlow
from tenantry.model.state import Resource

CLIENT_ID = "client_id"


def unmanageable(resources: Mapping[Address, Resource]) -> Iterator[tuple[Address, Path, str]]:
    """Yield what is declared as if it could be managed, and applications whose client id nobody says."""
    for address, resource in resources.items():
        if resource.lifecycle.managed:
            yield address, (), f"`{address}` is another provider's and cannot be managed: add `lifecycle: {{managed: false}}`"
        if KINDS[address.section].id_field == CLIENT_ID and not resource.lifecycle.id:
            yield address, (), f"`{address}` needs its client id, for nobody can look it up: `lifecycle: {{id: CLIENT_ID}}`"


def unprovable(config: SmokeConfig) -> Iterator[tuple[Path, str]]:
    """Yield what a smoke block asks for that only Auth0 has, or that needs somebody inside."""
    for name, user in config.users.items():
        if user.ephemeral:
            yield (
                ("users", name, "ephemeral"),
                f"`users.{name}`: nobody can be made at another provider; give `email` (or `username`) and `password`",
            )
    for name, flow in config.flows.items():
        for member, sentence in _own_to_auth0(flow):
            yield ("flows", name, member), f"`flows.{name}.{member}`: {sentence}"


def _own_to_auth0(flow: SmokeFlow) -> Iterator[tuple[str, str]]:
    """Yield the members of a flow that mean nothing elsewhere."""
    if flow.flow == "password_realm":
        yield "flow", "the password-realm grant is Auth0's own; `password` is the standard's"
    if flow.api in {USERINFO, MANAGEMENT_API}:
        yield "api", f"`{flow.api}` is Auth0's own; leave `api` out for a token that opens userinfo"
    if flow.organization:
        yield "organization", "organizations are Auth0's own; other parameters go under `authorize`"
