from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tenantry.management import ManagementClient
from tenantry.management.pauses import Pauses
from tenantry.model.call import Call
from tenantry.model.errors import Interrupted
from tests.management.tenant import Reply, Tenant, answer, refusal, script

PATCH = Call("PATCH", ("clients", "x"), {"name": "Shop"})
FOR_LONG_S = 60.0


async def never(_: float) -> None:
    await asyncio.Event().wait()


def test_a_pause_ends_with_its_time_while_nobody_asks_to_stop() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def work() -> None:
        pause = Pauses(sleep)
        await pause(1.0)
        pause.heed(asyncio.Event())
        await pause(2.0)

    asyncio.run(work())
    assert slept == [1.0, 2.0]


def test_a_pause_breaks_off_when_somebody_asks_to_stop_and_none_begins_afterwards() -> None:
    async def work() -> None:
        stop, pause = asyncio.Event(), Pauses(never)
        pause.heed(stop)
        asyncio.get_running_loop().call_soon(stop.set)
        for _ in range(2):
            with pytest.raises(Interrupted, match="while waiting for its turn"):
                await asyncio.wait_for(pause(FOR_LONG_S), 5)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())


def test_a_pause_that_is_cancelled_leaves_no_task_behind() -> None:
    async def work() -> None:
        pause = Pauses(never)
        pause.heed(asyncio.Event())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pause(FOR_LONG_S), 0.01)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())


def stopped(reply: Reply, stop_after: Callable[[Tenant], bool]) -> Tenant:
    """Send a PATCH to a tenant that answers it once with ``reply``, and ask to stop as soon as it waits."""
    tenant = Tenant(script(reply, answer({})))

    async def work() -> None:
        stop = asyncio.Event()

        async def sleep(_: float) -> None:
            if stop_after(tenant):
                stop.set()
                await asyncio.sleep(FOR_LONG_S)

        client: ManagementClient
        async with tenant.client() as client:
            client._pause = client._wire._sleep = Pauses(sleep)  # the tenant's own never really sleeps
            client.heed(stop)
            await asyncio.wait_for(client.send(PATCH), 5)

    with pytest.raises(Interrupted):
        asyncio.run(work())
    return tenant


def test_whoever_is_asked_to_stop_waits_neither_for_the_rate_limit_nor_for_another_attempt() -> None:
    for reply in (refusal(429, "slow down", retry_after="100"), refusal(429, "slow down"), refusal(503, "busy")):
        assert len(stopped(reply, lambda _: True).seen) == 1
