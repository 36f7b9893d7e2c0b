"""The laws of apply, on random worlds; the judge asks the tenant, never the planner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from tenantry.model.errors import ConfigErrors
from tenantry.model.state import Manage
from tests.laws.lacking import lacking
from tests.laws.promised import complaints
from tests.laws.restraint import left_over
from tests.laws.tenant import Tenant, announced, fresh_tenant
from tests.laws.worlds import World, state, worlds

slow = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def converge(tenant: Tenant, world: World, manage: Manage | None = None) -> None:
    """Apply a world and hold it to the laws."""
    desired = state(world, manage)
    try:
        made = await tenant.plan(desired)
    except ConfigErrors:
        # What is live and what is declared break a rule together: refused before anything is written.
        reject()
    before = await tenant.held()
    writes = await tenant.writes()
    _, outcome = await tenant.apply(desired)
    if outcome.failed and list(lacking(world, before, await tenant.held())):
        reject()  # a scope is asked for of an API whose scopes are left alone
    assert outcome.failed == (), outcome.failed
    written = await tenant.writes() - writes
    assert written.total() == announced(made, written), "as many writes as the plan says"
    assert list(complaints(world, before, await tenant.held(), manage or Manage())) == []
    assert (await tenant.plan(desired)).steps == (), "a second plan is empty"


@slow
@given(worlds())
def test_a_fresh_tenant_comes_to_hold_what_is_declared(world: World) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            await converge(tenant, world)

    run(work())


@slow
@given(st.lists(worlds(), min_size=2, max_size=3))
def test_any_tenant_comes_to_hold_what_is_declared(history: list[World]) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            for world in history:
                await converge(tenant, world)

    run(work())


FOREIGN = [
    ("clients", {"name": "Somebody else's", "callbacks": ["https://else.example"], "app_type": "spa"}),
    ("resource-servers", {"name": "Else", "identifier": "https://else.example", "scopes": [{"value": "x"}]}),
    ("connections", {"name": "elsewhere", "strategy": "auth0"}),
    ("roles", {"name": "Stranger"}),
    ("organizations", {"name": "elsewhere"}),
]


@slow
@given(worlds())
def test_what_nobody_declares_is_left_alone(world: World) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            made = [(path, await tenant.send("POST", path, body)) for path, body in FOREIGN]
            before = [await tenant.get(f"{path}/{_id(item)}") for path, item in made]
            await converge(tenant, world)
            assert [await tenant.get(f"{path}/{_id(item)}") for path, item in made] == before

    run(work())


@slow
@given(worlds())
def test_a_pruned_section_holds_what_is_declared_and_what_is_the_servers_own(world: World) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            for path, body in FOREIGN:
                await tenant.send("POST", path, body)
            manage = Manage(
                prune=frozenset({"applications", "apis", "roles"}), ignore={"applications": ("tenantry emulator*",)}
            )
            before = await tenant.held()
            await converge(tenant, world, manage)
            assert list(left_over(before, await tenant.held(), world, manage, "")) == []

    run(work())


def _id(item: dict[str, Any]) -> str:
    return str(item.get("client_id") or item["id"])
