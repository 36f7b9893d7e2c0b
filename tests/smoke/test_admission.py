"""Users are made where only an enabled application may: the tool's own is one for that moment, and says so when it cannot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, TenantryError
from tenantry.model.secret import Secret
from tenantry.smoke import Lending, NewUser
from tests.smoke.inside import Answer, Inside
from tests.smoke.world import World

PEOPLE = [NewUser("customers", f"{name}@example.com", Secret.of("p", "Correct-horse-7-battery")) for name in ("ann", "bob")]
ENABLING = [("PATCH", True), ("POST", None), ("PATCH", False)]


class Watched(Inside):
    """A way inside that notes what is written, and refuses to enable (True) or to disable (False) applications."""

    def __init__(self, world: World, *, refused: bool | None = None) -> None:
        super().__init__(world.emulator, world.transport)
        self.refused = refused
        self.written: list[tuple[str, Any]] = []

    async def send(self, call: Call) -> Answer:
        await asyncio.sleep(0)  # as over a network, others go on meanwhile
        change = call.body[0]["status"] if call.method == "PATCH" else None
        if call.method == "PATCH" and change is self.refused:
            raise ApiError("insufficient scope", method="PATCH", path="/connections", status=403)
        answer = await super().send(call)
        if call.method != "GET":
            self.written.append((call.method, change))
        return answer


async def enabled(world: World) -> list[str]:
    path = ("connections", world.ids[Address("connections", "customers")], "clients")
    return [each["client_id"] for each in (await world.inside.send(Call("GET", path))).body["clients"]]


def test_the_caller_is_enabled_while_a_user_is_made_and_no_longer() -> None:
    world = World()
    world.proves(level="read")
    way = Watched(world)

    async def make() -> tuple[list[str], list[str]]:
        before = await enabled(world)
        await Lending(way, world.ids).create_user(PEOPLE[0])
        return before, await enabled(world)

    before, after = asyncio.run(make())

    assert way.written == ENABLING
    assert after == before
    assert "tenantry-emulator" not in after


def test_users_that_are_made_at_once_do_not_take_the_permission_from_each_other() -> None:
    world = World()
    world.proves(level="read")
    way = Watched(world)
    lending = Lending(way, world.ids)

    async def make() -> list[str]:
        await asyncio.gather(*(lending.create_user(user) for user in PEOPLE))
        return await enabled(world)

    assert "tenantry-emulator" not in asyncio.run(make())
    assert way.written == ENABLING * 2


def test_who_is_enabled_already_stays_so() -> None:
    world = World()
    world.does(Call("GET", ("connections",)))
    path = ("connections", world.ids[Address("connections", "customers")], "clients")
    world.does(Call("PATCH", path, [{"client_id": "tenantry-emulator", "status": True}]))
    way = Watched(world)

    asyncio.run(Lending(way, world.ids).create_user(PEOPLE[0]))

    assert way.written == [("POST", None)]


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (
            {"refused": True},
            r"add tenantry-emulator, who asks, to the enabled applications of connection customers.*insufficient scope",
        ),
        (
            {"refused": False},
            r"tenantry-emulator, which was enabled for connection customers to make a user, still is; take it out",
        ),
    ],
)
def test_what_may_not_be_enabled_or_disabled_is_told(way: dict[str, bool], message: str) -> None:
    world = World()
    world.proves(level="read")

    with pytest.raises(TenantryError, match=message):
        asyncio.run(Lending(Watched(world, **way), world.ids).create_user(PEOPLE[0]))
