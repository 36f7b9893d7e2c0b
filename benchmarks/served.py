"""An emulated tenant in a process of its own, asked over the wire like any other."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Cost, measured

LONGEST_START_S = 60.0
TENANTRY = str(Path(sys.executable).with_name("tenantry"))


@dataclass(frozen=True)
class Served:
    """A running emulator: where it is, and the file of the authority that its certificate is from."""

    url: str
    https_url: str
    authority: Path

    def stats(self) -> dict[str, Any]:
        """Return what was asked of its Management API since the last ``reset`` or ``forget``."""
        stats: dict[str, Any] = self._ask("GET", "stats")
        return stats

    def forget(self) -> None:
        """Set all counts to zero."""
        self._ask("DELETE", "stats")

    def reset(self) -> None:
        """Make it a fresh tenant."""
        self._ask("POST", "reset")

    def counted(self, run: Callable[[], Cost]) -> Cost:
        """Return what a run cost, with the requests that came here meanwhile."""
        self.forget()
        cost, stats = run(), self.stats()
        return replace(cost, reads=stats["reads"], writes=stats["writes"], rate_limited=stats["rate_limited"])

    def cost(self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, fresh: bool = False) -> Cost:
        """Return what a command costs here, on a fresh tenant if it needs one."""
        if fresh:
            self.reset()
        return self.counted(lambda: measured(command, environment))

    def _ask(self, method: str, what: str) -> Any:
        request = urllib.request.Request(f"{self.url}/_emulator/{what}", method=method)  # noqa: S310  our own server on loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  the same
            return json.load(answer)


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Give an emulator that runs for as long as the context lasts."""
    with TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        command = [TENANTRY, "emulator", "--port", "0", "--tls-port", "0", "--ready-file", str(ready), *options]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  our own program
        try:
            yield _when_ready(ready, process)
        finally:
            process.terminate()
            process.wait()


def _when_ready(file: Path, process: subprocess.Popen[bytes]) -> Served:
    """Return where the emulator is, once it says so."""
    until = time.monotonic() + LONGEST_START_S
    while time.monotonic() < until and process.poll() is None:
        if file.exists():
            said = json.loads(file.read_text(encoding="utf-8"))
            return Served(said["http"], said["https"], Path(said["ca"]))
        time.sleep(0.05)
    message = "the emulator did not start"
    raise RuntimeError(message)
