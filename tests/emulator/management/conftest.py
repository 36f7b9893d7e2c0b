"""A fresh tenant behind the Management API for each test."""

from __future__ import annotations

import pytest

from tests.emulator.management.api import Api


@pytest.fixture
def api() -> Api:
    return Api()
