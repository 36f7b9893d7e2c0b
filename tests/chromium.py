"""Finds what tests drive Chromium with; they are skipped where it is missing."""

from __future__ import annotations

import os

import pytest

from tenantry.model.errors import UsageError
from tenantry.smoke.login.chromium import installed, named


def chromium_or_skip() -> str:
    """Return the path of Chromium, found as the tool finds it."""
    pytest.importorskip("playwright", reason="needs the extra `browser`")
    try:
        return named(os.environ) or installed(os.environ)
    except UsageError:
        pytest.skip("needs Chromium")
