"""A served tenant for each client, and what it takes to run clients that are written in JavaScript."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tenantry.testing import Tenant
from tests.clients.node import HERE, Node

NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """Give a fresh tenant on free ports, with https and its own authority."""
    with Tenant(serve="https") as made:
        yield made


@pytest.fixture
def node_alone() -> Node:
    """Return what runs a script here in Node.js."""
    if NODE is None:
        pytest.skip("needs Node.js")
    if not (HERE / "node_modules").is_dir():
        pytest.skip("needs the packages that tests/clients/install installs")
    return Node(NODE, os.environ | {"NO_COLOR": "1"})


@pytest.fixture
def node(tenant: Tenant, node_alone: Node) -> Node:
    """Return what runs a script here in Node.js, with the tenant's certificate trusted."""
    return Node(node_alone.path, {**node_alone.environment, "NODE_EXTRA_CA_CERTS": str(tenant.ca)})


@pytest.fixture
def chromium() -> str:
    """Return the path of a browser."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    return CHROMIUM
