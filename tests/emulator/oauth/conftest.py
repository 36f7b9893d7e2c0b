"""A fresh tenant with an application and an API for each test."""

from __future__ import annotations

import pytest

from tests.emulator.oauth.world import Browser, World


@pytest.fixture
def world() -> World:
    made = World()
    made.add_client()
    made.add_api()
    return made


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()
