"""Running JavaScript out of reach: in V8, in a process of its own, which is killed when it takes too long.

The process is started for the first Action and kept; V8 inside it has a limit on memory.
Source: Auth0 docs, "Actions / Limitations" (20 seconds on a real tenant; less here, since everybody waits meanwhile).
"""

from __future__ import annotations

import atexit
import json
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tenantry.emulator.utf8 import written

TIME_LIMIT_S = 3.0
START_LIMIT_S = 20.0
WORKER = Path(__file__).with_name("sandbox_worker.py")
NOTHING = json.dumps({"source": "exports.nothing = () => {}", "handler": "nothing", "event": {}, "commands": []})


@dataclass(frozen=True)
class Outcome:
    """What an Action asked for, what it printed, and why it failed if it did."""

    commands: list[dict[str, Any]] = field(default_factory=list)
    printed: list[dict[str, str]] = field(default_factory=list)
    error: str | None = None


def run(source: str, handler: str, event: dict[str, Any], commands: tuple[str, ...]) -> Outcome:
    """Return the outcome of the exported handler; `commands` are the functions of `api` that it may call."""
    wanted = {"source": source, "handler": handler, "event": event, "commands": list(commands)}
    return _engine.run(json.dumps(wanted))


class _Engine:
    """The process, while there is one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, line: str) -> Outcome:
        try:
            answer = _asked(self._started(), line, TIME_LIMIT_S)
        except TimeoutError:
            self.stop()
            return Outcome(error=f"it did not end within {TIME_LIMIT_S:g} seconds")
        except OSError:
            self.stop()
            return Outcome(error="the JavaScript engine died")
        return Outcome(**written(json.loads(answer)))

    def stop(self) -> None:
        """Kill the process, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            with suppress(OSError):
                process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = _new_process()
            _asked(self._process, NOTHING, START_LIMIT_S)  # loading V8 is not the first Action's time
        return self._process


def _new_process() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", str(WORKER)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603 - our own script


def _asked(process: subprocess.Popen[bytes], line: str, within_s: float) -> bytes:
    """Return the line with which the process answers.

    Raises: TimeoutError when it does not in time, OSError when it is dead.
    """
    if process.stdin is None or process.stdout is None:
        raise OSError("the process has no pipes")
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    answer, deadline = b"", time.monotonic() + within_s
    while not answer.endswith(b"\n"):
        answer += _more(process.stdout, deadline - time.monotonic())
    return answer


def _more(pipe: IO[bytes], within_s: float) -> bytes:
    if not select.select([pipe], [], [], max(within_s, 0))[0]:
        raise TimeoutError
    read: bytes = pipe.read1(65536)  # type: ignore[attr-defined]  # Popen's pipes are buffered readers
    if not read:
        raise OSError("the process has ended")
    return read


_engine = _Engine()
atexit.register(_engine.stop)
