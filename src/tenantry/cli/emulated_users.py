"""The users that an embedded tenant has from the beginning, made once their connection exists."""

from __future__ import annotations

from tenantry.cli.credentials import at_hand
from tenantry.cli.tenants import Tenant
from tenantry.desired import EmulatorUser
from tenantry.model.address import Address
from tenantry.model.errors import TenantryError
from tenantry.plan import Plan
from tenantry.smoke import Lending, NewUser


async def welcome(tenant: Tenant, made: Plan) -> None:
    """Make the users of the file's ``emulator:`` block that are not there yet; ``made`` knows the ids of what is declared.

    Raises: ConfigError when the password of one of them is missing; TenantryError when its connection is.
    """
    block = tenant.file.tenant.emulator
    for user in block.users if block else ():
        if user.password and not await tenant.client.get(("users-by-email",), (("email", user.email),)):
            await _create(tenant, made, user)


async def _create(tenant: Tenant, made: Plan, user: EmulatorUser) -> None:
    """Make one user with its roles."""
    assert user.password is not None  # noqa: S101  the caller asked
    at_hand(user.password, tenant.file)
    address = Address("connections", user.connection or "")
    connection = tenant.file.state.resources.get(address)
    if connection and address not in made.ids:
        raise TenantryError(
            f"the tenant has no {address} yet, which {user.email} is to be a user of; run `tenantry apply` first"
        )
    name = str(connection.fields["name"]) if connection else "Username-Password-Authentication"
    lending = Lending(tenant.client, made.ids)
    user_id = await lending.create_user(NewUser(name, user.email, user.password))
    roles = [role for role in user.roles if Address("roles", role) in made.ids]
    if roles:
        await lending.assign_roles(user_id, roles)
