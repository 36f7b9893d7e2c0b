"""What a doctor says of a tenant that is not there, and which scopes it asks for: no more than the file can need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.cli.doctor.check import Check
from tenantry.cli.doctor.checks import examine, to_write
from tenantry.cli.loading import Loading
from tenantry.cli.tenants import opened
from tenantry.kinds import KINDS
from tenantry.model.state import Lifecycle, Manage
from tenantry.smoke.tenant import DISCOVERY
from tests.declared import declare

CHANGING = {"create:resource_servers", "update:resource_servers"}
DELETING = {"delete:resource_servers"}
OTHERS: dict[str, Any] = {"identifier": "https://b", "lifecycle": Lifecycle(managed=False)}
GONE: dict[str, Any] = {"identifier": "https://c", "lifecycle": Lifecycle(absent=True)}


@pytest.mark.parametrize(
    ("declared", "prune", "scopes"),
    [
        ({"a": {"identifier": "https://a"}}, frozenset(), CHANGING),
        ({"a": {"identifier": "https://a"}}, frozenset({"apis"}), CHANGING | DELETING),
        ({"a": {"identifier": "https://a"}, "c": GONE}, frozenset(), CHANGING | DELETING),
        ({"b": OTHERS}, frozenset(), set()),
        ({"c": GONE}, frozenset(), DELETING),
        ({}, frozenset({"apis"}), DELETING),
    ],
)
def test_a_section_needs_the_scopes_of_what_is_declared_in_it(
    declared: dict[str, Any], prune: frozenset[str], scopes: set[str]
) -> None:
    assert to_write(KINDS["apis"], declare(Manage(prune=prune), apis=declared)) == scopes


def unreached(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("[Errno 111] Connection refused")


LOOK = "; check the address in the tenant file, and open this one to see who answers"
NETWORK = "check the address in the tenant file, the network and its proxy"
SERVER = "https://test.emulator.localhost"
ADDRESS = f"{SERVER}{DISCOVERY}"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            unreached,
            f"{SERVER} cannot be reached ([Errno 111] Connection refused); {NETWORK}",
        ),
        (lambda _: httpx.Response(200, html="<h1>Welcome"), f"{ADDRESS} answered with what is no JSON{LOOK}"),
        (lambda _: httpx.Response(404), f"{ADDRESS} answered 404 and names no issuer{LOOK}"),
        (lambda _: httpx.Response(200, json=["x"]), f"{ADDRESS} answered 200 and names no issuer{LOOK}"),
        (
            lambda _: httpx.Response(200, json={"issuer": "https://other/"}),
            f"{ADDRESS} answered 200 as https://other/{LOOK}",
        ),
    ],
)
def test_a_tenant_that_is_not_there_is_told_with_what_to_look_at(
    answer: Callable[[httpx.Request], httpx.Response], said: str, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_text("version: 1\ntenant: {emulator: test}\n", encoding="utf-8")
    [file] = Loading().files([tmp_path / "t.yaml"])

    async def found() -> list[Check]:
        async with opened(file) as tenant:
            return await examine(replace(tenant, transport=httpx.MockTransport(answer)))

    assert asyncio.run(found()) == [Check("reachable", "failed", said)]
