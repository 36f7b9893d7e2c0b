"""Fixtures for pytest: `pytest_plugins = ["tenantry.testing.plugin"]` in a `conftest.py`.

`tenant` is a fresh tenant for each test. Override `tenant_file` to begin with a tenant file, `tenant_serve` to have sockets.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tenantry.testing.tenant import Tenant


@pytest.fixture(scope="session")
def tenant_file() -> Path | str | None:
    """Return the tenant file that every `tenant` begins with; none unless overridden."""
    return None


@pytest.fixture(scope="session")
def tenant_serve() -> Literal["http", "https"] | None:
    """Return how `tenant` listens: not at all unless overridden."""
    return None


@pytest.fixture
def tenant(tenant_file: Path | str | None, tenant_serve: Literal["http", "https"] | None) -> Iterator[Tenant]:
    """Give a fresh tenant that ends with the test."""
    with Tenant(tenant_file, serve=tenant_serve) as made:
        yield made
