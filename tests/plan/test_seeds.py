"""A plan does not depend on the process that makes it: neither on the seed of its hashes nor on where its objects lie."""

from __future__ import annotations

import os
import subprocess
import sys

from tenantry.plan import Op
from tests.plan.circles import plans


def _told(seed: int) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-m", "tests.plan.circles"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_every_seed_makes_the_same_plan() -> None:
    first, *others = (_told(seed) for seed in (0, 1, 2, 3, 4))
    assert first.count('"format_version"') == 4
    assert [other == first for other in others] == [True] * 4


def test_those_plans_have_circles_to_open() -> None:
    opened = [sum(step.op in {Op.SET_REFERENCE, Op.NARROW} for step in made.steps) for made in plans()]
    assert opened[0] > 1
    assert opened[2] >= 1
