"""A plan with one change of every sort, for the tests of this room."""

from __future__ import annotations

from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.secret import MASK
from tenantry.plan.types import (
    Action,
    Attention,
    Change,
    Effect,
    FieldChange,
    Guard,
    Lost,
    Op,
    Plan,
    Step,
    Summary,
)

SHOP = Address("applications", "storefront")
OLD = Address("applications", "legacy")
ORDERS = Address("apis", "orders")
BUYER = Address("roles", "buyer")
CLAIMS = Address("actions", "claims")

UPDATE = Change(
    SHOP,
    Action.UPDATE,
    "Storefront",
    "name",
    "renamed from Shop",
    (
        FieldChange("name", "Shop", "Storefront"),
        FieldChange("callbacks", "https://old.example/cb", None, Effect.REMOVED),
        FieldChange("callbacks", None, "https://new.example/cb", Effect.ADDED),
        FieldChange("client_secret", dict(MASK), dict(MASK), is_secret=True),
    ),
    place=Place("dev.yaml", 12, 3),
)
DELETE = Change(OLD, Action.DELETE, "Legacy", "name", "nobody declares it", cascades=(Lost("client_grants.old", "cgr_1"),))
REPLACE = Change(
    ORDERS,
    Action.REPLACE,
    "Orders",
    "name",
    "its identifier cannot be changed",
    (FieldChange("identifier", "https://a.example", "https://b.example", forces_replacement=True),),
)
CREATE = Change(BUYER, Action.CREATE, "buyer", "", "", (FieldChange("description", None, "Buys [red]things[/red]\x1b[31m"),))
PROGRAM = Change(
    CLAIMS,
    Action.UPDATE,
    "claims",
    "name",
    "",
    (FieldChange("code", "a\nb\nc\n", "a\nB\nc\n", is_program=True),),
)


def a_plan() -> Plan:
    """Return the plan."""
    return Plan(
        id="p1",
        tenant="acme-dev.eu.auth0.com",
        caller="deployer",
        changes=(CREATE, UPDATE, PROGRAM, REPLACE, DELETE),
        steps=(
            Step(1, BUYER, Op.CREATE, Call("POST", ("roles",), {"name": "buyer", "description": "x"})),
            Step(2, SHOP, Op.UPDATE, Call("PATCH", ("clients", IdOf(SHOP)), {"name": "Storefront"})),
        ),
        guards=(Guard("replace", "apis.orders would be replaced", "--allow-replace", ORDERS),),
        attention=(Attention(SHOP, "new-callback", "a new callback may receive codes"),),
        notes=(Note("cannot be verified", CLAIMS, Place("dev.yaml", 1, 1)),),
        summary=Summary(create=1, update=2, replace=1, delete=1, unchanged=41, undeclared=7),
        secrets=("API_KEY",),
        reads=14,
    )


EMPTY = Plan(id="p0", tenant="acme", caller="", summary=Summary(unchanged=3), reads=4)
