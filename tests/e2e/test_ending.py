"""A run that is asked to end does not go on waiting for a tenant that refuses or stands still."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest

from tenantry.apply.journal import events
from tests.e2e.shop import Shop

SOON_S = 12.0
"""Of which the start of nothing is part: the run is already waiting. The waits below are much longer."""


def running(shop: Shop) -> subprocess.Popen[str]:
    """Return an apply in a process of its own."""
    code = "from tenantry.cli import main; main()"
    command = [sys.executable, "-c", code, "apply", str(shop.path), "--yes"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def disturb(shop: Shop, **rule: Any) -> None:
    rules = [{"id": "it", "path": "/api/v2/*"} | rule] if rule else []
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": rules}).raise_for_status()


def wait_until_fired(shop: Shop, run: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if httpx.get(f"{shop.url}/_emulator/faults").json()["rules"][0]["fired"]:
            return
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    raise AssertionError("the run met no fault within 30 s")


@pytest.mark.parametrize(
    ("method", "action"),
    [
        ("POST", {"status": 429, "headers": {"retry-after": "100"}}),
        ("PATCH", {"status": 429, "headers": {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "retry-after": "60"}}),
    ],
)
def test_a_run_that_waits_for_the_rate_limit_ends_when_it_is_asked_to(shop: Shop, method: str, action: dict[str, Any]) -> None:
    disturb(shop, method=method, action=action)
    with running(shop) as run:
        wait_until_fired(shop, run)
        began = time.monotonic()
        run.send_signal(signal.SIGTERM)
        out, err = run.communicate(timeout=60)
    assert time.monotonic() - began < SOON_S
    assert run.returncode == 130, (out, err)
    assert "Interrupted" in out
    disturb(shop)
    [journal] = shop.path.parents[1].glob(".tenantry/journal/*.jsonl")
    told = events(journal)
    assert (told[-1]["event"], told[-1]["interrupted"]) == ("finished", True)
    begun = {line["step"] for line in told if line["event"] == "sending"}
    assert {line["step"] for line in told if line["event"] in {"sent", "failed"}} == begun
    assert shop("apply", "--yes").code == 0
    assert shop("plan", "--detailed-exitcode").code == 0
