"""One writing run per tenant at a time, held by the operating system."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tenantry.cli.exits import Exit, code_of
from tenantry.cli.loading import Loading
from tenantry.cli.tenants import Tenant, opened
from tenantry.cli.write.lock import lock, locks_folder
from tenantry.model.errors import Locked, TenantryError

HOLD = """
import asyncio, sys
from pathlib import Path
from tenantry.cli.write.lock import lock
async def hold():
    async with lock(Path(sys.argv[1]), "acme", "https://acme.example"):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(hold())
"""


ACME = "https://acme.example"


async def take(folder: Path, identity: str = ACME) -> None:
    async with lock(folder, "acme", identity):
        pass


def test_a_second_run_says_who_holds_the_tenant_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Locked, match=rf"process {holder.pid} .*acme.*--lock-timeout") as refused:
            asyncio.run(take(tmp_path))
        assert code_of(refused.value) == Exit.REFUSED
        asyncio.run(take(tmp_path, "https://acme-example"))
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert list(tmp_path.glob("*.holder"))  # it had no time to clean up, and yet:
    asyncio.run(take(tmp_path))


def test_a_patient_run_gets_its_turn(tmp_path: Path) -> None:
    async def both() -> list[str]:
        order = []

        async def first() -> None:
            async with lock(tmp_path, "acme", ACME):
                await asyncio.sleep(0.3)
                order.append("first")

        async def second() -> None:
            await asyncio.sleep(0.05)
            async with lock(tmp_path, "acme", ACME, 5):
                order.append("second")

        await asyncio.gather(first(), second())
        return order

    assert asyncio.run(both()) == ["first", "second"]


def test_only_the_owner_can_read_the_lock(tmp_path: Path) -> None:
    async def look() -> set[int]:
        async with lock(tmp_path / "locks", "acme", ACME):
            return {path.stat().st_mode & 0o777 for path in (tmp_path / "locks").iterdir()}

    assert asyncio.run(look()) == {0o600}


def test_locks_lie_in_the_state_of_the_user_wherever_the_workspace_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    assert locks_folder() == tmp_path / "state" / "tenantry" / "locks"
    assert locks_folder().stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_STATE_HOME", "relative")  # the specification says to ignore it
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert locks_folder() == tmp_path / "home" / ".local" / "state" / "tenantry" / "locks"


def test_without_a_home_locks_lie_in_a_private_folder_of_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file, so that no folder can be made in it")
    _live_in(tmp_path, monkeypatch)
    assert locks_folder() == tmp_path / f"tenantry-{os.geteuid()}-locks"
    assert locks_folder().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("trap", ["a link", "open to others", "a file"])
def test_what_somebody_else_has_put_in_a_shared_place_is_not_used(
    trap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live_in(tmp_path, monkeypatch)
    (tmp_path / "home").write_text("a file, so that no folder can be made in it")
    folder, elsewhere = tmp_path / f"tenantry-{os.geteuid()}-locks", tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trap == "a link":
        folder.symlink_to(elsewhere)
    elif trap == "a file":
        folder.touch()
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(TenantryError, match=f"{folder}: .*XDG_STATE_HOME"):
        locks_folder()
    assert list(elsewhere.iterdir()) == []


def test_a_folder_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    locks_folder()
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    with pytest.raises(TenantryError, match="not a folder of this user's"):
        locks_folder()


def _live_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the user no state of its own but a home and a temporary folder."""
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def identity(path: Path, block: str) -> str:
    """Return the identity of the tenant of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"version: 1\ntenant: {block}\n", encoding="utf-8")

    async def found() -> str:
        async with opened(Loading().files([path])[0]) as tenant:
            assert isinstance(tenant, Tenant)
            return tenant.identity

    return asyncio.run(found())


def test_a_tenant_is_the_same_from_every_workspace(tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "tenants" / "t.yaml", tmp_path / "two" / "tenants" / "t.yaml"
    real = "{domain: acme.eu.auth0.com, client_id: a, client_secret: b}"
    assert identity(one, real) == identity(two, real)
    assert identity(one, "{base_url: 'http://127.0.0.1:4400'}") == identity(two, "{base_url: 'http://localhost:4400/'}")
    assert identity(one, "{base_url: 'http://127.0.0.1:4400'}") != identity(two, "{base_url: 'http://127.0.0.1:4401'}")


def test_an_embedded_tenant_is_where_its_state_is(tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "tenants" / "t.yaml", tmp_path / "two" / "tenants" / "t.yaml"
    assert identity(one, "{emulator: dev}") == str(tmp_path / "one" / ".tenantry" / "dev.sqlite")
    assert identity(one, "{emulator: dev}") != identity(two, "{emulator: dev}")
