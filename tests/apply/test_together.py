"""Several real processes at one tenant, each of its own machine: what all want comes about, and hardly anything is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

PROCESSES, EACH = 3, 40
PER_SECOND, BURST = 20, 20
PROGRAM = [sys.executable, "-c", "from tenantry.cli import main; main()"]


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[str]:
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--no-tls", "--rate-limit", f"{PER_SECOND}:{BURST}", "--ready-file", str(ready)]
    with subprocess.Popen([*PROGRAM, "emulator", *options], stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                if ready.exists():
                    break
                assert server.poll() is None, "the emulator ended before it was ready"
                time.sleep(0.05)
            yield str(json.loads(ready.read_text())["http"])
        finally:
            server.terminate()


def workspace(folder: Path, url: str, number: int) -> Path:
    """Return a tenant file with applications that no other process declares."""
    apps = "".join(f"  app-{n}: {{name: App {number}-{n}, app_type: native}}\n" for n in range(EACH))
    path = folder / str(number) / "tenants" / "t.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"version: 1\ntenant: {{base_url: '{url}'}}\napplications:\n{apps}", encoding="utf-8")
    return path


def test_three_processes_bring_about_what_each_declares_without_a_storm(tenant: str, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [*PROGRAM, "apply", str(workspace(tmp_path, tenant, number)), "--yes"],
            env=os.environ | {"XDG_STATE_HOME": str(tmp_path / str(number))},  # as on three machines: no lock in common
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    told = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, told

    stats = httpx.get(f"{tenant}/_emulator/stats").json()
    assert stats["rate_limited"] <= (stats["reads"] + stats["writes"]) / 100, stats
    assert stats["requests"]["POST /api/v2/clients"] == PROCESSES * EACH
