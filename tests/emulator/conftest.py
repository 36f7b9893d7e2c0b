"""A fresh tenant for each test: bare, or with an application and an API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenantry.emulator import Emulator
from tests.emulator.oauth.world import Browser, World


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator("dev") as made:
        yield made


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client()
    made.add_api()
    return made


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()
