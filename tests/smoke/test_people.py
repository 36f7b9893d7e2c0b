"""Users of a run: made to fit, marked, and gone at the end, whatever the end."""

from __future__ import annotations

import asyncio
import os
import string
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ApiError
from tenantry.model.secret import Secret
from tenantry.model.smoke import SmokeConfig, SmokeUser
from tenantry.model.state import Resource
from tenantry.smoke import Lending
from tenantry.smoke.declared import Connection
from tenantry.smoke.lending.borrow import MARK, Leftover, NewUser
from tenantry.smoke.lending.people import is_abandoned, new_user, this_machine
from tenantry.smoke.login.otp import OneTimePasswords, one_time_password
from tests.smoke.world import ACCOUNTANT, EXAMPLE, WALK, World


def connection(**options: Any) -> Connection:
    fields = {"name": "customers", "strategy": "auth0", "options": options}
    return Connection(Resource(Address("connections", "customers"), fields))


def made(**options: Any) -> NewUser:
    user = SmokeUser(connection="customers", ephemeral=True, app_metadata={"plan": "gold"})
    return new_user(user, connection(**options), {"run": "r"})


def test_a_user_carries_its_mark_and_an_address_that_nobody_can_own() -> None:
    user = made()
    assert user.app_metadata == {"plan": "gold", MARK: {"run": "r"}}
    assert user.email.endswith("@example.com")
    assert user.username is None
    assert user.password.reveal() not in repr(user)


@pytest.mark.parametrize("length", [None, 64])
@pytest.mark.parametrize("policy", [("password_complexity_options",), ("password_options", "complexity")])
def test_a_password_fits_every_policy(length: int | None, policy: tuple[str, ...]) -> None:
    said: dict[str, Any] = {"min_length": length}
    for name in reversed(policy):
        said = {name: said}
    password = made(**said).password.reveal()
    assert len(password) >= (length or 32)
    for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!@#$%^&*"):
        assert set(kind) & set(password)
    assert all(abs(ord(one) - ord(two)) > 1 for one, two in pairwise(password.lower())), "twice the same, or a sequence"


@pytest.mark.parametrize(
    "options",
    [
        {"requires_username": True, "validation": {"username": {"min": 3, "max": 5}}},
        {
            "attributes": {
                "username": {"identifier": {"active": True}, "validation": {"min_length": 3, "max_length": 5}},
            }
        },
    ],
)
def test_a_user_name_is_made_where_one_is_asked_for(options: dict[str, Any]) -> None:
    username = made(**options).username
    assert username is not None
    assert 3 <= len(username) <= 5


def mark(**changes: Any) -> Leftover:
    return Leftover("auth0|1", {"run": "r", "machine": "elsewhere", "pid": 1, "at": "1970-01-01T00:00:00+00:00", **changes})


def test_only_users_of_runs_that_are_over_are_leftovers() -> None:
    assert not is_abandoned(mark(), now=3599)
    assert is_abandoned(mark(), now=3601)
    assert not is_abandoned(mark(machine=this_machine(), pid=os.getppid()), now=10**9)
    assert is_abandoned(mark(machine=this_machine(), pid=2**22 + 1), now=1)
    assert is_abandoned(mark(at="nonsense"), now=1)


def users_of(world: World) -> list[dict[str, Any]]:
    return world.emulator.tenant.store.all("users")


def test_a_run_leaves_nobody_behind() -> None:
    world = World()
    report = world.proves(ACCOUNTANT, level="smoke")
    assert report.usage.logins
    assert users_of(world) == []
    assert report.notes == ()


def test_a_run_that_is_cancelled_leaves_nobody_behind() -> None:
    world = World()

    there: list[dict[str, Any]] = []

    async def cancelled() -> None:
        def cancel(request: httpx.Request, response: httpx.Response) -> httpx.Response:
            if request.url.path == "/oauth/token" and users_of(world) and not there:
                there.extend(users_of(world))
                task.cancel()
            return response

        task = asyncio.ensure_future(world.prove(ACCOUNTANT, level="contract", tamper=cancel))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert [user["app_metadata"][MARK]["pid"] for user in there] == [os.getpid()] * len(there)
    assert there
    assert users_of(world) == []


def test_leftovers_of_a_killed_run_are_swept_and_nobody_else() -> None:
    world = World()
    world.proves(ACCOUNTANT, level="read")

    async def leave() -> None:
        left = {MARK: {"run": "x", "machine": this_machine(), "pid": 2**22 + 1, "at": "2026-01-01T00:00:00+00:00"}}
        for email, metadata in (("left@example.com", left), ("stays@example.com", {"plan": "gold"})):
            await world.lending().create_user(
                NewUser("customers", email, Secret.of("p", "Correct-horse-7-battery"), app_metadata=metadata)
            )

    asyncio.run(leave())
    world.proves(ACCOUNTANT, level="read")
    assert [user["email"] for user in users_of(world)] == ["stays@example.com"]


class Refusing:
    """A way inside that lends ids and refuses everything about users."""

    async def client_id_of(self, application: str) -> str | None:
        return f"id-of-{application}"

    async def client_secret_of(self, application: str) -> Secret | None:  # noqa: ARG002 - the protocol's
        return None

    async def signing_secret_of(self, api: str) -> Secret | None:  # noqa: ARG002 - the protocol's
        return None

    async def organization_id_of(self, organization: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None

    async def create_user(self, user: NewUser) -> str:
        raise ApiError(f"no {user.connection}", method="POST", path="/users", status=403)

    async def delete_user(self, user_id: str) -> None:
        raise AssertionError(user_id)

    async def block_user(self, user_id: str) -> None:
        raise NotImplementedError

    async def assign_roles(self, user_id: str, roles: Sequence[str]) -> None:
        raise AssertionError(user_id, roles)

    async def add_member(self, organization: str, user_id: str) -> None:
        raise AssertionError(organization, user_id)

    async def find_leftover_users(self) -> list[Leftover]:
        raise ApiError("insufficient scope", method="GET", path="/users", status=403)


def test_who_may_not_make_users_is_blocked_and_told_so() -> None:
    world = World()
    report = asyncio.run(world.prove(ACCOUNTANT, level="smoke", borrow=Refusing()))
    blocked = {one.observed for one in report.findings if one.outcome == "blocked" and one.application == "storefront"}
    assert any("the user could not be made" in text for text in blocked)
    assert "could not be looked for" in report.notes[0]
    assert "may be left behind" in report.notes[1]
    assert report.proved.flows == 0


class Ailing:
    """A way inside on which applications cannot be read."""

    def __init__(self, world: World, status: int) -> None:
        self._world = world
        self._status = status
        self.caller = world.inside.caller

    async def send(self, call: Call) -> Any:
        if call.method == "GET" and call.path[0] == "clients":
            raise ApiError("it is ailing", method="GET", path="/clients", status=self._status)
        return await self._world.inside.send(call)


@pytest.mark.parametrize(
    ("status", "said"), [(500, "the secret of walk could not be read"), (403, "may not be read (scope read:client_keys)")]
)
def test_why_a_secret_is_not_known_is_told(status: int, said: str) -> None:
    world = World(EXAMPLE)
    world.proves(WALK, level="read")
    report = asyncio.run(world.prove(WALK, level="smoke", borrow=Lending(Ailing(world, status), world.ids)))
    assert any(said in one.observed for one in report.findings if one.outcome == "blocked")


class Forgetful(Lending):
    """A way inside on which the answer to a creation is lost."""

    async def create_user(self, user: NewUser) -> str:
        await super().create_user(user)
        raise ApiError("no answer", method="POST", path="/users")


def test_a_user_whose_creation_was_never_confirmed_is_removed() -> None:
    world = World()
    world.proves(ACCOUNTANT, level="read")
    report = asyncio.run(world.prove(ACCOUNTANT, level="smoke", borrow=Forgetful(world.inside, world.ids)))
    assert report.proved.flows == 1, "the machine's"
    assert users_of(world) == []


def test_one_time_passwords_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [one_time_password(secret, now) for now in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_no_one_time_password_is_given_twice() -> None:
    secret, other = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP"
    time_s, slept = [59.0], []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        time_s[0] += seconds - 0.001  # as clocks do, too early

    async def ask() -> list[str]:
        codes = OneTimePasswords(lambda: time_s[0], sleep)
        given = await asyncio.gather(codes.next(secret), codes.next(other), codes.next(secret), codes.next(secret))
        time_s[0] = 1111111109.0
        return [*given, await codes.next(secret)]

    one, theirs, two, three, late = asyncio.run(ask())
    assert (one, two, three, late) == (*(one_time_password(secret, at) for at in (59, 60, 90)), "081804")
    assert theirs == one_time_password(other, 59)
    assert slept == [pytest.approx(1), pytest.approx(30, abs=0.01)]


@pytest.mark.parametrize(
    "user",
    [
        {"connection": "c", "ephemeral": True, "password": "x"},
        {"ephemeral": True},
        {"connection": "c"},
        {"email": "a@example.com"},
    ],
)
def test_a_user_who_cannot_log_in_is_no_user(user: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="user"):
        SmokeConfig.model_validate({"users": {"u": user}})
