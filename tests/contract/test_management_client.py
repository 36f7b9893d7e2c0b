"""The management client against what a tenant really answered."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.management.paging import Listing
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, NotAllowed
from tenantry.model.kind import Pages
from tests.contract.target import run

MARK = "tenantry contract"


@asynccontextmanager
async def made(client: ManagementClient, path: str, body: dict[str, Any], id_field: str = "id") -> AsyncIterator[str]:
    """Yield the id of something that is gone afterwards."""
    id_ = (await client.send(Call("POST", tuple(path.split("/")), body))).body[id_field]
    try:
        yield id_
    finally:
        with contextlib.suppress(ApiError):
            await client.send(Call("DELETE", (*path.split("/"), id_)))


def test_the_token_says_who_we_are() -> None:
    async def work(client: ManagementClient) -> None:
        caller = await client.caller()
        assert caller.client_id
        assert {"read:clients", "update:clients"} <= caller.scopes
        assert caller.api_identifier == f"{client.base_url}/api/v2/"
        assert caller.issuer.rstrip("/") == client.base_url

    run("token", work)


def test_a_wrong_secret_is_explained() -> None:
    async def work(client: ManagementClient) -> None:
        with pytest.raises(NotAllowed, match="no Management API token for client"):
            await client.caller()

    run("wrong-secret", work, secret="wrong")


def test_a_checkpoint_list_is_read_to_its_end() -> None:
    pages = Pages(("clients",), "clients", "checkpoint", size=2)

    async def work(client: ManagementClient) -> None:
        async with contextlib.AsyncExitStack() as stack:
            bodies = [{"name": f"{MARK} {number}"} for number in range(3)]
            ids = {await stack.enter_async_context(made(client, "clients", body, "client_id")) for body in bodies}
            listed = [item["client_id"] for item in await client.pages(pages)]
            assert ids <= set(listed)
            assert len(listed) == len(set(listed))

    run("checkpoint", work)


def test_an_offset_list_is_read_to_its_total() -> None:
    pages = Pages(("roles",), "roles", "offset", size=2, query=(("include_totals", "true"),))

    async def work(client: ManagementClient) -> None:
        async with contextlib.AsyncExitStack() as stack:
            bodies = [{"name": f"{MARK} {number}"} for number in range(5)]
            ids = {await stack.enter_async_context(made(client, "roles", body)) for body in bodies}
            assert ids <= {item["id"] for item in await client.pages(pages)}

    run("offset", work)


@pytest.mark.parametrize(
    "section", sorted(name for name, kind in KINDS.items() if kind.listing and "{id}" not in kind.listing.path)
)
def test_every_kinds_list_can_be_read(section: str) -> None:
    kind = KINDS[section]

    async def work(client: ManagementClient) -> Listing:
        assert kind.listing
        return await client.listing(kind.listing)

    listing = run(f"list-{section}", work)
    assert not listing.is_truncated
    assert all(kind.id_field in item for item in listing.items)


def test_a_role_lives_with_its_permissions() -> None:
    async def work(client: ManagementClient) -> None:
        api = {"identifier": "https://contract.example/orders", "name": MARK, "scopes": [{"value": "read", "description": "r"}]}
        permissions = {"permissions": [{"resource_server_identifier": api["identifier"], "permission_name": "read"}]}
        pages = KINDS["roles"].parts[0].read
        async with made(client, "resource-servers", api), made(client, "roles", {"name": MARK}) as role:
            path = ("roles", role, "permissions")
            assert await client.pages(pages, role) == []
            await client.send(Call("POST", path, permissions))
            assert [item["permission_name"] for item in await client.pages(pages, role)] == ["read"]
            await client.send(Call("DELETE", path, permissions))
            assert await client.pages(pages, role) == []

    run("role", work)


def test_an_identifier_stands_for_an_id() -> None:
    async def work(client: ManagementClient) -> None:
        api = {"identifier": "https://contract.example/a b?c", "name": MARK}
        async with made(client, "resource-servers", api) as id_:
            assert (await client.get(("resource-servers", api["identifier"])))["id"] == id_

    run("identifier", work)


@pytest.mark.parametrize(
    ("name", "call", "status", "error_code"),
    [
        ("not-found", Call("GET", ("clients", "A" * 32)), 404, "inexistent_client"),
        ("unknown-field", Call("POST", ("clients",), {"name": MARK, "nonsense": 1}), 400, "invalid_body"),
        ("empty-patch", Call("PATCH", ("tenants", "settings"), {"session_lifetime": "long"}), 400, "invalid_body"),
    ],
)
def test_refusals_are_understood(name: str, call: Call, status: int, error_code: str) -> None:
    async def work(client: ManagementClient) -> None:
        with pytest.raises(ApiError) as caught:
            await client.send(call)
        assert (caught.value.status, caught.value.error_code) == (status, error_code)
        assert caught.value.message

    run(f"refusal-{name}", work)


def test_a_second_of_a_kind_with_a_unique_key_is_a_conflict() -> None:
    async def work(client: ManagementClient) -> None:
        async with made(client, "roles", {"name": MARK}):
            with pytest.raises(ApiError) as caught:
                await client.send(Call("POST", ("roles",), {"name": MARK}))
            assert caught.value.status == 409

    run("conflict", work)
