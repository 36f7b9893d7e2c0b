"""One writing run per tenant at a time, held by the operating system."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tenantry.cli.alone import lock
from tenantry.cli.exits import Exit, code_of
from tenantry.model.errors import Locked

HOLD = """
import asyncio, sys
from pathlib import Path
from tenantry.cli.alone import lock
async def hold():
    async with lock(Path(sys.argv[1]), "acme"):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(hold())
"""


async def take(folder: Path, timeout_s: float = 0.0, name: str = "acme") -> None:
    async with lock(folder, name, timeout_s):
        pass


def test_a_second_run_says_who_holds_the_tenant_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Locked, match=rf"process {holder.pid} .*acme.*--lock-timeout") as refused:
            asyncio.run(take(tmp_path))
        assert code_of(refused.value) == Exit.REFUSED
        asyncio.run(take(tmp_path, name="another-tenant"))
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert (tmp_path / "acme.holder").exists()  # it had no time to clean up, and yet:
    asyncio.run(take(tmp_path))


def test_a_patient_run_gets_its_turn(tmp_path: Path) -> None:
    async def both() -> list[str]:
        order = []

        async def first() -> None:
            async with lock(tmp_path, "acme"):
                await asyncio.sleep(0.3)
                order.append("first")

        async def second() -> None:
            await asyncio.sleep(0.05)
            async with lock(tmp_path, "acme", 5):
                order.append("second")

        await asyncio.gather(first(), second())
        return order

    assert asyncio.run(both()) == ["first", "second"]


def test_only_the_owner_can_read_the_lock(tmp_path: Path) -> None:
    async def look() -> set[int]:
        async with lock(tmp_path / "locks", "acme"):
            return {path.stat().st_mode & 0o777 for path in (tmp_path / "locks").iterdir()}

    assert asyncio.run(look()) == {0o600}
