from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenantry.smoke.login import driven
from tests.chromium import chromium_or_skip
from tests.smoke.login.driver import Driver


@pytest.fixture(scope="session")
def program() -> str:
    return chromium_or_skip()


@pytest.fixture(scope="package")
def running(program: str) -> Iterator[Driver]:
    with Driver(program) as made:
        yield made


@pytest.fixture
def driver(running: Driver, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Return the running Chromium, in haste: a page on which nothing happens is given up soon."""
    monkeypatch.setattr(driven, "PATIENCE_S", 2.5)
    return running
