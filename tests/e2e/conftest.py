"""A served emulator for the whole run of a worker, and a fresh tenant in it for each test."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tenantry.cli.entry import run
from tests.e2e.shop import SECRET, Ran, Run, Shop


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ready = tmp_path_factory.mktemp("emulator") / "ready.json"
    options = ["--port", "0", "--no-tls", "--ready-file", str(ready)]
    code = "from tenantry.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", code, "emulator", *options], stdout=subprocess.DEVNULL) as server:
        try:
            yield str(_when_ready(ready, server)["http"])
        finally:
            server.terminate()


def _when_ready(ready: Path, server: subprocess.Popen[bytes]) -> dict[str, object]:
    for _ in range(600):
        if ready.exists():
            return dict(json.loads(ready.read_text()))
        assert server.poll() is None, "the emulator ended before it was ready"
        time.sleep(0.05)
    raise AssertionError("the emulator did not get ready within 30 s")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "AUTH0_API_TOKEN", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMULATOR_SECRET", SECRET)

    def ran(*args: str) -> Ran:
        capsys.readouterr()
        code = run(list(args))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture
def shop(emulator_url: str, tmp_path: Path, command: Run) -> Shop:
    httpx.post(f"{emulator_url}/_emulator/reset").raise_for_status()
    return Shop(tmp_path, emulator_url, command)
