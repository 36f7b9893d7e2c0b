from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tenantry.model.call import Call
from tests.management.tenant import Tenant, answer

MEMBERS = Call("GET", ("organizations", "org_1", "members"))
CLIENTS = Call("GET", ("clients",))


def test_while_the_bucket_of_one_endpoint_is_empty_others_go_on() -> None:
    has_gone_on = asyncio.Event()

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/members"):
            return answer({}, x_ratelimit_limit="5", x_ratelimit_remaining="0")
        if sum(seen.url.path.endswith("/clients") for seen in tenant.seen) > 1:
            has_gone_on.set()
        return answer({}, x_ratelimit_limit="50", x_ratelimit_remaining="40")

    tenant = Tenant(handle)

    async def sleep(seconds: float) -> None:
        tenant.now_s += seconds
        await (has_gone_on.wait() if seconds > 0.1 else asyncio.sleep(0))

    async def ask() -> tuple[Any, ...]:
        async with tenant.client(at_once=1) as client:
            client._wire._sleep = sleep  # the tenant's own never lets others run
            await client.send(CLIENTS)
            await client.send(MEMBERS)
            return await asyncio.wait_for(asyncio.gather(client.send(MEMBERS), client.send(CLIENTS)), 5)

    assert [each.status for each in asyncio.run(ask())] == [200, 200]


def test_a_part_is_not_limited_with_its_owner() -> None:
    tenant = Tenant(lambda _: answer({}, x_ratelimit_limit="50", x_ratelimit_remaining="40"))

    def handle(request: httpx.Request) -> httpx.Response:
        limit = "5" if request.url.path.endswith("/members") else "50"
        return answer({}, x_ratelimit_limit=limit, x_ratelimit_remaining="3")

    tenant.handler = handle

    async def ask() -> list[int | None]:
        async with tenant.client() as client:
            for call in (CLIENTS, MEMBERS, Call("GET", ("organizations",))):
                await client.send(call)
            budgets = client._wire._budgets  # what is learned shows nowhere else but in time
            return [budgets.of((True, route)).limit for route in ("organizations/members", "organizations", "clients")]

    assert asyncio.run(ask()) == [5, 50, 50]
